"""Messages in Slack: updated where they changed, bound to the right person, and only that person."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from store.domain.gate.proposals import State
from tests.flows.company import ACME, ANNA, BOB, FIRST_NIGHT
from tests.flows.openings import Opening
from tests.flows.stage import ANNAS, BOBS, MORNING, PEOPLE, TEAM, Stage, stage


@pytest.fixture
async def made(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Stage]:
    async with stage(sqlite_url, tmp_path, opening=Opening.FIRST) as made:
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
    await made.approved(await made.proposal(ACME), says="task created, due")

    assert set(updates(made)) == {made.briefs(ANNAS)[0]["ts"]}


async def test_an_update_that_slack_refused_does_not_undo_the_decision_and_is_made_later(made: Stage) -> None:
    await made.morning()
    proposal = await made.proposal(ACME)
    made.slack.faults.error("chat.update", "internal_error")
    await made.approve(proposal)
    await made.until(ANNAS, "task created, due")
    await made.slack.settled()

    assert await made.state(proposal.id) is State.DONE
    assert made.slack.ephemerals(ANNAS) == []


async def test_a_card_catches_up_when_slack_is_back_although_nothing_more_happens(made: Stage) -> None:
    await made.morning()
    proposal = await made.proposal(ACME)
    await made.approved_elsewhere(proposal)
    made.slack.faults.error("chat.update", "internal_error", times=99)
    await made.sweep()
    await made.bot.cards.settled()
    assert await made.state(proposal.id) is State.DONE
    assert "task created, due" not in made.shown(ANNAS)
    made.slack.faults.clear("chat.update")
    await made.sweep()

    assert "task created, due" in made.shown(ANNAS)


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
        for person_id in (ANNA, BOB):
            await tx.links.unlink(person_id)
        await tx.links.link(TEAM, BOBS, ANNA, MORNING)
        await tx.links.confirm(TEAM, BOBS, MORNING)
    await made.morning()

    assert "Acme Robotics" in made.shown(BOBS)
    assert made.briefs(ANNAS) == []
    async with made.bot.services.database.reading() as tx:
        assert await tx.links.slack_of(BOB) is None


async def test_a_guest_with_an_owners_address_is_not_bound_and_gets_no_brief(sqlite_url: str, tmp_path: Path) -> None:
    people = [replace(user, guest=user.id == ANNAS) for user in PEOPLE]
    async with stage(sqlite_url, tmp_path, people=people) as made:
        await made.look(FIRST_NIGHT)
        await made.morning()

        assert made.briefs(ANNAS) == []
        assert len(made.briefs(BOBS)) == 1
        async with made.bot.services.database.reading() as tx:
            assert await tx.links.slack_of(ANNA) is None


async def test_what_was_posted_before_a_crash_shows_what_is_true_after_it(sqlite_url: str, tmp_path: Path) -> None:
    async with stage(sqlite_url, tmp_path, proposal_hours=1, opening=Opening.FIRST) as made:
        await made.morning()
        await made.stop()
        with sqlite3.connect(
            made.database_file
        ) as connection:  # as a process leaves it that dies with the answer in hand
            connection.execute("update message set state = 'sending', ts = null where person_id = ?", (ANNA,))
            connection.execute("update brief set state = 'claimed' where owner_id = ?", (ANNA,))
        await made.start()
        await made.sweep(after=timedelta(hours=2))

        assert "expired undecided" in made.shown(ANNAS)
        assert len(made.briefs(ANNAS)) == 1


async def test_all_parts_of_a_brief_carry_the_key_they_are_found_by(made: Stage) -> None:
    await made.morning()
    posted = [arguments for method, arguments in made.slack.calls if method == "chat.postMessage"]
    keys = [str(arguments["metadata"]) for arguments in posted]

    assert posted
    assert len(set(keys)) == len(keys)
    assert all("sergas_message" in key for key in keys)
