"""Inputs and outputs of the CRM tools: argument types with their limits, and the models behind their output schemas.

Outgoing texts are made plain, with people's addresses and numbers masked. They remain data from the CRM: nothing in them is
an instruction.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields, replace
from datetime import date, datetime
from typing import Annotated, Any, Generic, TypeVar

from pydantic import BaseModel, Field

from integrations.zoho.history import FieldMove
from store.domain.crm.accounts import Account, Activity, Contact, Deal, Note, Person, Role
from store.domain.crm.analytics import ActivityFigures, Analytics, DueFigures, Grouping, StageFigures
from store.domain.text.redaction import clean, redact

T = TypeVar("T")
Told = TypeVar("Told", Account, Activity, Contact, Deal, Note)

RecordId = Annotated[str, Field(pattern=r"^[0-9]{1,20}$", description="The record's id in the CRM.")]
ProposalId = Annotated[
    str, Field(pattern=r"^[0-9a-f]{32}$", description="The id of a proposal that a person approved.")
]
Limit = Annotated[int, Field(ge=1, le=200, description="The most results to return.")]
Cursor = Annotated[
    str | None, Field(max_length=500, description="`next_cursor` of the page before; leave out for the first page.")
]
Name = Annotated[str, Field(min_length=2, max_length=120, description="Part of an account's name.")]

Days = Annotated[int, Field(ge=1, le=365, description="How many days of activities to count.")]

TEXT_LIMIT = 4_000


class Items(BaseModel, Generic[T]):
    """A page of items. `next_cursor` is None at the end."""

    items: list[T]
    next_cursor: str | None = None


class User(BaseModel):
    """A CRM user, without their address."""

    id: str
    name: str
    timezone: str
    role: Role
    manager_id: str | None
    active: bool


class HistoryEntry(BaseModel):
    """One changed value."""

    at: datetime
    by_user_id: str | None
    field: str
    label: str
    before: str | None
    after: str | None


class AccountDetails(BaseModel):
    """An account with its newest related records; the totals count all of them."""

    account: Account
    open_deals: list[Deal]
    contacts: list[Contact]
    activities: list[Activity]
    notes: list[Note]
    total_deals: int
    total_contacts: int
    total_activities: int
    total_notes: int


class Figures(BaseModel):
    """The open pipeline of each group by stage and by due date, and each owner's activities since a day."""

    grouping: Grouping
    as_of: datetime
    since: date
    pipeline: list[StageFigures]
    ageing: list[DueFigures]
    activity: list[ActivityFigures]


class WriteReport(BaseModel):
    """The outcome of an approved proposal: its state, and the id of the CRM record if there is one."""

    proposal_id: str
    state: str
    crm_id: str | None
    message: str


def user_from(person: Person) -> User:
    return User(
        id=person.id,
        name=clean(person.name, limit=TEXT_LIMIT),
        timezone=person.timezone,
        role=person.role,
        manager_id=person.manager_id,
        active=person.active,
    )


def entry_from(move: FieldMove) -> HistoryEntry:
    return HistoryEntry(
        at=move.at,
        by_user_id=move.by,
        field=move.field,
        label=clean(move.label, limit=TEXT_LIMIT),
        before=_masked(move.before),
        after=_masked(move.after),
    )


def masked(records: Iterable[Told]) -> list[Told]:
    """Make all texts of the records plain and mask them; ids stay as they are."""
    return [replace(record, **_texts(record)) for record in records]


def figures_from(analytics: Analytics) -> Figures:
    """Make the group names plain and mask them: they are owner ids, or industries as someone typed them."""
    return Figures(
        grouping=analytics.grouping,
        as_of=analytics.as_of,
        since=analytics.since,
        pipeline=[replace(each, group=_group(each.group, analytics.grouping)) for each in analytics.pipeline],
        ageing=[replace(each, group=_group(each.group, analytics.grouping)) for each in analytics.ageing],
        activity=list(analytics.activity),
    )


def _group(name: str, grouping: Grouping) -> str:
    return name if grouping is Grouping.OWNER else _masked(name) or ""


def _texts(record: Told) -> dict[str, Any]:
    found = {each.name: getattr(record, each.name) for each in fields(record)}
    return {name: _masked(value) for name, value in found.items() if type(value) is str and not _is_id(name)}


def _is_id(name: str) -> bool:
    return name == "id" or name.endswith("_id")


def _masked(text: str | None) -> str | None:
    return redact(clean(text, limit=2 * TEXT_LIMIT))[:TEXT_LIMIT] if text is not None else None
