"""People show by their acts that they looked at their brief; the bot guesses nothing that it can't see."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import select

from bot.views.action_ids import WHY
from store.domain.pilot.opening import Sign
from store.repositories.openings import openings
from tests.flows.company import ANNA, MIA
from tests.flows.openings import Opening
from tests.flows.stage import ANNAS, MIAS, Stage, stage


async def signs(made: Stage) -> set[tuple[str, Sign, bool]]:
    """Whose signs of which kind there are, and whether they belong to a brief."""
    await made.handled()
    async with made.bot.services.database.reading() as tx:
        rows = await tx.openings._connection.execute(select(openings.c.person_id, openings.c.sign, openings.c.brief_id))
        return {(person_id, Sign(sign), bool(brief_id)) for person_id, sign, brief_id in rows}


async def test_opening_the_home_pressing_asking_why_and_writing_are_signs(morning: Stage) -> None:
    assert await signs(morning) == set()
    await morning.slack.home(ANNAS)
    await morning.slack.home(ANNAS, tab="messages")
    await morning.slack.message(ANNAS, "what first?")
    brief = morning.briefs(ANNAS)[0]
    why = next(
        (block["block_id"], each)
        for block in brief["blocks"]
        for each in block.get("elements", ())
        if isinstance(each, dict) and each.get("action_id") == WHY
    )
    await morning.slack.click(ANNAS, WHY, ts=brief["ts"], block_id=why[0], channel=morning.slack.channel(ANNAS))
    await morning.approve(await morning.proposal())
    assert await signs(morning) == {(ANNA, each, True) for each in Sign}


async def test_someone_without_a_brief_gives_signs_too(morning: Stage) -> None:
    await morning.slack.home(MIAS)
    assert await signs(morning) == {(MIA, Sign.HOME, False)}


async def test_no_sign_is_noted_before_someone_confirmed_who_they_are(sqlite_url: str, tmp_path: Path) -> None:
    async with stage(sqlite_url, tmp_path, confirmed=False, opening=Opening.MORNING) as made:
        await made.slack.home(ANNAS)
        await made.slack.message(ANNAS, "what first?")
        assert await signs(made) == set()
