"""The people and records in the CRM: owners, accounts, deals, contacts, activities, notes.

All values are frozen. Times are aware UTC datetimes with one-second precision, as Zoho keeps them; calendar dates are
`date`. Money is a float in the organisation's currency, a deal's in its own (`money`). An id is the CRM's own id as a string.
`unread` names the fields whose value in the CRM cannot be read: they are empty here, or as last known.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar

from store.domain.crm.personal_settings import NOTHING_SET, PersonalSettings
from store.domain.crm.unread import Unread


class Kind(StrEnum):
    """The kinds of record we store."""

    ACCOUNT = "account"
    DEAL = "deal"
    CONTACT = "contact"
    ACTIVITY = "activity"
    NOTE = "note"


class Stream(StrEnum):
    """The streams of reading the CRM: each is read, and continued, separately. Activities come in three."""

    ACCOUNTS = "accounts"
    DEALS = "deals"
    CONTACTS = "contacts"
    TASKS = "tasks"
    MEETINGS = "meetings"
    CALLS = "calls"
    NOTES = "notes"

    @property
    def kind(self) -> Kind:
        """The kind of its records."""
        return _KIND_OF.get(self, Kind.ACTIVITY)


_KIND_OF: Mapping[Stream, Kind] = {
    Stream.ACCOUNTS: Kind.ACCOUNT,
    Stream.DEALS: Kind.DEAL,
    Stream.CONTACTS: Kind.CONTACT,
    Stream.NOTES: Kind.NOTE,
}


class Role(StrEnum):
    """What a person may do: see their own accounts, see their team's, or change the configuration."""

    OWNER = "owner"
    MANAGER = "manager"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A CRM user. `timezone` is an IANA name; `working_days` counts Monday as 0. `settings` are their own, and come
    before the installation's `usual` ones, which come before the CRM's values (`store.domain.crm.people`)."""

    id: str
    name: str
    email: str
    timezone: str = "UTC"
    role: Role = Role.OWNER
    manager_id: str | None = None
    active: bool = True
    working_days: frozenset[int] = frozenset({0, 1, 2, 3, 4})
    settings: PersonalSettings = NOTHING_SET
    usual: PersonalSettings = NOTHING_SET


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    kind: ClassVar[Kind] = Kind.ACCOUNT
    id: str
    name: str
    owner_id: str
    created_at: datetime
    modified_at: datetime
    industry: str | None = None
    account_type: str | None = None
    rating: str | None = None
    annual_revenue: float | None = None
    description: str | None = None
    unread: tuple[Unread, ...] = ()

    @property
    def account_id(self) -> str:
        return self.id


@dataclass(frozen=True, slots=True, kw_only=True)
class Deal:
    """`account_id` is None if the CRM has the deal without an account; `contact_id` is its primary contact (sponsor).
    `pipeline_name` is the sales pipeline whose stages it goes through, None in a CRM that names none. `currency` is the ISO code
    of its amount, None for the organisation's; one unit of that is worth `exchange_rate` of the deal's."""

    kind: ClassVar[Kind] = Kind.DEAL
    id: str
    name: str
    owner_id: str
    account_id: str | None
    created_at: datetime
    modified_at: datetime
    stage: str
    pipeline_name: str | None = None
    amount: float | None = None
    closing_date: date | None = None
    next_step: str | None = None
    contact_id: str | None = None
    currency: str | None = None
    exchange_rate: float | None = None
    unread: tuple[Unread, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """`buying_role` is e.g. Sponsor, Champion, Decision maker. E-mail addresses and telephone numbers are not stored."""

    kind: ClassVar[Kind] = Kind.CONTACT
    id: str
    name: str
    owner_id: str
    account_id: str | None
    created_at: datetime
    modified_at: datetime
    title: str | None = None
    buying_role: str | None = None
    unread: tuple[Unread, ...] = ()


DEFERRED = "Deferred"  # Zoho's status of a task that someone decided not to do for now


class ActivityType(StrEnum):
    TASK = "task"
    EVENT = "event"
    CALL = "call"


@dataclass(frozen=True, slots=True, kw_only=True)
class Activity:
    """A task, meeting or call. `at` is when it took or takes place (a task: its due date, midnight UTC); `done` says
    whether a person completed it or entered it as held; `deal_id` is set if it belongs to a deal. `status` is a task's, in the
    CRM's words; `marker` is the bot's own, if the bot's CRM user made the task.

    No one marks a meeting: it is over when its end `ends_at` has passed, and the CRM doesn't touch its record then. So
    whether it took place is never stored, but asked with the time: `is_done`.
    """

    kind: ClassVar[Kind] = Kind.ACTIVITY
    id: str
    type: ActivityType
    subject: str
    owner_id: str
    account_id: str | None
    created_at: datetime
    modified_at: datetime
    at: datetime | None = None
    done: bool = False
    done_at: datetime | None = None
    deal_id: str | None = None
    contact_id: str | None = None
    priority: str | None = None
    ends_at: datetime | None = None
    status: str | None = None
    marker: str | None = None
    unread: tuple[Unread, ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether it is a task still to be done: neither completed nor put off."""
        return self.type is ActivityType.TASK and not self.done and self.status != DEFERRED

    def is_done(self, now: datetime) -> bool:
        """Whether it took place or was completed. A task or call whose time has passed is not done by that."""
        end = (self.ends_at or self.at) if self.type is ActivityType.EVENT else None
        return self.done or (end is not None and end <= now)


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    kind: ClassVar[Kind] = Kind.NOTE
    id: str
    title: str | None
    text: str
    owner_id: str
    account_id: str | None
    created_at: datetime
    modified_at: datetime
    deal_id: str | None = None
    unread: tuple[Unread, ...] = ()


