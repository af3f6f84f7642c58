"""Approving a write from the view that shows all of it is the same approval as on the card, of exactly what it showed."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from agents.flows.access.identity import Caller
from bot.views.blocks import actions
from bot.views.buttons import open_decision
from store.domain.gate.proposals import Proposal, State
from store.domain.gate.writes.create_task import CreateTask
from tests.flows.company import ACME, ANNA, BOB, CEDAR, MIA, happens
from tests.flows.openings import Opening
from tests.flows.stage import ANNAS, BOBS, MIAS, TEAM, Stage, stage, value_of

SUBJECT = " ".join(f"part{number}" for number in range(28))
LONG = " ".join(f"word{number}" for number in range(900))


async def long_task(stage: Stage) -> Proposal:
    """Acme's task with a subject that no card has room for, and a description of a thousand words."""
    proposal = await stage.proposal(ACME)
    assert isinstance(proposal.write, CreateTask)
    caller = Caller(team_id=TEAM, user_id=ANNAS, request_id="test")
    write = replace(proposal.write, subject=SUBJECT, description=LONG)
    await stage.bot.gate.adjust.adjust(caller, proposal.id, proposal.version, write)
    await stage.bot.cards.settled()
    return await stage.proposal(ACME)


async def opened(stage: Stage, proposal: Proposal, *, by: str = ANNAS, says: str = "") -> str:
    """Press Decide; all text of the modal."""
    blocks = [actions(f"read:{value_of(proposal)}", open_decision(proposal, proposal.brief_id or ""))]
    await stage.bot.services.slack.chat_postMessage(channel=stage.slack.channel(by), text="x", blocks=blocks)
    await stage.slack.click(by, "read_proposal", block_id=f"read:{value_of(proposal)}", channel=stage.slack.channel(by))
    await stage.slack.until(lambda: stage.slack.modal(by) is not None and says in str(stage.slack.modal(by)))
    view = stage.slack.modal(by)
    assert view is not None
    return "".join(each["text"]["text"] for each in view["blocks"] if each["type"] == "section")


async def submit(stage: Stage, *, by: str = ANNAS) -> None:
    await stage.slack.submit(by, {})
    await stage.handled()


async def test_the_card_offers_to_read_what_it_has_no_room_for_and_no_press_approves_unread(morning: Stage) -> None:
    proposal = await long_task(morning)
    card = next(
        block
        for message in morning.slack.dm(ANNAS)
        for block in message["blocks"]
        if block.get("block_id") == f"decide:{value_of(proposal)}"
    )
    pressed = [element["action_id"] for element in card["elements"]]
    assert "read_proposal" in pressed
    assert "approve_proposal" not in pressed


async def test_it_shows_every_word_and_writes_exactly_that_once(either_morning: Stage) -> None:
    stage = either_morning
    proposal = await long_task(stage)
    shown = await opened(stage, proposal)
    assert SUBJECT in shown
    assert LONG in shown
    await submit(stage)
    await stage.until(ANNAS, "task created")
    (written,) = stage.zoho.ledger
    assert written.fields["Subject"] == SUBJECT
    described = str(written.fields["Description"])
    assert described.startswith(LONG)
    assert described.endswith(proposal.marker)
    assert stage.slack.modal(ANNAS) is None


async def test_the_trail_says_who_approved_which_digest(morning: Stage) -> None:
    proposal = await morning.proposal(ACME)
    await opened(morning, proposal)
    await submit(morning)
    (approved,) = [each for each in await morning.trail(proposal.id) if each.action == "proposal.approved"]
    assert (approved.actor, approved.detail["digest"], approved.detail["version"]) == (ANNA, proposal.digest, 1)
    assert approved.detail["slack_user"] == ANNAS


@pytest.mark.parametrize("to", ["digest", "version", "proposal"])
async def test_a_view_that_names_anything_else_than_it_showed_approves_nothing(morning: Stage, to: str) -> None:
    proposal, other = await morning.proposal(ACME), await morning.reviewed(CEDAR, kind="update_account")
    await opened(morning, proposal)
    view = morning.slack.modal(ANNAS)
    assert view is not None
    value, channel, thread, digest = view["private_metadata"].split("|")
    named = {
        "digest": (value, other.digest),
        "version": (f"{proposal.id}:2", digest),
        "proposal": (value_of(other), digest),
    }[to]
    view["private_metadata"] = "|".join((named[0], channel, thread, named[1]))
    await submit(morning)
    await morning.sweep()
    assert morning.zoho.ledger == ()
    assert {await morning.state(each.id) for each in (proposal, other)} == {State.PENDING}


