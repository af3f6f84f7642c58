"""Putting a recommendation off: it stays away, wakes before it expires, and can be brought back."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from store.domain.attention.ledger import Place, Reason
from store.domain.errors import AlreadyDecided, BadInput, Refused
from store.domain.gate.proposals import Proposal, State
from store.domain.gate.snooze import Until, wakes
from tests.flows.company import ACME, ANNA, happens
from tests.flows.stage import ANNAS, BOBS, MORNING, NIGHT, Stage, by

BERLIN = ZoneInfo("Europe/Berlin")


async def put_off(morning: Stage, *, days: int = 14) -> Proposal:
    proposal = await morning.proposal(ACME)
    decided = await morning.bot.gate.snooze.snooze(by(ANNAS), proposal.id, proposal.version, days=days)
    await morning.bot.cards.settled()
    return decided.proposal


async def test_it_says_until_when_on_the_card_and_has_no_buttons_to_decide(morning: Stage) -> None:
    proposal = await put_off(morning)

    assert proposal.snoozed_until == datetime(2026, 4, 7, tzinfo=BERLIN)
    assert "snoozed until Tue 7 Apr" in morning.shown(ANNAS)
    assert f"decide:{proposal.id}" not in morning.shown(ANNAS)
    assert "bring_back_proposal" in morning.shown(ANNAS)


async def test_it_expires_only_a_full_time_to_decide_after_it_wakes(either_morning: Stage) -> None:
    proposal = await put_off(either_morning)
    assert proposal.snoozed_until is not None
    assert proposal.expires_at == proposal.snoozed_until + timedelta(hours=72)

    await either_morning.sweep(after=timedelta(days=10))
    assert await either_morning.state(proposal.id) is State.SNOOZED
    assert await either_morning.bot.gate.snooze.wake() == 0

    either_morning.clock.moment = proposal.snoozed_until
    assert await either_morning.bot.gate.snooze.wake() == 1
    assert await either_morning.bot.gate.snooze.wake() == 0
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


async def test_the_morning_on_which_it_wakes_asks_for_it_in_full(morning: Stage) -> None:
    proposal = await put_off(morning, days=2)
    for number in (1, 2):
        await morning.bot.gate.snooze.wake()
        await morning.look(NIGHT + timedelta(days=number))
        await morning.bot.gate.snooze.wake()
        await morning.morning(MORNING + timedelta(days=number))
    async with morning.bot.services.database.reading() as tx:
        (thursday, wednesday, *_) = await tx.briefs.recent(ANNA)
    assert ACME not in {each.account_id for each in wednesday.cards} | {each.account_id for each in wednesday.listed}
    (card,) = [each for each in thursday.cards if each.account_id == ACME]
    assert (card.place, card.reason) == (Place.ASK, Reason.WOKEN)
    assert await in_force(morning) == State.PENDING
    assert proposal.version == 1


async def in_force(stage: Stage) -> State:
    (only,) = [each for each in await stage.proposals(ACME) if each.state is not State.SUPERSEDED]
    return only.state


async def test_it_can_be_brought_back_from_the_card_with_the_full_time_to_decide(morning: Stage) -> None:
    proposal = await put_off(morning)
    await morning.slack.click(ANNAS, "bring_back_proposal", value=f"{proposal.id}:1")
    await morning.until(ANNAS, f"decide:{proposal.id}:1")

    assert await morning.state(proposal.id) is State.PENDING
    assert "proposal.brought_back" in [each.action for each in await morning.trail(proposal.id)]
    await morning.approved(await morning.proposal(ACME), says="task created, due")


async def test_it_can_be_brought_back_from_the_home(morning: Stage) -> None:
    proposal = await put_off(morning)
    await morning.slack.home(ANNAS)
    await morning.slack.until(lambda: "Snoozed" in str(morning.slack.home_view(ANNAS)))
    await morning.slack.click_in_view(ANNAS, "bring_back_proposal", value=f"{proposal.id}:1")
    await morning.slack.until(lambda: f"decide:{proposal.id}:1" in str(morning.slack.home_view(ANNAS)))


@pytest.mark.parametrize(("days", "until"), [(1, 25), (4, 30), (5, 30), (6, 30), (7, 31)])
async def test_it_wakes_on_a_day_on_which_its_owner_works(morning: Stage, days: int, until: int) -> None:
    """Put off on Tuesday the 24th; no one works at the weekend, and on Sunday the 29th the clocks change."""
    proposal = await put_off(morning, days=days)
    assert proposal.snoozed_until == datetime(2026, 3, until, tzinfo=BERLIN)


async def test_a_choice_on_the_card_puts_it_off_and_bring_back_ends_that(morning: Stage) -> None:
    proposal = await morning.proposal(ACME)
    await morning.slack.click(ANNAS, "snooze_proposal", value=f"{proposal.id}:1:14", block_id=f"decide:{proposal.id}:1")
    await morning.handled()
    assert await morning.state(proposal.id) is State.SNOOZED
    await morning.until(ANNAS, "snoozed until Tue 7 Apr")
    await morning.slack.click(ANNAS, "bring_back_proposal", value=f"{proposal.id}:1")
    await morning.handled()
    assert await morning.state(proposal.id) is State.PENDING


async def test_a_day_is_chosen_in_a_modal_and_one_out_of_reach_gets_a_sentence_there(morning: Stage) -> None:
    proposal = await morning.proposal(ACME)
    await morning.slack.click(
        ANNAS, "snooze_proposal", value=f"{proposal.id}:1:date", block_id=f"decide:{proposal.id}:1"
    )
    await morning.slack.until(lambda: morning.slack.modal(ANNAS) is not None)
    for day in ("2026-03-24", "2026-06-23"):
        refused = await morning.slack.submit(ANNAS, {"day": {"day": day}})
        assert "from tomorrow until 22 Jun" in refused.errors["day"]
    assert await morning.state(proposal.id) is State.PENDING
    assert (await morning.slack.submit(ANNAS, {"day": {"day": "2026-04-04"}})).ok
    await morning.until(ANNAS, "snoozed until Tue 7 Apr")  # after a Saturday and the holidays


async def test_one_that_waits_for_a_change_asks_again_once_its_account_changed(either_morning: Stage) -> None:
    stage = either_morning
    proposal = await stage.proposal(ACME)
    value, block = f"{proposal.id}:1:change", f"decide:{proposal.id}:1"
    await stage.slack.click(ANNAS, "snooze_proposal", value=value, block_id=block)
    await stage.until(ANNAS, "snoozed until something changes, at the latest Mon 22 Jun")
    await stage.look(MORNING + timedelta(hours=1))
    assert await stage.bot.gate.snooze.wake() == 0

    stage.zoho.happens(happens("Accounts", ACME, MORNING + timedelta(hours=2), Industry="Retail"))
    await stage.look(MORNING + timedelta(hours=3))
    assert await stage.bot.gate.snooze.wake() == 1
    assert await stage.state(proposal.id) is State.PENDING
    await stage.until(ANNAS, f"decide:{proposal.id}:1")
    assert [each.detail.get("cause") for each in await stage.trail(proposal.id)][-1] == "change"


async def test_monday_is_the_next_one_also_on_a_monday(morning: Stage) -> None:
    anna = (await morning.bot.people.my_settings(by(ANNAS))).person
    for today, monday in ((23, 30), (24, 30), (29, 30)):
        now = datetime(2026, 3, today, 9, tzinfo=BERLIN)
        assert wakes(Until(weekday=0), anna, now) == datetime(2026, 3, monday, tzinfo=BERLIN)


async def test_a_late_choice_is_told_what_was_decided_and_changes_nothing(morning: Stage) -> None:
    proposal = await morning.proposal(ACME)
    old = next(each for each in morning.slack.dm(ANNAS) if f"decide:{proposal.id}:1" in str(each["blocks"]))
    await morning.bot.gate.decide.reject(by(ANNAS), proposal.id, 1, "no")
    block = next(each for each in old["blocks"] if each["block_id"] == f"decide:{proposal.id}:1")
    again = [{"type": "actions", "block_id": "old", "elements": block["elements"]}]
    channel = morning.slack.channel(ANNAS)
    await morning.bot.services.slack.chat_postMessage(channel=channel, text="x", blocks=again)
    await morning.slack.click(ANNAS, "snooze_proposal", value=f"{proposal.id}:1:14", block_id="old")
    assert "Anna Berg rejected this" in await morning.whisper(ANNAS)
    assert await morning.state(proposal.id) is State.REJECTED


async def test_only_who_could_press_the_button_can_put_it_off_or_bring_it_back(morning: Stage) -> None:
    proposal = await morning.proposal(ACME)
    with pytest.raises(Refused):
        await morning.bot.gate.snooze.snooze(by(BOBS), proposal.id, 1, days=14)
    await put_off(morning)
    with pytest.raises(Refused):
        await morning.bot.gate.snooze.bring_back(by(BOBS), proposal.id, 1)
    assert await morning.state(proposal.id) is State.SNOOZED


@pytest.mark.parametrize("days", [0, -3, 91, 100_000])
async def test_it_cannot_be_put_off_for_ever_nor_for_no_time(morning: Stage, days: int) -> None:
    proposal = await morning.proposal(ACME)
    with pytest.raises(BadInput):
        await morning.bot.gate.snooze.snooze(by(ANNAS), proposal.id, 1, days=days)


async def test_what_is_put_off_is_not_approved_by_a_press_that_comes_late(morning: Stage) -> None:
    proposal = await put_off(morning)
    with pytest.raises(AlreadyDecided):
        await morning.bot.gate.decide.approve(by(ANNAS), proposal.id, 1)
    assert morning.zoho.ledger == ()
