"""Zoho's own Python SDK and our client, side by side on one sandbox: what the one writes, the other reads."""

from __future__ import annotations

import asyncio
import csv
import io
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from typing import TypeVar

import pytest

from store.domain.crm.accounts import Activity, Kind, Stream
from store.domain.gate.verdicts import Verdict
from tests.integrations.zoho.bench import Bench, bench
from tests.integrations.zoho.changes import TASK, UPDATE, approved
from tests.integrations.zoho.company import HARBOUR, NORTHWIND, company

pytestmark = pytest.mark.slow
T = TypeVar("T")


@pytest.fixture
def sdk() -> ModuleType:
    """Imported here: it is a thousand modules, and nothing else needs them."""
    from tests.integrations.sandbox_zoho import official_sdk

    return official_sdk


@pytest.fixture(autouse=True)
def direct(monkeypatch: pytest.MonkeyPatch) -> None:
    """The SDK takes its proxies from the environment; this machine is reached without one."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


async def test_our_client_reads_what_the_sdk_wrote(sdk: ModuleType, tmp_path: Path) -> None:
    async with bench(company()) as crm:

        def write() -> tuple[int, str]:
            return sdk.rate(NORTHWIND, "Active"), sdk.create_task("From the SDK", NORTHWIND)

        status, task_id = await _with_sdk(sdk, crm, tmp_path, write)
        account, task = await crm.client.record(Kind.ACCOUNT, NORTHWIND), await _activity(crm, task_id)
        assert status == 200
        assert getattr(account, "rating", None) == "Active"
        assert (task.subject, task.account_id) == ("From the SDK", NORTHWIND)


async def test_the_sdk_reads_what_our_writer_wrote(sdk: ModuleType, tmp_path: Path) -> None:
    async with bench(company()) as crm:
        for write in (UPDATE, TASK):
            assert (await crm.writer.write(approved(write))).verdict is Verdict.DONE

        def read() -> tuple[object, list[object]]:
            accounts = sdk.records("Accounts", "Account_Type")
            tasks = sdk.records("Tasks", "Subject")
            return sdk.plain(accounts[NORTHWIND]["Account_Type"]), [task["Subject"] for task in tasks.values()]

        account_type, subjects = await _with_sdk(sdk, crm, tmp_path, read)
        assert account_type == "Customer"
        assert any(str(subject).startswith(TASK.subject) for subject in subjects)


async def test_both_read_the_same_accounts(sdk: ModuleType, tmp_path: Path) -> None:
    async with bench(company()) as crm:
        theirs = await _with_sdk(
            sdk,
            crm,
            tmp_path,
            lambda: sdk.records("Accounts", "Account_Name,Industry,Owner,Annual_Revenue,Modified_Time"),
        )
        ours = (await crm.client.accounts(owners=None, after=None, limit=100)).items
        assert {account.id for account in ours} == theirs.keys() == {NORTHWIND, HARBOUR}
        for account in ours:
            read = {name: sdk.plain(value) for name, value in theirs[account.id].items()}
            assert (account.name, account.industry, account.owner_id, account.annual_revenue) == (
                read["Account_Name"], read["Industry"], read["Owner"], read["Annual_Revenue"],
            )  # fmt: skip
            assert account.modified_at == _utc(read["Modified_Time"])


async def test_the_sdk_counts_and_reads_in_bulk(sdk: ModuleType, tmp_path: Path) -> None:
    async with bench(company()) as crm:

        def read() -> tuple[int, Path]:
            return sdk.count("Accounts"), sdk.bulk_read("Accounts", ["Account_Name"], tmp_path)

        counted, packed = await _with_sdk(sdk, crm, tmp_path, read)
        with zipfile.ZipFile(packed) as archive:
            lines = list(csv.DictReader(io.StringIO(archive.read(archive.namelist()[0]).decode())))
        assert counted == len(lines) == 2
        assert {line["Id"] for line in lines} == {NORTHWIND, HARBOUR}


async def _with_sdk(sdk: ModuleType, crm: Bench, folder: Path, act: Callable[[], T]) -> T:
    """Do something as the SDK, signed in, while the sandbox answers."""

    def signed_in() -> T:
        sdk.sign_in(crm.sandbox, folder)
        return act()

    return await asyncio.to_thread(signed_in)


async def _activity(crm: Bench, task_id: str) -> Activity:
    async for page, _ in crm.client.changed(Stream.TASKS, since=None):
        for found in page:
            if isinstance(found, Activity) and found.id == task_id:
                return found
    raise AssertionError(f"our client does not read task {task_id}")


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC)
