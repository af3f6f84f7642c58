"""`sergas report`, as an operator runs it."""

from __future__ import annotations

import csv
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, timedelta
from io import StringIO
from pathlib import Path

import pytest

from bot.commands.report import run_report
from store.domain.errors import BadInput
from tests.flows.company import ANNA, BOB
from tests.flows.openings import Opening
from tests.flows.stage import ANNAS, Stage, stage


@pytest.fixture
async def made(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Stage]:
    """Anna opened the Home, and approved one of her recommendations two minutes later."""
    async with stage(sqlite_url, tmp_path, opening=Opening.MORNING) as made:
        await made.slack.home(ANNAS)
        await made.handled()
        made.clock.advance(timedelta(minutes=2))
        await made.approved(await made.proposal(), says="task created, due")
        yield made


async def test_the_targets_and_each_person_week_and_kind_are_shown(
    made: Stage, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await run_report(since=None, as_json=False, as_csv=False) == 0
    said = capsys.readouterr().out
    lines = [" ".join(line.split()) for line in said.splitlines()]
    assert "Accepted 100% 1 of 1 decisions 50%" in lines
    assert "Review 2:00 min 1 of 1 briefs under it under 3:00" in lines
    assert "Weekly use 50% 1 of 2 weeks with a brief 80%" in lines
    assert "Find it worth its minutes – fewer than 3 answers 80%" in lines
    assert any(line.startswith("Anna Berg 1 of 1 1 of 1 2:00 ") for line in lines)
    assert any(line.startswith("2026-03-23 1 of 2 ") for line in lines)
    assert any(line.startswith("No activity ") for line in lines)
    assert "Slack tells no app what is read" in " ".join(lines)


async def test_eighty_columns_cut_nothing(
    made: Stage, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    async with made.bot.services.database.transaction() as tx:
        name = "Bartholomew Chattopadhyay-Wolfeschlegelstein"
        await tx.people.replace(
            [replace(each, name=name) if each.id == BOB else each for each in await tx.people.all()]
        )
    assert await run_report(since=None, as_json=False, as_csv=False) == 0
    said = capsys.readouterr().out
    assert "Decided" in said
    assert "2026-03-23" in said
    assert "…" not in said


async def test_without_a_review_there_is_no_time_and_no_unit(
    sqlite_url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async with stage(sqlite_url, tmp_path, opening=Opening.MORNING):
        assert await run_report(since=None, as_json=False, as_csv=False) == 0
    assert "Review – 0 of 0" in " ".join(capsys.readouterr().out.split())


async def test_json_has_the_same_with_denominators(made: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    assert await run_report(since=datetime(2026, 3, 24), as_json=True, as_csv=False) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["total"]["acceptance"] == {"part": 1, "of": 1, "share": 1.0}
    assert said["total"]["review"]["median_seconds"] == pytest.approx(120, abs=0.1)
    assert (said["since"], said["survey"]) == ("2026-03-24", None)
    assert {each["id"] for each in said["people"]} == {ANNA, BOB}
    assert sum(each["shown"] for each in said["cells"]) == said["total"]["shown"]


async def test_csv_has_a_row_for_each_person_week_and_kind_and_no_formula(
    made: Stage, capsys: pytest.CaptureFixture[str]
) -> None:
    async with made.bot.services.database.transaction() as tx:
        people = [each for each in await tx.people.all() if each.id != BOB]
        bob = await tx.people.get(BOB)
        assert bob is not None
        await tx.people.replace([*people, type(bob)(id=BOB, name="=HYPERLINK(1)", email=bob.email)])
    assert await run_report(since=None, as_json=False, as_csv=True) == 0
    rows = list(csv.DictReader(StringIO(capsys.readouterr().out)))
    assert {row["week"] for row in rows} == {"2026-03-23"}
    assert {row["person"] for row in rows} == {"Anna Berg", "'=HYPERLINK(1)"}
    assert sum(int(row["accepted"]) for row in rows) == 1


async def test_later_briefs_than_the_last_are_none(made: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    assert await run_report(since=datetime(2026, 3, 25), as_json=False, as_csv=False) == 0
    assert capsys.readouterr().out == "No morning brief is in Slack in this time.\n"


async def test_two_forms_at_once_are_refused() -> None:
    with pytest.raises(BadInput, match="not both"):
        await run_report(since=None, as_json=True, as_csv=True)