async def test_what_moved_while_it_was_read_is_shown_and_decided_again(either_morning: Stage) -> None:
    stage = either_morning
    first = await stage.reviewed(CEDAR, kind="update_account")
    await opened(stage, first)
    stage.clock.advance(timedelta(minutes=5))
    stage.zoho.happens(happens("Accounts", CEDAR, stage.clock.now(), user=MIA, Account_Type="Partner"))
    await stage.slack.submit(ANNAS, {})
    await stage.slack.until(lambda: "Changed in Zoho since you were asked" in str(stage.slack.modal(ANNAS)))
    assert "Prospect → Partner" in str(stage.slack.modal(ANNAS))
    assert not stage.zoho.ledger
    assert await stage.state(first.id) is State.SUPERSEDED

    await submit(stage)
    await stage.until(ANNAS, "account updated")
    (written,) = stage.zoho.ledger
    assert written.fields["Account_Type"] == "Customer"


async def test_where_nothing_is_left_to_do_it_says_so(morning: Stage) -> None:
    first = await morning.reviewed(CEDAR, kind="update_account")
    await opened(morning, first)
    morning.clock.advance(timedelta(minutes=5))
    morning.zoho.happens(happens("Accounts", CEDAR, morning.clock.now(), user=MIA, Account_Type="Customer"))
    await submit(morning)
    assert "There is nothing left to decide." in await morning.whisper(ANNAS)
    assert morning.slack.modal(ANNAS) is None
    assert morning.zoho.ledger == ()


async def test_what_someone_else_decided_meanwhile_is_told(morning: Stage) -> None:
    proposal = await morning.proposal(ACME)
    await opened(morning, proposal)
    await morning.bot.gate.decide.reject(Caller(team_id=TEAM, user_id=MIAS, request_id="test"), proposal.id, 1, "no")
    await submit(morning)
    assert await morning.answered(ANNAS, "Mia Lind rejected this")
    assert morning.zoho.ledger == ()


async def test_what_expired_while_it_was_read_is_not_approved(morning: Stage) -> None:
    proposal = await morning.proposal(ACME)
    await opened(morning, proposal)
    morning.clock.moment = proposal.expires_at
    await morning.slack.submit(ANNAS, {})
    await morning.slack.until(lambda: "expired without a decision" in str(morning.slack.modal(ANNAS)))
    await morning.sweep()
    assert morning.zoho.ledger == ()


async def test_whose_account_it_no_longer_is_approves_nothing(morning: Stage) -> None:
    proposal = await morning.proposal(ACME)
    await opened(morning, proposal)
    at = morning.clock.now() + timedelta(minutes=5)
    morning.zoho.happens(happens("Accounts", ACME, at, Owner={"id": BOB}))
    await morning.look(at)
    await morning.slack.submit(ANNAS, {})
    await morning.slack.until(lambda: "new owner" in str(morning.slack.modal(ANNAS)))
    assert morning.zoho.ledger == ()
    assert (await morning.trail(proposal.id))[-1].detail["asked"] == "proposal.approve"


async def test_a_peer_reads_and_approves_nothing(morning: Stage) -> None:
    proposal = await morning.proposal(ACME)
    blocks = [actions("read", open_decision(proposal, proposal.brief_id or ""))]
    channel = morning.slack.channel(ANNAS)
    await morning.bot.services.slack.chat_postMessage(channel=channel, text="x", blocks=blocks)
    await morning.slack.click(BOBS, "read_proposal", block_id="read", channel=channel)
    assert await morning.answered(BOBS, "belongs to Anna Berg")
    assert morning.slack.modal(BOBS) is None


@pytest.fixture
async def strict(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Stage]:
    """Tuesday morning in an organisation where every task takes two."""
    async with stage(sqlite_url, tmp_path, second_approver_tools="create_task", opening=Opening.NIGHT) as made:
        await made.morning()
        yield made


async def test_a_write_of_high_stakes_takes_two_here_as_well(strict: Stage) -> None:
    proposal = await strict.proposal(ACME)
    await opened(strict, proposal)
    await submit(strict)
    await strict.sweep()
    assert strict.zoho.ledger == ()
    assert (await strict.proposal(ACME)).endorsed_by == ANNA
    assert await strict.answered(MIAS, "second approver")

    await opened(strict, proposal)
    await strict.slack.submit(ANNAS, {})
    await strict.slack.until(lambda: "approved this already" in str(strict.slack.modal(ANNAS)))
    await opened(strict, proposal, by=MIAS)
    await submit(strict, by=MIAS)
    await strict.sweep()
    assert len(strict.zoho.ledger) == 1
