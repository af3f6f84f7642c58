"""The writes that the tests of the writer send, each as somebody approved it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from integrations.sandbox.history import CrmEvent, Json
from store.domain.crm.accounts import Kind
from store.domain.gate.approvals import ApprovedChange
from store.domain.gate.write import Write, digest_of
from store.domain.gate.writes.add_note import AddNote
from store.domain.gate.writes.create_task import CreateTask
from store.domain.gate.writes.reassign_account import ReassignAccount
from store.domain.gate.writes.update_account import FieldChange, UpdateAccount
from tests.integrations.zoho.company import ANNA, BOB, NORTHWIND, NOW, RENEWAL, START

MARKER = "[SAM-0123456789]"
TASK = CreateTask(
    parent_kind=Kind.DEAL,
    parent_id=RENEWAL,
    parent_name="Renewal",
    subject="Call Sam",
    description="Ask about the terms.",
    due=date(2026, 3, 24),
    priority="High",
    assignee_id=ANNA,
    assignee_name="Anna Berg",
)
NOTE = AddNote(
    parent_kind=Kind.ACCOUNT, parent_id=NORTHWIND, parent_name="Northwind", title="Slipped", text="By 14 days."
)
UPDATE = UpdateAccount(
    account_id=NORTHWIND,
    account_name="Northwind",
    changes=(FieldChange(field="account_type", before="Prospect", after="Customer"),),
    unless_modified_since=START,
)
DESCRIBED = replace(
    UPDATE, changes=(FieldChange(field="description", before="Moves goods.\nSlowly.", after="Moves goods fast."),)
)
REASSIGNMENT = ReassignAccount(
    account_id=NORTHWIND,
    account_name="Northwind",
    from_id=ANNA,
    from_name="Anna Berg",
    to_id=BOB,
    to_name="Bob Chan",
    unless_modified_since=START,
)
WRITES = pytest.mark.parametrize(
    "write",
    [TASK, NOTE, UPDATE, DESCRIBED, REASSIGNMENT],
    ids=["task", "note", "update", "description", "reassignment"],
)
PATH = "/(Tasks|Notes|Accounts/[0-9]+)$"


def approved(write: Write) -> ApprovedChange:
    return ApprovedChange(
        proposal_id="0123456789" + "a" * 22,
        version=1,
        digest=digest_of(write),
        write=write,
        marker=MARKER,
        approved_by=ANNA,
        approved_at=NOW,
    )


def fault_on(write: Write) -> tuple[str, str]:
    """The method and path of the request that carries this write."""
    return ("PUT" if isinstance(write, UpdateAccount | ReassignAccount) else "POST", PATH)


def annas_update(**fields: Json) -> CrmEvent:
    at = START + timedelta(days=1)
    return CrmEvent(at=at, op="update", module="Accounts", id=NORTHWIND, user_id=ANNA, fields=fields)
