"""Small values for the tests of the store: give what matters, the rest is plausible."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any

from store.domain.brief.brief import Brief, Card, News, Statement
from store.domain.crm.accounts import Account, Activity, ActivityType, Contact, Deal, Kind, Note, Person
from store.domain.crm.evidence import Confidence, ConfidenceLevel, Evidence, Source
from store.domain.gate.proposals import Action, Proposal, Recommendation, State
from store.domain.gate.write import Write, digest_of
from store.domain.gate.writes.add_note import AddNote
from store.domain.gate.writes.create_task import CreateTask
from store.domain.signals.kinds import Risk, Signal, SignalKind

NOW = datetime(2026, 11, 20, 7, 0, tzinfo=UTC)
TODAY = NOW.date()
ANNA = Person(id="u-anna", name="Anna Berg", email="Anna@Example.com", manager_id="u-mia")
BEN = Person(id="u-ben", name="Ben Okoro", email="ben@example.com", manager_id="u-mia")
MIA = Person(id="u-mia", name="Mia Lindt", email="mia@example.com")

_numbers = count(1)


def account(id: str, owner: Person = ANNA, **fields: Any) -> Account:
    given: dict[str, Any] = {
        "name": f"Account {id}",
        "created_at": NOW - timedelta(days=90),
        "modified_at": NOW - timedelta(days=9),
    }
    return Account(id=id, owner_id=owner.id, **given | fields)


def deal(id: str, account_id: str | None, owner: Person = ANNA, **fields: Any) -> Deal:
    given: dict[str, Any] = {
        "name": f"Deal {id}",
        "stage": "Qualification",
        "created_at": NOW - timedelta(days=60),
        "modified_at": NOW - timedelta(days=5),
    }
    return Deal(id=id, owner_id=owner.id, account_id=account_id, **given | fields)


def contact(id: str, account_id: str | None, owner: Person = ANNA) -> Contact:
    return Contact(
        id=id, name=f"Contact {id}", owner_id=owner.id, account_id=account_id, created_at=NOW, modified_at=NOW
    )


def activity(id: str, account_id: str | None = None, *, deal_id: str | None = None, **fields: Any) -> Activity:
    given: dict[str, Any] = {"type": ActivityType.CALL, "subject": f"Call {id}", "owner_id": ANNA.id}
    return Activity(id=id, account_id=account_id, deal_id=deal_id, created_at=NOW, modified_at=NOW, **given | fields)


def note(id: str, account_id: str | None = None, *, deal_id: str | None = None) -> Note:
    return Note(
        id=id, title=None, text=f"Note {id}", owner_id=ANNA.id, account_id=account_id, deal_id=deal_id,
        created_at=NOW, modified_at=NOW,
    )  # fmt: skip


def evidence() -> Evidence:
    return Evidence(
        source=Source.CHANGE, kind=Kind.DEAL, record_id="d1", record_name="Renewal", field="amount", label="Amount",
        value="90 → 60", at=NOW, change_id="c1",
    )  # fmt: skip


def task(subject: str = "Call Acme") -> CreateTask:
    return CreateTask(
        parent_kind=Kind.ACCOUNT, parent_id="a1", parent_name="Acme", subject=subject, description="About the renewal.",
        due=date(2026, 11, 24), assignee_id=ANNA.id, assignee_name=ANNA.name,
    )  # fmt: skip


def crm_note() -> AddNote:
    return AddNote(parent_kind=Kind.DEAL, parent_id="d1", parent_name="Renewal", title="Moved", text="It slipped.")


def recommendation(key: str = "a1:follow_up", write: Write | None = None) -> Recommendation:
    return Recommendation(
        key=key, action=Action.FOLLOW_UP, title="Call Acme", rationale="Nobody did for 40 days.", risk=Risk.HIGH,
        signals=(SignalKind.NO_ACTIVITY,), evidence=(evidence(),), write=write or task(),
        confidence=Confidence(score=0.8, level=ConfidenceLevel.HIGH, because="Two fields agree."),
    )  # fmt: skip


def proposal(id: str | None = None, *, owner: Person = ANNA, key: str = "a1:follow_up", **fields: Any) -> Proposal:
    name = id or f"p{next(_numbers):031d}"
    advice = recommendation(key, fields.pop("write", None))
    given: dict[str, Any] = {
        "lineage": name,
        "version": 1,
        "brief_id": "b1",
        "account_id": "a1",
        "account_name": "Acme",
        "state": State.PENDING,
        "created_at": NOW,
        "expires_at": NOW + timedelta(hours=72),
    }
    return Proposal(
        id=name, owner_id=owner.id, recommendation=advice, write=advice.write, digest=digest_of(advice.write),
        **given | fields,
    )  # fmt: skip


def brief(id: str = "b1", *, day: date = TODAY, generated_at: datetime = NOW) -> Brief:
    statement = Statement(text="No call for 40 days.", kinds=(SignalKind.NO_ACTIVITY,), evidence=(evidence(),))
    card = Card(
        account_id="a1", account_name="Acme", risk=Risk.HIGH, score=0.7, amount=90.0, statements=(statement,),
        recommendations=(recommendation(),), proposal_ids=("p1",),
    )  # fmt: skip
    won = Signal(
        kind=SignalKind.DEAL_WON, account_id="a2", record_id="d2", statement="Won.", weight=0.1, risk=Risk.LOW,
        since=NOW, evidence=(evidence(),),
    )  # fmt: skip
    return Brief(
        id=id, owner_id=ANNA.id, owner_name=ANNA.name, local_date=day, generated_at=generated_at, data_as_of=NOW,
        accounts=12, cards=(card,), news=(News(account_id="a2", account_name="Beta", signal=won),), quiet=10,
    )  # fmt: skip
