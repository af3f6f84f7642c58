"""Messages in Slack: updated where they changed, bound to the right person, and only that person."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from store.domain.proposals import State
from tests.flows.company import ACME, ANNA, BOB, FIRST_NIGHT
from tests.flows.stage import ANNAS, BOBS, MORNING, TEAM, Stage, stage


@pytest.fixture
async def made(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Stage]:
    async with stage(sqlite_url, tmp_path) as made:
        await made.look(FIRST_NIGHT)
        yield made


def updates(made: Stage) -> list[str]:
    """The messages that were updated, by their ts, in order."""
    return [str(arguments["ts"]) for method, arguments in made.slack.calls if method == "chat.update"]


async def test_a_refresh_without_news_updates_nothing(made: Stage) -> None:
    await made.morning()
    proposal = await made.proposal(ACME)
    assert proposal.brief_id
    await made.bot.delivery.refresh(proposal.brief_id)

    assert updates(made) == []


async def test_a_decision_updates_only_the_message_that_shows_it(made: Stage) -> None:
    await made.morning()
    await made.approved(await made.proposal(ACME), says="task created in Zoho")

    assert set(updates(made)) == {made.briefs(ANNAS)[0]["ts"]}


async def test_an_update_that_slack_refused_does_not_undo_the_decision_and_is_made_later(made: Stage) -> None:
    await made.morning()
    proposal = await made.proposal(ACME)
    made.slack.faults.error("chat.update", "internal_error")
    await made.approve(proposal)
    await made.until(ANNAS, "task created in Zoho")
    await made.slack.settled()

    assert await made.state(proposal.id) is State.DONE
    assert made.slack.ephemerals(ANNAS) == []


async def test_a_message_that_its_reader_deleted_stops_nothing(made: Stage) -> None:
    await made.morning()
    proposal = await made.proposal(ACME)
    made.slack.faults.error("chat.update", "message_not_found", times=99)
    await made.approve(proposal)
    await made.sweep()

    assert await made.state(proposal.id) is State.DONE


async def test_a_brief_goes_to_whom_its_owner_was_bound_first(made: Stage) -> None:
    """Somebody who takes over another person's e-mail address later does not get their accounts."""
    async with made.bot.services.database.transaction() as tx:
        await tx.links.link(TEAM, BOBS, ANNA, MORNING)
    await made.morning()

    assert "Acme Robotics" in made.shown(BOBS)
    assert made.briefs(ANNAS) == []
    async with made.bot.services.database.reading() as tx:
        assert await tx.links.slack_of(BOB) is None


async def test_all_parts_of_a_brief_carry_the_key_they_are_found_by(made: Stage) -> None:
    await made.morning()
    posted = [arguments for method, arguments in made.slack.calls if method == "chat.postMessage"]
    keys = [str(arguments["metadata"]) for arguments in posted]

    assert posted
    assert len(set(keys)) == len(keys)
    assert all("sergas_message" in key for key in keys)
