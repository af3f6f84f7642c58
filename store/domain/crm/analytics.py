"""Figures over many records, as the CRM adds them up: the pipeline, its age, and people's activities."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from store.domain.crm.accounts import ActivityType


class Grouping(StrEnum):
    """How figures are grouped: by the owner of the record, or by the account's industry."""

    OWNER = "owner"
    SEGMENT = "segment"


class Due(StrEnum):
    """When an open deal should close or should have: the age of the pipeline."""

    OVERDUE_LONG = "overdue for more than 30 days"
    OVERDUE = "overdue"
    SOON = "due within 30 days"
    LATER = "due later"
    UNKNOWN = "without a date"


@dataclass(frozen=True, slots=True, kw_only=True)
class StageFigures:
    """The open deals of a group in one stage and one currency. `group` is an owner's id or an industry, "" if there is none;
    `currency` is an ISO code, None for the organisation's."""

    group: str
    stage: str
    deals: int
    amount: float
    currency: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DueFigures:
    """The open deals of a group by due date and currency."""

    group: str
    due: Due
    deals: int
    amount: float
    currency: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivityFigures:
    """An owner's activities created since `Analytics.since`; always by owner."""

    owner_id: str
    type: ActivityType
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Analytics:
    """`as_of` is the time of adding up, `since` the start of the activities. Amounts of different currencies are
    never added."""

    grouping: Grouping
    as_of: datetime
    since: date
    pipeline: tuple[StageFigures, ...]
    ageing: tuple[DueFigures, ...]
    activity: tuple[ActivityFigures, ...]
