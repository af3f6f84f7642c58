"""Two accounts of one name are told apart wherever people meet them."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

from integrations.sandbox.history import Company
from tests.flows.company import ACME, ANNA, BOB, FIRST_NIGHT, LONG_AGO, company
from tests.flows.stage import ANNAS, MIAS, NIGHT, Stage, stage
from tests.integrations.zoho.company import create

TWIN = "4150868000002000099"


def with_a_twin(*, owner: str | None = None, industry: str | None = None, kind: str | None = None) -> Company:
    made, by = company(), owner or ANNA
    twin = create(
        "Accounts", TWIN, at=LONG_AGO, user=by, Account_Name="Acme Robotics", Industry=industry, Account_Type=kind
    )
    deal = create("Deals", "4150868000003000099", at=LONG_AGO, user=by, Deal_Name="Arms", Account_Name={"id": TWIN},
                  Stage="Qualification", Closing_Date="2026-02-01", Amount=9_000.0)  # fmt: skip
    return replace(made, events=tuple(sorted((*made.events, twin, deal), key=lambda event: event.at)))


async def begun(made: Stage) -> str:
    assert await made.look(FIRST_NIGHT)
    assert await made.look(NIGHT)
    await made.morning()
    return made.shown(ANNAS)


async def test_namesakes_in_a_brief_carry_what_only_they_have(database_url: str, tmp_path: Path) -> None:
    async with stage(database_url, tmp_path, of=with_a_twin(industry="Retail")) as made:
        shown = await begun(made)
    assert "Acme Robotics (Prospect)" in shown
    assert "Acme Robotics (Retail)" in shown
    assert not re.search(r"Acme Robotics(?! \()", shown)


async def test_namesakes_alike_in_everything_carry_the_end_of_their_ids(sqlite_url: str, tmp_path: Path) -> None:
    async with stage(sqlite_url, tmp_path, of=with_a_twin(kind="Prospect")) as made:
        shown = await begun(made)
    assert f"Acme Robotics (no. …{ACME[-4:]})" in shown
    assert f"Acme Robotics (no. …{TWIN[-4:]})" in shown


async def test_a_review_asks_which_namesake_and_takes_the_full_name(sqlite_url: str, tmp_path: Path) -> None:
    async with stage(sqlite_url, tmp_path, of=with_a_twin(industry="Retail")) as made:
        await begun(made)
        await made.slack.command(ANNAS, "/review-account", "Acme Robotics")
        await made.handled()
        asked = str(made.slack.ephemerals(ANNAS)) + made.shown(ANNAS)
        assert "Several accounts match" in asked
        assert "Acme Robotics (Retail)" in asked
        before = len(made.briefs(ANNAS))
        await made.slack.command(ANNAS, "/review-account", "acme robotics (retail)")
        await made.handled()
        assert len(made.briefs(ANNAS)) == before + 1
        assert "Arms" in str(made.briefs(ANNAS)[-1])


async def test_a_manager_tells_namesakes_apart_by_their_owners(sqlite_url: str, tmp_path: Path) -> None:
    async with stage(sqlite_url, tmp_path, of=with_a_twin(owner=BOB, kind="Prospect")) as made:
        shown = await begun(made)
        await made.slack.command(MIAS, "/review-account", "Acme Robotics")
        await made.handled()
        asked = str(made.slack.ephemerals(MIAS)) + made.shown(MIAS)
    assert "Acme Robotics (" not in shown  # Anna has one of that name, and hears nothing of Bob's
    assert "Acme Robotics (Anna Berg)" in asked
    assert "Acme Robotics (Bob Chan)" in asked


async def test_a_question_about_a_name_of_two_is_answered_with_the_two(sqlite_url: str, tmp_path: Path) -> None:
    async with stage(sqlite_url, tmp_path, of=with_a_twin(industry="Retail")) as made:
        await begun(made)
        await made.slack.message(ANNAS, "Why Acme Robotics?", thread_ts=made.briefs(ANNAS)[-1]["ts"])
        assert await made.answered(
            ANNAS, "Which one do you mean: “Acme Robotics (Prospect)” or “Acme Robotics (Retail)”?"
        )
        await made.slack.message(ANNAS, "Why Acme Robotics (Retail)?", thread_ts=made.briefs(ANNAS)[-1]["ts"])
        assert await made.answered(ANNAS, "Acme Robotics (Retail):")
