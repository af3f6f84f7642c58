"""The scopes that the README asks for: enough for all that the bot does in Zoho, and none that it does not need."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import Literal

import pytest

from integrations.zoho.reading.client import ZohoClient
from integrations.zoho.sign_in.scopes import SCOPES
from integrations.zoho.writing.writer import ZohoWriter
from store.domain.crm.accounts import Kind, Stream
from store.domain.errors import CrmAuth
from store.domain.gate.verdicts import Verdict, WriteResult
from store.domain.gate.write import Write
from store.domain.gate.writes.remove_record import RemoveRecord
from store.domain.gate.writes.update_task import UpdateTask
from tests.documents import blocks, read
from tests.integrations.zoho.bench import bench
from tests.integrations.zoho.changes import NOTE, TASK, UPDATE, approved
from tests.integrations.zoho.company import NORTHWIND, NOW, RENEWAL, company

IN_README = tuple(
    scope
    for block in blocks(read("README.md"), "text")
    for scope in re.findall(r"[\w.]+", block.text)
    if scope.startswith("Zoho")
)

Work = Callable[[ZohoClient], Awaitable[object]]


async def _changed(client: ZohoClient) -> None:
    for stream in Stream:
        async for _ in client.changed(stream, since=None):
            pass


async def _deleted(client: ZohoClient) -> None:
    for stream in Stream:
        await client.deleted(stream, since=NOW)


async def _history(client: ZohoClient) -> None:
    await client.history(Kind.ACCOUNT, NORTHWIND)
    await client.history(Kind.DEAL, RENEWAL)


READS: dict[str, Work] = {
    "people": lambda client: client.people(),
    "me": lambda client: client.me(),
    "pipeline": lambda client: client.pipeline(),
    "changed": _changed,
    "deleted": _deleted,
    "account": lambda client: client.account(NORTHWIND),
    "history": _history,
    "search": lambda client: client.search_accounts("North", owners=None, limit=5),
    "modules": lambda client: client.catalogue.is_on("Deals"),
    "open deals": lambda client: client.open_deals(owners=None, after=None, limit=5),
}
WRITES: dict[str, Write] = {"task": TASK, "note": NOTE, "update": UPDATE}


def test_the_readme_names_the_scopes_that_signing_in_asks_for() -> None:
    assert IN_README == SCOPES


async def test_the_scopes_in_the_readme_are_enough_for_everything_the_bot_does() -> None:
    assert await _refused_with(SCOPES) == []


@pytest.mark.parametrize("scope", SCOPES)
async def test_each_scope_in_the_readme_is_needed(scope: str) -> None:
    assert await _refused_with(tuple(each for each in SCOPES if each != scope)) != []


async def _refused_with(scopes: tuple[str, ...]) -> list[str]:
    """What of the bot's work Zoho refuses to a client with these scopes."""
    refused = []
    async with bench(company(), scopes=scopes) as crm:
        for name, read_it in READS.items():
            try:
                await read_it(crm.client)
            except CrmAuth:
                refused.append(name)
        for name, write in WRITES.items():
            result = await crm.writer.write(approved(write))
            if result.verdict is not Verdict.DONE:
                refused.append(name)
                continue
            if name == "task":
                moved = await crm.writer.write(approved(_completed(result)))
                refused += ["change of the task"] if moved.verdict is not Verdict.DONE else []
                result = moved if moved.verdict is Verdict.DONE else result
            if name != "update" and not await _taken_back(crm.writer, "task" if name == "task" else "note", result):
                refused.append(f"undo of the {name}")
    return refused


def _completed(made: WriteResult) -> UpdateTask:
    assert made.crm_id is not None
    assert made.modified_at is not None
    return UpdateTask(
        parent_kind=TASK.parent_kind,
        parent_id=TASK.parent_id,
        parent_name=TASK.parent_name,
        task_id=made.crm_id,
        subject=TASK.subject,
        agreed_on=NOW.date(),
        was_due=TASK.due,
        was_status="Not Started",
        due=TASK.due,
        status="Completed",
        unless_modified_since=made.modified_at,
    )


async def _taken_back(writer: ZohoWriter, record: Literal["task", "note"], made: WriteResult) -> bool:
    assert made.crm_id is not None
    assert made.modified_at is not None
    removal = RemoveRecord(
        parent_kind=Kind.ACCOUNT,
        parent_id=NORTHWIND,
        parent_name="Northwind",
        record=record,
        record_id=made.crm_id,
        title="Ours",
        unless_modified_since=made.modified_at,
    )
    return (await writer.write(approved(removal))).verdict is Verdict.DONE
