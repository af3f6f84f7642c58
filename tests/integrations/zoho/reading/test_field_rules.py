"""Zoho's description of its fields as rules, read from the sandbox."""

from __future__ import annotations

from typing import Any

import pytest

from store.domain.gate.fields import FieldRule, field_problems
from store.domain.gate.write import Write
from tests.integrations.zoho.bench import Bench
from tests.integrations.zoho.changes import DESCRIBED, NOTE, TASK, UPDATE


@pytest.mark.parametrize("write", [TASK, NOTE, UPDATE, DESCRIBED])
async def test_what_zoho_describes_takes_what_we_write(crm: Bench, write: Write) -> None:
    assert field_problems(write, await crm.client.field_rules()) == []


async def test_a_field_is_told_with_its_label_length_and_choices(crm: Bench) -> None:
    fields = (await crm.client.field_rules())["create_task"].fields
    assert fields["subject"] == FieldRule(label="Subject", type="text", length=300, required=True)
    assert set(fields["priority"].choices) == {"High", "Highest", "Low", "Lowest", "Normal"}


@pytest.mark.parametrize(
    ("module", "field", "changed", "write", "problem"),
    [
        ("Tasks", "Priority", {"read_only": True}, TASK, "priority"),
        ("Tasks", "Due_Date", {"visible": False}, TASK, "due"),
        ("Tasks", "Who_Id", {"mandatory": True}, TASK, ""),
        ("Notes", "Note_Title", {"length": 3}, NOTE, "title"),
        ("Notes", "Note_Content", {"data_type": "lookup"}, NOTE, "text"),
        ("Accounts", "Account_Type", {"read_only": True}, UPDATE, "account_type"),
    ],
)
async def test_what_an_administrator_changed_is_a_problem_of_its_field(
    crm: Bench, module: str, field: str, changed: dict[str, Any], write: Write, problem: str
) -> None:
    crm.sandbox.redefine(module, field, **changed)
    assert [name for name, _ in field_problems(write, await crm.client.field_rules())] == [problem]


async def test_a_mandatory_field_beside_an_update_does_not_matter_to_it(crm: Bench) -> None:
    crm.sandbox.redefine("Accounts", "Industry", mandatory=True)
    assert field_problems(UPDATE, await crm.client.field_rules()) == []


async def test_a_module_that_zoho_does_not_describe_is_left_out(crm: Bench) -> None:
    unknown = {"code": "INVALID_MODULE", "details": {}, "message": "no", "status": "error"}
    crm.sandbox.faults.answer("GET", "/settings/fields", status=400, body=unknown)
    assert set(await crm.client.field_rules()) == {"create_task", "update_account", "update_task", "reassign_account"}
