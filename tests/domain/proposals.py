"""Proposals for the tests of the gate's rules: one pending card on one account."""

from __future__ import annotations

from datetime import date, timedelta

from store.domain.crm.accounts import Kind
from store.domain.crm.evidence import Confidence, ConfidenceLevel
from store.domain.gate.proposals import Action, Proposal, Recommendation, State
from store.domain.gate.write import Write, digest_of
from store.domain.gate.writes.add_note import AddNote
from store.domain.gate.writes.create_task import CreateTask
from store.domain.gate.writes.reassign_account import ReassignAccount
from store.domain.gate.writes.remove_record import RemoveRecord
from store.domain.gate.writes.update_account import FieldChange, UpdateAccount
from store.domain.gate.writes.update_task import UpdateTask
from store.domain.signals.kinds import Risk, SignalKind
from tests.domain.makers import ANNA, BEN, NOW

LIFETIME = timedelta(hours=72)
TASK = CreateTask(
    parent_kind=Kind.ACCOUNT, parent_id="a1", parent_name="Acme GmbH", subject="Call Acme", description="It is quiet.",
    due=date(2026, 11, 24), assignee_id=ANNA.id, assignee_name=ANNA.name,
)  # fmt: skip
NOTE = AddNote(parent_kind=Kind.ACCOUNT, parent_id="a1", parent_name="Acme GmbH", title="What moved", text="It moved.")
UPDATE = UpdateAccount(
    account_id="a1", account_name="Acme GmbH", unless_modified_since=NOW,
    changes=(FieldChange(field="account_type", before="Prospect", after="Customer"),),
)  # fmt: skip
REMOVAL = RemoveRecord(
    parent_kind=Kind.ACCOUNT, parent_id="a1", parent_name="Acme GmbH", record="task", record_id="1", title="Call Acme",
    unless_modified_since=NOW,
)  # fmt: skip
STEP = UpdateTask(
    parent_kind=Kind.ACCOUNT, parent_id="a1", parent_name="Acme GmbH", task_id="7", subject="Call Acme",
    agreed_on=date(2026, 11, 12), was_due=date(2026, 11, 16), was_status="Not Started", due=date(2026, 11, 24),
    status="Not Started", unless_modified_since=NOW,
)  # fmt: skip
REASSIGNMENT = ReassignAccount(
    account_id="a1", account_name="Acme GmbH", from_id=ANNA.id, from_name=ANNA.name, to_id=BEN.id, to_name=BEN.name,
    unless_modified_since=NOW,
)  # fmt: skip


def proposal(write: Write, *, risk: Risk = Risk.HIGH) -> Proposal:
    """Pending, shown just now."""
    advice = Recommendation(
        key="k", action=Action.FOLLOW_UP, title="Call them", rationale="It is quiet.", risk=risk,
        signals=(SignalKind.NO_ACTIVITY,), evidence=(), write=write,
        confidence=Confidence(score=0.8, level=ConfidenceLevel.HIGH, because="Two fields agree."),
    )  # fmt: skip
    return Proposal(
        id="0123456789abcdef" * 2, lineage="line", version=1, brief_id=None, owner_id=ANNA.id, account_id="a1",
        account_name="Acme GmbH", recommendation=advice, write=write, digest=digest_of(write), state=State.PENDING,
        created_at=NOW, expires_at=NOW + LIFETIME,
    )  # fmt: skip