Entity = Account | Deal | Contact | Activity | Note
ENTITY_TYPES: Mapping[Kind, type[Entity]] = {t.kind: t for t in (Account, Deal, Contact, Activity, Note)}


@dataclass(frozen=True, slots=True)
class Deletions:
    """The ids of records that left the CRM; not `complete` if there were more than the CRM lists."""

    ids: tuple[str, ...]
    complete: bool = True


class StageOutcome(StrEnum):
    OPEN = "open"
    WON = "won"
    LOST = "lost"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """`offered` is False for a stage that deals still carry and the CRM offers no more: it has no place in the order."""

    name: str
    position: int
    outcome: StageOutcome = StageOutcome.OPEN
    probability: int | None = None
    offered: bool = True


@dataclass(frozen=True, slots=True)
class Pipeline:
    """The stages of a deal in order, as the CRM defines them, those of all sales pipelines together: a stage means the same in
    each of them."""

    stages: tuple[Stage, ...]
    _by_name: Mapping[str, Stage] = field(init=False, repr=False, compare=False, default_factory=dict)
    _closed: frozenset[str] = field(init=False, repr=False, compare=False, default=frozenset())

    def __post_init__(self) -> None:
        by_name = {stage.name: stage for stage in self.stages}
        object.__setattr__(self, "_by_name", by_name)
        closed = frozenset(name for name, stage in by_name.items() if stage.outcome is not StageOutcome.OPEN)
        object.__setattr__(self, "_closed", closed)

    def outcome(self, stage: str) -> StageOutcome:
        """An unknown stage counts as open, so that an unknown name never hides a deal."""
        known = self._by_name.get(stage)
        return known.outcome if known else StageOutcome.OPEN

    def position(self, stage: str) -> int | None:
        known = self._by_name.get(stage)
        return known.position if known and known.offered else None

    def is_open(self, stage: str) -> bool:
        return stage not in self._closed

    def open_deals(self, deals: Iterable[Deal]) -> tuple[Deal, ...]:
        return tuple(deal for deal in deals if deal.stage not in self._closed)


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountFacts:
    """One account as one reader may see it: the input of the signals.

    `account` is None for the group of deals without an account. If the reader owns single deals on another person's account
    (`partial`), it holds only those deals and their records.
    """

    account: Account | None
    deals: tuple[Deal, ...] = ()
    contacts: tuple[Contact, ...] = ()
    activities: tuple[Activity, ...] = ()
    notes: tuple[Note, ...] = ()
    partial: bool = False
    apart: str = ""

    @property
    def id(self) -> str:
        return self.account.id if self.account else ""

    @property
    def name(self) -> str:
        """Its name, with a few words that distinguish it from another of its owner's accounts."""
        if self.account is None:
            return "Deals without an account"
        return f"{self.account.name} ({self.apart})" if self.apart else self.account.name
