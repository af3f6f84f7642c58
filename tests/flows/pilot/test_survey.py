"""People are asked two questions about their brief after two weeks and then monthly, at a good moment; answers stay theirs."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.views.action_ids import SURVEY
from store.domain.crm.personal_settings import NOTHING_SET, Pause, PersonalSettings
from store.domain.errors import NotFound
from store.domain.gate.absences import absence_of
from store.domain.pilot.survey import AGAIN_AFTER, Decline, Question, Survey
from store.domain.running.features import Feature
from tests.flows.company import ANNA, BOB
from tests.flows.openings import Opening
from tests.flows.stage import ANNAS, BOBS, MIAS, Stage, by, stage

TWO_WEEKS_ON = datetime(2026, 4, 7, 7, 30, tzinfo=UTC)  # a Tuesday: 9:30 in Berlin, 16:30 in Tokyo
ASKS = "Is the morning brief worth its minutes?"


@pytest.fixture
async def made(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Stage]:
    """Anna and Bob have had briefs for two weeks, the last one a moment ago."""
    async with stage(sqlite_url, tmp_path, opening=Opening.MORNING) as opened:
        await brief_at(opened, TWO_WEEKS_ON)
        yield opened


async def brief_at(made: Stage, moment: datetime) -> None:
    await made.look(moment - timedelta(minutes=30))
    await made.morning(moment)


def asked(made: Stage, user_id: str) -> list[dict[str, Any]]:
    return [each for each in made.slack.dm(user_id) if SURVEY in str(each.get("blocks"))]


async def press(made: Stage, named: str, *, by: str = ANNAS, of: str = ANNAS) -> None:
    """Press a button of the last survey."""
    message = asked(made, of)[-1]
    block = next(each["block_id"] for each in message["blocks"] if f"{SURVEY}{named}" in str(each.get("elements")))
    await made.slack.click(by, f"{SURVEY}{named}", ts=message["ts"], block_id=block, channel=made.slack.channel(of))
    await made.handled()


async def kept(made: Stage, person_id: str = ANNA) -> Survey:
    async with made.bot.services.database.reading() as tx:
        return (await tx.surveys.last([person_id]))[person_id]


async def test_people_with_two_weeks_of_briefs_are_asked_once(made: Stage) -> None:
    assert await made.bot.pilot.survey() == 2
    assert await made.bot.pilot.survey() == 0
    assert [len(asked(made, each)) for each in (ANNAS, BOBS, MIAS)] == [1, 1, 0]
    assert ASKS in str(asked(made, ANNAS)[0]["blocks"])
    assert [each.action for each in await made.trail(ANNA)] == ["survey.asked"]


async def test_no_one_is_asked_in_the_first_two_weeks(sqlite_url: str, tmp_path: Path) -> None:
    async with stage(sqlite_url, tmp_path, opening=Opening.MORNING) as made:
        await brief_at(made, TWO_WEEKS_ON - timedelta(days=1))
        assert await made.bot.pilot.survey() == 0


async def test_the_next_survey_comes_with_the_first_brief_after_a_month(made: Stage) -> None:
    await made.bot.pilot.survey()
    for days in (7, 28):
        await brief_at(made, TWO_WEEKS_ON + timedelta(days=days))
        assert await made.bot.pilot.survey() == 0
    await brief_at(made, TWO_WEEKS_ON + AGAIN_AFTER + timedelta(days=4))  # a Tuesday
    assert await made.bot.pilot.survey() == 2
    assert (await kept(made)).number == 2


async def test_no_one_is_asked_outside_their_working_hours_or_while_away(made: Stage) -> None:
    async with made.bot.services.database.transaction() as tx:
        anna = await tx.people.get(ANNA)
        assert anna is not None
        day, now = made.clock.now().date(), made.clock.now()
        await tx.absences.set(absence_of(anna, first=day, last=day, delegate_id=BOB, set_by=ANNA, now=now))
    made.clock.advance(timedelta(hours=2))  # 18:30 in Tokyo
    assert await made.bot.pilot.survey() == 0
    assert asked(made, ANNAS) == asked(made, BOBS) == []


async def test_no_one_is_asked_in_their_quiet_hours_or_a_pause(made: Stage) -> None:
    now, quiet = made.clock.now(), (time(16), time(8))  # it is 16:30 in Tokyo
    async with made.bot.services.database.transaction() as tx:
        await tx.settings.keep(ANNA, PersonalSettings(pause=Pause()), before=NOTHING_SET, at=now)
        await tx.settings.keep(BOB, PersonalSettings(quiet=quiet), before=NOTHING_SET, at=now)
    assert await made.bot.pilot.survey() == 0


async def test_no_one_is_asked_on_a_holiday(sqlite_url: str, tmp_path: Path) -> None:
    async with stage(sqlite_url, tmp_path, opening=Opening.MORNING) as made:
        await brief_at(made, datetime(2026, 5, 1, 7, 30, tzinfo=UTC))  # the first of May, in Berlin but not in Tokyo
        assert await made.bot.pilot.survey() == 1
        assert asked(made, ANNAS) == []


async def test_no_one_is_asked_before_they_confirmed_who_they_are(made: Stage) -> None:
    async with made.bot.services.database.transaction() as tx:
        await tx.links.unlink(ANNA)
    assert await made.bot.pilot.survey() == 1
    assert asked(made, ANNAS) == []


async def test_a_second_answer_changes_the_first_and_says_so(made: Stage) -> None:
    await made.bot.pilot.survey()
    await press(made, "worth:no")
    await press(made, "worth:yes")
    assert (await kept(made)).worth == "yes"
    (message,) = asked(made, ANNAS)
    assert "Changed from “No” to “Yes”." in str(message["blocks"])
    await press(made, "missed:often")
    assert "Thank you." in str(asked(made, ANNAS)[0]["blocks"])
    assert "Not now" not in str(asked(made, ANNAS)[0]["blocks"])


async def test_the_trail_knows_that_someone_answered_and_never_what(made: Stage) -> None:
    await made.bot.pilot.survey()
    await press(made, "worth:partly")
    await press(made, "worth:partly")
    _, answering = await made.trail(ANNA)
    assert (answering.action, answering.actor) == ("survey.answered", ANNA)
    assert "partly" not in str(answering.detail)


async def test_not_now_means_a_month_later_and_never_means_never(made: Stage) -> None:
    await made.bot.pilot.survey()
    await press(made, "not_now")
    assert "Not this time" in str(asked(made, ANNAS)[0]["blocks"])
    await press(made, "never", by=BOBS, of=BOBS)
    await brief_at(made, TWO_WEEKS_ON + AGAIN_AFTER + timedelta(days=4))
    assert await made.bot.pilot.survey() == 1
    assert (len(asked(made, ANNAS)), len(asked(made, BOBS))) == (2, 1)


async def test_there_is_a_way_back_from_never(made: Stage) -> None:
    await made.bot.pilot.survey()
    await press(made, "never")
    assert (await kept(made)).declined is Decline.FOR_GOOD
    await press(made, "again")
    assert (await kept(made)).declined is None
    assert ASKS in str(asked(made, ANNAS)[0]["blocks"])
    await brief_at(made, TWO_WEEKS_ON + AGAIN_AFTER + timedelta(days=4))
    assert await made.bot.pilot.survey() == 2


async def test_no_one_answers_for_someone_else(made: Stage) -> None:
    """A press counts for the person who pressed, and only if they were asked themselves."""
    await made.bot.pilot.survey()
    await press(made, "worth:no", by=MIAS)
    assert await made.answered(MIAS, "I don't find these questions among those I asked you.")
    assert (await kept(made)).worth is None
    with pytest.raises(NotFound):
        await made.bot.pilot.survey.answer(by(ANNAS), 2, Question.WORTH, "yes")


async def test_no_one_is_asked_while_surveys_are_switched_off(made: Stage) -> None:
    await made.switch(Feature.SURVEYS, on=False)
    assert await made.bot.pilot.survey() == 0
    await made.switch(Feature.SURVEYS, on=True)
    assert await made.bot.pilot.survey() == 2
