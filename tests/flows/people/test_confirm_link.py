"""Who a Slack user is in the CRM: matched by e-mail address, and asked before anything counts."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from agents.flows.people.confirm_link import unlink
from bot.views.confirm_link import CONFIRM_LINK, REFUSE_LINK
from store.domain.gate.proposals import State
from tests.flows.company import ACME, ANNA, MIA
from tests.flows.openings import Opening
from tests.flows.stage import ANNAS, BOBS, MIAS, MORNING, NIGHT, TEAM, Stage, stage, value_of

NEXT_NIGHT, NEXT_MORNING = NIGHT + timedelta(days=1), MORNING + timedelta(days=1)
ASKS = "please confirm that this is you"


@pytest.fixture
async def unasked(database_url: str, tmp_path: Path) -> AsyncIterator[Stage]:
    """The morning on which Anna and Bob have their first briefs and nobody has said who they are."""
    async with stage(database_url, tmp_path, confirmed=False, opening=Opening.MORNING) as made:
        yield made


async def test_the_first_brief_asks_at_its_head_until_it_is_answered(unasked: Stage) -> None:
    assert "*Anna Berg (anna@example.com)*" in str(_head(unasked))
    await unasked.slack.click(ANNAS, CONFIRM_LINK)
    await unasked.slack.until(lambda: ASKS not in unasked.shown(ANNAS))

    assert "Acme Robotics" in unasked.shown(ANNAS)
    assert ASKS in unasked.shown(BOBS)


async def test_a_press_before_the_answer_asks_and_decides_nothing(unasked: Stage) -> None:
    proposal = await unasked.proposal(ACME)
    await unasked.approve(proposal)
    await unasked.slack.until(lambda: unasked.slack.modal(ANNAS) is not None)
    assert "You would decide as the CRM user *Anna Berg (anna@example.com)*" in str(unasked.slack.modal(ANNAS))
    assert await unasked.state(proposal.id) is State.PENDING

    submitted = await unasked.slack.submit(ANNAS, {})
    assert submitted.ok
    assert "Nothing is decided yet" in str(unasked.slack.modal(ANNAS))
    await unasked.slack.settled()
    assert await unasked.state(proposal.id) is State.PENDING

    await unasked.approved(proposal, says="task created, due")
    assert len(unasked.zoho.ledger) == 1


@pytest.mark.parametrize("action", ["adjust_proposal", "reject_proposal"])
async def test_adjust_and_reject_ask_first_too(unasked: Stage, action: str) -> None:
    await unasked.open_modal(action, await unasked.proposal(ACME))
    assert "Is this you?" in str(unasked.slack.modal(ANNAS))


async def test_confirming_twice_is_noted_once_with_the_slack_identity(unasked: Stage) -> None:
    for _ in range(2):
        await unasked.slack.click(ANNAS, CONFIRM_LINK)
    await unasked.slack.settled()

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


async def test_whoever_says_that_it_is_not_them_sees_and_decides_nothing_any_more(unasked: Stage) -> None:
    proposal = await unasked.proposal(ACME)
    await unasked.slack.click(ANNAS, REFUSE_LINK)
    assert await unasked.answered(ANNAS, "You will no longer get Anna Berg's briefs")
    await unasked.slack.until(lambda: "Acme" not in json.dumps(_standing(unasked)))

    block_id = f"decide:{value_of(proposal)}"  # on the message as it stood before
    await unasked.slack.click(ANNAS, "approve_proposal", block_id=block_id)
    assert await unasked.answered(ANNAS, "has said that they are not the CRM user")
    assert await unasked.state(proposal.id) is State.PENDING
    assert [entry.action for entry in await unasked.trail(ANNA)] == ["link.refused"]


async def test_not_me_in_the_home_empties_the_home(unasked: Stage) -> None:
    await unasked.slack.home(ANNAS)
    await unasked.slack.until(lambda: "Acme Robotics" in str(unasked.slack.home_view(ANNAS)))
    await unasked.slack.click_in_view(ANNAS, REFUSE_LINK)
    await unasked.slack.until(lambda: "Acme" not in str(unasked.slack.home_view(ANNAS)))
    assert "You will no longer get Anna Berg's briefs" in str(unasked.slack.home_view(ANNAS))


async def test_confirming_in_the_home_takes_the_question_away_there(unasked: Stage) -> None:
    await unasked.slack.home(ANNAS)
    await unasked.slack.until(lambda: ASKS in str(unasked.slack.home_view(ANNAS)))
    await unasked.slack.click_in_view(ANNAS, CONFIRM_LINK)
    await unasked.slack.until(lambda: ASKS not in str(unasked.slack.home_view(ANNAS)))


async def test_unbound_by_an_administrator_a_person_is_found_and_asked_anew_and_old_messages_rest(
    unasked: Stage,
) -> None:
    await unasked.slack.click(ANNAS, REFUSE_LINK)
    assert await unasked.answered(ANNAS, "You will no longer get Anna Berg's briefs")
    await unasked.slack.until(lambda: "Acme" not in json.dumps(_standing(unasked)))
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
    assert await unasked.answered(ANNAS, "You will no longer get Anna Berg's briefs")
    known = len(unasked.briefs(ANNAS))
    await unasked.look(NEXT_NIGHT)
    await unasked.morning(NEXT_MORNING)

    assert len(unasked.briefs(ANNAS)) == known
    assert len(unasked.briefs(BOBS)) == 2


async def test_not_me_in_the_modal_unbinds_as_well(unasked: Stage) -> None:
    await unasked.open_modal("reject_proposal", await unasked.proposal(ACME))
    await unasked.slack.click_in_view(ANNAS, REFUSE_LINK)
    await unasked.slack.until(lambda: "You will no longer get Anna Berg's briefs" in str(unasked.slack.modal(ANNAS)))

    async with unasked.bot.services.database.reading() as tx:
        assert await tx.links.person_of(TEAM, ANNAS) is None


async def test_a_manager_without_a_brief_is_asked_at_their_first_press(unasked: Stage) -> None:
    proposal = await unasked.proposal(ACME)
    await unasked.approve(proposal, by=MIAS)
    await unasked.slack.until(lambda: unasked.slack.modal(MIAS) is not None)
    await unasked.slack.submit(MIAS, {})
    await unasked.slack.settled()

    async with unasked.bot.services.database.reading() as tx:
        assert await tx.links.slack_of(MIA) == (TEAM, MIAS)
        assert await tx.links.is_confirmed(TEAM, MIAS)
    assert await unasked.state(proposal.id) is State.PENDING


def _head(made: Stage) -> object:
    return made.briefs(ANNAS)[0]["blocks"][0]


def _standing(made: Stage) -> list[object]:
    """What stands in Anna's messages from the bot now."""
    return [(message["text"], message.get("blocks")) for message in made.slack.dm(ANNAS) if message.get("bot_id")]
