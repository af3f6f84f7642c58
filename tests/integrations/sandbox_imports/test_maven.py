"""A real pipeline of 8,800 deals, imported whole and replayed one working day after the other over the wire."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import httpx
import pytest

from integrations.sandbox.history import Company
from integrations.sandbox.imports import load_csv
from integrations.sandbox.zoho import ZohoSandbox
from tests.integrations.sandbox_zoho.company import StillClock, Wire

DATA = Path(__file__).parents[4] / "shared" / "data" / "maven_crm"
MAPPING = Path(__file__).parents[2] / "data" / "maven_crm.toml"
pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason="the data is not beside the repository")


@pytest.fixture(scope="module")
def maven() -> Company:
    return load_csv(DATA, MAPPING)


def test_everything_is_imported(maven: Company) -> None:
    created = Counter(event.module for event in maven.events if event.op == "create")
    assert created == {"Accounts": 85, "Deals": 8_800}
    assert Counter(user.role for user in maven.users) == {"Account Executive": 35, "Sales Manager": 6}
    outcomes = Counter(event.fields["Stage"] for event in maven.events if event.op == "update")
    assert outcomes == {"Won": 4_238, "Lost": 2_473}
    stages = Counter(
        event.fields["Stage"] for event in maven.events if event.module == "Deals" and event.op == "create"
    )
    assert stages == {"Engaging": 8_300, "Prospecting": 500}


def test_misspellings_are_put_right(maven: Company) -> None:
    texts = {str(value) for event in maven.events for value in event.fields.values() if isinstance(value, str)}
    assert "technology" in texts
    assert not [text for text in texts if "technolgy" in text or "GTXPro" in text]


def test_deals_without_an_account_point_to_none(maven: Company) -> None:
    deals = [event for event in maven.events if event.module == "Deals" and event.op == "create"]
    assert sum("Account_Name" not in event.fields for event in deals) == 1_425


async def test_the_working_days_of_a_quarter_find_exactly_its_new_won_and_lost_deals(maven: Company) -> None:
    clock = StillClock(datetime.combine(date(2017, 9, 29), time(23), tzinfo=UTC))
    sandbox = ZohoSandbox(maven, clock=clock.now)
    sandbox.play(clock.now())
    await sandbox.start()
    async with httpx.AsyncClient(base_url=sandbox.url) as http:
        wire = Wire(http, sandbox, clock)
        seen = await _deals(wire, "id > 0")
        found: Counter[str] = Counter()
        for day in _working_days(date(2017, 10, 2), date(2017, 12, 29)):
            since = clock.now()
            clock.moment = datetime.combine(day, time(23), tzinfo=UTC)
            sandbox.play(clock.now())
            for key, stage in (await _deals(wire, f"Modified_Time >= '{since.isoformat()}'")).items():
                news = "new" if key not in seen else stage if seen[key] == "Engaging" != stage else "old"
                found[news] += 1
                seen[key] = stage
    await sandbox.stop()
    assert (found["new"], found["Won"], found["Lost"]) == (1_197, 1_149, 766)


async def _deals(wire: Wire, where: str) -> dict[str, str]:
    """The stage of each deal that meets the condition, by as many queries as it takes."""
    await wire.sign_in()
    stages: dict[str, str] = {}
    last, more = "0", True
    while more:
        answer = await wire.coql(f"select Stage from Deals where ({where} and id > '{last}') order by id limit 2000")
        if not answer.content:
            return stages
        body = answer.json()
        stages |= {row["id"]: row["Stage"] for row in body["data"]}
        last, more = body["data"][-1]["id"], body["info"]["more_records"]
    return stages


def _working_days(first: date, last: date) -> list[date]:
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    return [day for day in days if day.weekday() < 5]
