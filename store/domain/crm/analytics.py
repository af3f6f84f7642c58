"""Figures over many records, as the CRM adds them up: the pipeline, how old it is, and what people do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from store.domain.crm.accounts import ActivityType


class Grouping(StrEnum):
    """By whom or what figures are told apart: the owner of the record, or the account's industry."""

    OWNER = "owner"
    SEGMENT = "segment"


class Due(StrEnum):
    """When an open deal should close or should have: how old the pipeline is."""

    OVERDUE_LONG = "overdue for more than 30 days"
    OVERDUE = "overdue"
    SOON = "due within 30 days"
    LATER = "due later"
    UNKNOWN = "without a date"


@dataclass(frozen=True, slots=True, kw_only=True)
class StageFigures:
    """The open deals of a group in one stage. `group` is an owner's id or an industry, "" where there is none."""

    group: str
    stage: str
    deals: int
    amount: float


@dataclass(frozen=True, slots=True, kw_only=True)
class DueFigures:
    """The open deals of a group by when they are due."""

    group: str
    due: Due
    deals: int
    amount: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivityFigures:
    """What an owner's calendar and list hold that was made since `Analytics.since`; always by owner."""

    owner_id: str
    type: ActivityType
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Analytics:
    """`as_of` is when it was added up, `since` from when on activities count. Amounts are in the organisation's currency."""

    grouping: Grouping
    as_of: datetime
    since: date
    pipeline: tuple[StageFigures, ...]
    ageing: tuple[DueFigures, ...]
    activity: tuple[ActivityFigures, ...]
