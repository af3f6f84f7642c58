"""Small CRM values for the tests of the rules: give what matters, the rest is plausible and calm.

Everything hangs on one account, looked at on Friday 20 November 2026, 06:00 UTC. Changes are made by the product's own
`diff`, never by hand.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, TypeVar

from store.domain.crm.accounts import (
    Account,
    AccountFacts,
    Activity,
    ActivityType,
    Contact,
    Deal,
    Note,
    Person,
    Pipeline,
    Stage,
    StageOutcome,
)
from store.domain.crm.changes import Change, diff
from store.domain.signals.context import SignalContext, SignalPolicy
from store.domain.signals.detectors import look_at
from store.domain.signals.kinds import Finding, Signal, SignalKind

NOW = datetime(2026, 11, 20, 6, 0, tzinfo=UTC)
TODAY = NOW.date()
DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)
PIPELINE = Pipeline(
    (
        Stage(name="Qualification", position=1),
        Stage(name="Proposal", position=2),
        Stage(name="Negotiation", position=3),
        Stage(name="Closed Won", position=4, outcome=StageOutcome.WON),
        Stage(name="Closed Lost", position=5, outcome=StageOutcome.LOST),
    )
)
ANNA = Person(id="u-anna", name="Anna Berg", email="anna@example.com", manager_id="u-mia")
BEN = Person(id="u-ben", name="Ben Okoro", email="ben@example.com", manager_id="u-mia")
MIA = Person(id="u-mia", name="Mia Lindt", email="mia@example.com")
PEOPLE = {person.id: person for person in (ANNA, BEN, MIA)}

Record = TypeVar("Record", Account, Deal, Contact, Activity, Note)


def account(**fields: Any) -> Account:
    given: dict[str, Any] = {
        "created_at": NOW - 200 * DAY,
        "modified_at": NOW - 9 * DAY,
        "owner_id": ANNA.id,
        "name": "Acme GmbH",
    }
    return Account(id="a1", **given | fields)


def deal(id: str = "d1", **fields: Any) -> Deal:
    """An open, small deal in its second stage that closes far ahead and names its next step."""
    given: dict[str, Any] = {
        "name": "Renewal",
        "owner_id": ANNA.id,
        "account_id": "a1",
        "created_at": NOW - 40 * DAY,
        "modified_at": NOW - 5 * DAY,
        "stage": "Proposal",
        "amount": 9_000.0,
        "closing_date": TODAY + 90 * DAY,
        "next_step": "Send the offer",
    }
    return Deal(id=id, **given | fields)


def contact(id: str = "c1", **fields: Any) -> Contact:
    given: dict[str, Any] = {"name": "Eva Sommer", "owner_id": ANNA.id, "account_id": "a1"}
    return Contact(id=id, **given | {"created_at": NOW - 90 * DAY, "modified_at": NOW - 90 * DAY} | fields)


def activity(type: ActivityType, at: datetime | None, id: str = "x1", **fields: Any) -> Activity:
    given: dict[str, Any] = {"subject": f"{type.capitalize()} {id}", "owner_id": ANNA.id, "account_id": "a1"}
    return Activity(id=id, type=type, at=at, created_at=NOW - 50 * DAY, modified_at=NOW - 50 * DAY, **given | fields)


def call(at: datetime, id: str = "x1", *, done: bool = True, **fields: Any) -> Activity:
    return activity(ActivityType.CALL, at, id, done=done, **fields)


def task(due: date, id: str = "t1", **fields: Any) -> Activity:
    return activity(ActivityType.TASK, datetime(due.year, due.month, due.day, tzinfo=UTC), id, **fields)


def note(at: datetime, id: str = "n1", **fields: Any) -> Note:
    given: dict[str, Any] = {"title": "Talk", "text": "They like it.", "owner_id": ANNA.id, "account_id": "a1"}
    return Note(id=id, created_at=at, modified_at=at, **given | fields)


def facts(*deals: Deal, **fields: Any) -> AccountFacts:
    """A calm account: two contacts and a call two days ago, unless told otherwise."""
    given: dict[str, Any] = {
        "account": account(),
        "contacts": (contact("c1"), contact("c2", name="Jon Moe")),
        "activities": (call(NOW - 2 * DAY),),
    }
    return AccountFacts(deals=deals, **given | fields)


def context(*changes: Change, policy: SignalPolicy | None = None, **fields: Any) -> SignalContext:
    given: dict[str, Any] = {
        "now": NOW,
        "today": TODAY,
        "pipeline": PIPELINE,
        "news_since": NOW - DAY,
        "people": PEOPLE,
    }
    return SignalContext(policy=policy or SignalPolicy(), changes=changes, **given | fields)


def moved(before: Record, at: datetime, **fields: Any) -> tuple[Record, tuple[Change, ...]]:
    """The record with these fields moved at `at`, and the changes that the product finds; noticed the night after."""
    after = replace(before, modified_at=at, **fields)
    return after, diff(before, after, seen_at=at + timedelta(hours=6))


def found(kind: SignalKind, of: AccountFacts, at: SignalContext) -> Finding:
    return next(each for each in look_at(of, at) if each.kind is kind)


def signals_of(of: AccountFacts, at: SignalContext) -> tuple[Signal, ...]:
    return tuple(signal for finding in look_at(of, at) for signal in finding.signals)
