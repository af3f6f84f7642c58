"""Putting a recommendation off: it stays away, wakes before it expires, and can be brought back."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from agents.flows.access.identity import Caller
from store.domain.errors import AlreadyDecided, BadInput, Refused
from store.domain.gate.proposals import Proposal, State
from tests.flows.company import ACME
from tests.flows.stage import ANNAS, BOBS, TEAM, Stage

BERLIN = ZoneInfo("Europe/Berlin")


def by(user_id: str) -> Caller:
    return Caller(team_id=TEAM, user_id=user_id, request_id="test")


async def put_off(morning: Stage, *, days: int = 14) -> Proposal:
    proposal = await morning.proposal(ACME)
    decided = await morning.bot.snooze.snooze(by(ANNAS), proposal.id, proposal.version, days=days)
    await morning.bot.cards.settled()
    return decided.proposal


async def test_it_says_until_when_on_the_card_and_has_no_buttons_to_decide(morning: Stage) -> None:
    proposal = await put_off(morning)

    assert proposal.snoozed_until == datetime(2026, 4, 7, tzinfo=BERLIN)
    assert "it will come back Tue 7 Apr" in morning.shown(ANNAS)
    assert f"decide:{proposal.id}" not in morning.shown(ANNAS)
    assert f"snoozed:{proposal.id}" in morning.shown(ANNAS)


async def test_it_expires_only_a_full_time_to_decide_after_it_wakes(either_morning: Stage) -> None:
    proposal = await put_off(either_morning)
    assert proposal.snoozed_until is not None
    assert proposal.expires_at == proposal.snoozed_until + timedelta(hours=72)

    await either_morning.sweep(after=timedelta(days=10))
    assert await either_morning.state(proposal.id) is State.SNOOZED
    assert await either_morning.bot.snooze.wake() == 0

    either_morning.clock.moment = proposal.snoozed_until
    assert await either_morning.bot.snooze.wake() == 1
    assert await either_morning.bot.snooze.wake() == 0
    assert await either_morning.state(proposal.id) is State.PENDING
    await either_morning.until(ANNAS, f"decide:{proposal.id}:1")
    assert [each.action for each in await either_morning.trail(proposal.id)][-2:] == [
        "proposal.snoozed",
        "proposal.woken",
    ]


async def test_a_morning_leaves_out_what_is_put_off(morning: Stage) -> None:
    proposal = await put_off(morning)
    await morning.look(morning.clock.moment + timedelta(hours=21))
    await morning.morning(morning.clock.moment + timedelta(hours=3))

    newest = morning.briefs(ANNAS)[-1]
    assert newest["ts"] != morning.briefs(ANNAS)[0]["ts"]
    assert "Acme Robotics" not in str(newest["blocks"])
    assert await morning.state(proposal.id) is State.SNOOZED


async def test_it_can_be_brought_back_from_the_card_with_the_full_time_to_decide(morning: Stage) -> None:
    proposal = await put_off(morning)
    await morning.slack.click(ANNAS, "bring_back_proposal", block_id=f"snoozed:{proposal.id}:1")
    await morning.until(ANNAS, f"decide:{proposal.id}:1")

    assert await morning.state(proposal.id) is State.PENDING
    assert "proposal.brought_back" in [each.action for each in await morning.trail(proposal.id)]
    await morning.approved(await morning.proposal(ACME), says="task created, due")


async def test_it_can_be_brought_back_from_the_home(morning: Stage) -> None:
    proposal = await put_off(morning)
    await morning.slack.home(ANNAS)
    await morning.slack.until(lambda: "Snoozed" in str(morning.slack.home_view(ANNAS)))
    await morning.slack.click_in_view(ANNAS, "bring_back_proposal", block_id=f"snoozed:{proposal.id}:1")
    await morning.slack.until(lambda: f"decide:{proposal.id}:1" in str(morning.slack.home_view(ANNAS)))


async def test_only_who_could_press_the_button_can_put_it_off_or_bring_it_back(morning: Stage) -> None:
    proposal = await morning.proposal(ACME)
    with pytest.raises(Refused):
        await morning.bot.snooze.snooze(by(BOBS), proposal.id, 1, days=14)
    await put_off(morning)
    with pytest.raises(Refused):
        await morning.bot.snooze.bring_back(by(BOBS), proposal.id, 1)
    assert await morning.state(proposal.id) is State.SNOOZED


@pytest.mark.parametrize("days", [0, -3, 91, 100_000])
async def test_it_cannot_be_put_off_for_ever_nor_for_no_time(morning: Stage, days: int) -> None:
    proposal = await morning.proposal(ACME)
    with pytest.raises(BadInput):
        await morning.bot.snooze.snooze(by(ANNAS), proposal.id, 1, days=days)


async def test_what_is_put_off_is_not_approved_by_a_press_that_comes_late(morning: Stage) -> None:
    proposal = await put_off(morning)
    with pytest.raises(AlreadyDecided):
        await morning.bot.decide.approve(by(ANNAS), proposal.id, 1)
    assert morning.zoho.ledger == ()
