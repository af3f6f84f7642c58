"""Who a Slack user is in the CRM: matched by e-mail address, and asked before anything is shown or counts."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from agents.flows.people.confirm_link import unlink
from bot.views.confirm_link import CONFIRM_LINK, REFUSE_LINK
from integrations.sandbox.slack import SlackUser
from store.domain.gate.proposals import State
from tests.flows.company import ACME, ANNA, FIRST_NIGHT, MIA
from tests.flows.openings import Opening
from tests.flows.stage import ANNAS, BOBS, MIAS, MORNING, NIGHT, PEOPLE, TEAM, Stage, stage

NEXT_NIGHT, NEXT_MORNING = NIGHT + timedelta(days=1), MORNING + timedelta(days=1)
ADAS = "U0ADA"
ASKS = "Is this you?"
SORRY = "I send you nothing more"


@pytest.fixture
async def unasked(database_url: str, tmp_path: Path) -> AsyncIterator[Stage]:
    """The morning on which Anna and Bob have their first briefs and no one has said who they are."""
    async with stage(database_url, tmp_path, confirmed=False, opening=Opening.MORNING) as made:
        yield made


@pytest.fixture
async def with_ada(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Stage]:
    """The same morning, with an administrator in Slack."""
    people = (*PEOPLE, SlackUser(id=ADAS, name="Ada Admin", email="ada@example.com"))
    async with stage(sqlite_url, tmp_path, people=people, confirmed=False) as made:
        await made.look(FIRST_NIGHT)
        await made.look(NIGHT)
        await made.morning(MORNING.replace(hour=8))
        yield made


async def test_the_first_message_is_the_question_alone_and_yes_brings_the_brief(unasked: Stage) -> None:
    assert "*Anna B.* (a…@example.com)" in unasked.shown(ANNAS)
    assert len(unasked.briefs(ANNAS)) == 1
    assert "Acme" not in unasked.shown(ANNAS)

    await unasked.slack.click(ANNAS, CONFIRM_LINK)
    await unasked.until(ANNAS, "Acme Robotics")
    await unasked.until(ANNAS, "✓ You confirmed that you are Anna Berg.")
    assert ASKS not in unasked.shown(ANNAS)
    assert ASKS in unasked.shown(BOBS)
    assert "Acme" not in unasked.shown(BOBS)

    await unasked.approved(await unasked.proposal(ACME), says="task created, due")


async def test_a_brief_that_no_process_posts_after_the_answer_is_posted_by_the_next(unasked: Stage) -> None:
    async with unasked.bot.services.database.transaction() as tx:
        await tx.links.confirm(TEAM, ANNAS, unasked.clock.now())
        await tx.held.let_go(ANNA, since=NIGHT)
    unasked.clock.advance(timedelta(minutes=1))
    await unasked.bot.delivery.catch_up()
    assert "Acme Robotics" in unasked.shown(ANNAS)


async def test_someone_who_answers_on_the_third_day_gets_that_days_brief_and_no_other(unasked: Stage) -> None:
    for day in (1, 2):
        await unasked.look(NIGHT + timedelta(days=day))
        await unasked.morning(MORNING + timedelta(days=day))
    assert "Acme" not in unasked.shown(ANNAS)
    assert unasked.shown(ANNAS).count(ASKS) == 2 * 3  # once a day, in the notification and in the message

    await unasked.slack.click(ANNAS, CONFIRM_LINK)
    await unasked.until(ANNAS, "Acme Robotics")
    await unasked.handled()
    assert ASKS not in unasked.shown(ANNAS)
    assert len(unasked.briefs(ANNAS)) == 3 + 1
    async with unasked.bot.services.database.reading() as tx:
        assert len(await tx.briefs.recent(ANNA)) == 1


async def test_a_review_before_the_answer_asks_and_shows_nothing(unasked: Stage) -> None:
    await unasked.slack.command(ANNAS, "/review-account", "Acme Robotics")
    await unasked.slack.until(lambda: unasked.slack.modal(ANNAS) is not None)
    assert ASKS in str(unasked.slack.modal(ANNAS))
    submitted = await unasked.slack.submit(ANNAS, {})
    assert submitted.ok
    assert "Nothing is decided yet" in str(unasked.slack.modal(ANNAS))
    await unasked.until(ANNAS, "Acme Robotics")


async def test_a_question_in_words_is_answered_with_the_question(unasked: Stage) -> None:
    await unasked.slack.message(ANNAS, "what about Acme Robotics?")
    await unasked.slack.until(lambda: any(each.get("thread_ts") for each in unasked.slack.dm(ANNAS)))
    await unasked.handled()
    ours = str([each for each in unasked.slack.dm(ANNAS) if each.get("bot_id")])
    assert "Acme" not in ours
    assert ours.count("confirm_link") == 2


async def test_confirming_twice_is_noted_once_with_the_slack_identity(unasked: Stage) -> None:
    await unasked.slack.click(ANNAS, CONFIRM_LINK)
    await unasked.slack.settled()
    async with unasked.bot.services.database.transaction() as tx:
        assert not await tx.links.confirm(TEAM, ANNAS, unasked.clock.now())

    [entry] = await unasked.trail(ANNA)
    assert (entry.action, entry.actor) == ("link.confirmed", ANNA)
    assert (entry.detail["slack_team"], entry.detail["slack_user"]) == (TEAM, ANNAS)


async def test_nobody_answers_for_somebody_else(unasked: Stage) -> None:
    await unasked.slack.click(BOBS, CONFIRM_LINK, channel=ANNAS)
    assert await unasked.answered(BOBS, "This question was not for you")

    async with unasked.bot.services.database.reading() as tx:
        assert not await tx.links.is_confirmed(TEAM, ANNAS)
        assert not await tx.links.is_confirmed(TEAM, BOBS)
    assert await unasked.trail(ANNA) == []
    assert "Acme" not in unasked.shown(ANNAS) + unasked.shown(BOBS)


async def test_whoever_says_that_it_is_not_them_sees_nothing_and_one_administrator_hears_of_it_once(
    with_ada: Stage,
) -> None:
    await with_ada.slack.home(ADAS)
    await with_ada.slack.until(lambda: ASKS in str(with_ada.slack.home_view(ADAS)))
    await with_ada.slack.click_in_view(ADAS, CONFIRM_LINK)
    await with_ada.slack.click(ANNAS, REFUSE_LINK)
    assert await with_ada.answered(ANNAS, SORRY)
    await with_ada.handled()

    assert [await with_ada.bot.people.tell_refusals() for _ in range(3)] == [1, 0, 0]
    assert with_ada.shown(ADAS).count("said that they are not *Anna Berg* (anna@example.com)") == 2
    assert "Acme" not in with_ada.shown(ANNAS) + with_ada.shown(ADAS)
    assert [entry.action for entry in await with_ada.trail(ANNA)] == ["link.refused"]

    proposal = await with_ada.proposal(ACME)
    await with_ada.slack.command(ANNAS, "/review-account", "Acme Robotics")
    assert await with_ada.answered(ANNAS, "has said that they are not the CRM user")
    assert await with_ada.state(proposal.id) is State.PENDING


async def test_no_administrator_hears_of_a_refusal_before_they_have_said_who_they_are(with_ada: Stage) -> None:
    await with_ada.slack.click(ANNAS, REFUSE_LINK)
    assert await with_ada.answered(ANNAS, SORRY)
    assert await with_ada.bot.people.tell_refusals() == 0
    assert with_ada.slack.dm(ADAS) == []


async def test_what_stood_there_before_is_taken_away_from_someone_who_says_that_it_is_not_them(unasked: Stage) -> None:
    await unasked.slack.click(ANNAS, CONFIRM_LINK)
    await unasked.until(ANNAS, "Acme Robotics")
    await unasked.slack.home(ANNAS)
    await unasked.slack.until(lambda: "Acme" in str(unasked.slack.home_view(ANNAS)))
    async with unasked.bot.services.database.transaction() as tx:
        await tx.links.refuse(TEAM, ANNAS, unasked.clock.now())
    await unasked.bot.people.confirm.show(ANNA)
    assert "Acme" not in json.dumps(_standing(unasked))
    assert "Removed: this was meant for someone else." in unasked.shown(ANNAS)


async def test_the_home_shows_the_question_alone_until_it_is_answered_there(unasked: Stage) -> None:
    await unasked.slack.home(ANNAS)
    await unasked.slack.until(lambda: ASKS in str(unasked.slack.home_view(ANNAS)))
    assert len((unasked.slack.home_view(ANNAS) or {})["blocks"]) == 3
    assert "Acme" not in str(unasked.slack.home_view(ANNAS))

    await unasked.slack.click_in_view(ANNAS, CONFIRM_LINK)
    await unasked.slack.until(lambda: "Acme Robotics" in str(unasked.slack.home_view(ANNAS)))
    assert ASKS not in str(unasked.slack.home_view(ANNAS))
    await unasked.until(ANNAS, "Acme Robotics")


async def test_not_me_in_the_home_ends_it_there(unasked: Stage) -> None:
    await unasked.slack.home(ANNAS)
    await unasked.slack.until(lambda: ASKS in str(unasked.slack.home_view(ANNAS)))
    await unasked.slack.click_in_view(ANNAS, REFUSE_LINK)
    await unasked.slack.until(lambda: SORRY in str(unasked.slack.home_view(ANNAS)))
    await unasked.slack.home(ANNAS)
    await unasked.slack.until(lambda: "has said that they are not the CRM user" in str(unasked.slack.home_view(ANNAS)))


async def test_unbound_by_an_administrator_a_person_is_found_and_asked_anew_and_old_messages_rest(
    unasked: Stage,
) -> None:
    await unasked.slack.click(ANNAS, REFUSE_LINK)
    assert await unasked.answered(ANNAS, SORRY)
    database = unasked.bot.services.database
    async with database.reading() as tx:
        anna = await tx.people.get(ANNA)
    assert anna is not None
    assert await unlink(database, anna)
    assert not await unlink(database, anna)

    await unasked.bot.delivery.show(ANNA, [(await unasked.proposal(ACME)).id])
    assert "Acme" not in json.dumps(_standing(unasked))
    await unasked.look(NEXT_NIGHT)
    await unasked.morning(NEXT_MORNING)
    assert ASKS in unasked.shown(ANNAS)
    assert [entry.action for entry in await unasked.trail(ANNA)] == ["link.refused", "link.removed"]


async def test_no_brief_goes_to_a_slack_user_who_said_that_it_is_not_them(unasked: Stage) -> None:
    await unasked.slack.click(ANNAS, REFUSE_LINK)
    assert await unasked.answered(ANNAS, SORRY)
    known = len(unasked.briefs(ANNAS))
    await unasked.look(NEXT_NIGHT)
    await unasked.morning(NEXT_MORNING)

    assert len(unasked.briefs(ANNAS)) == known
    assert len(unasked.briefs(BOBS)) == 2


async def test_not_me_in_the_modal_unbinds_as_well(unasked: Stage) -> None:
    await unasked.slack.command(ANNAS, "/review-account", "Acme Robotics")
    await unasked.slack.until(lambda: unasked.slack.modal(ANNAS) is not None)
    await unasked.slack.click_in_view(ANNAS, REFUSE_LINK)
    await unasked.slack.until(lambda: SORRY in str(unasked.slack.modal(ANNAS)))

    async with unasked.bot.services.database.reading() as tx:
        assert await tx.links.person_of(TEAM, ANNAS) is None


async def test_a_manager_without_a_brief_is_asked_at_their_first_command(unasked: Stage) -> None:
    await unasked.slack.command(MIAS, "/review-account", "Acme Robotics")
    await unasked.slack.until(lambda: unasked.slack.modal(MIAS) is not None)
    await unasked.slack.submit(MIAS, {})
    await unasked.slack.settled()

    async with unasked.bot.services.database.reading() as tx:
        assert await tx.links.slack_of(MIA) == (TEAM, MIAS)
        assert await tx.links.is_confirmed(TEAM, MIAS)


def _standing(made: Stage) -> list[object]:
    """What stands in Anna's messages from the bot now."""
    return [(message["text"], message.get("blocks")) for message in made.slack.dm(ANNAS) if message.get("bot_id")]
