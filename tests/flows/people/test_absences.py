"""Out of office: what waits moves to the delegate at once, and comes back."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from bot.views.absences import AWAY, BACK
from store.domain.errors import Refused
from store.domain.gate.adjust_proposal import FieldProblems
from store.domain.gate.proposals import State
from tests.flows.company import ACME, ADA, ANNA, BOB, BOREALIS, CORA, MIA, SLIPPING, happens
from tests.flows.stage import ANNAS, BOBS, CORAS, MIAS, MORNING, Stage, by

OFFERED = "for Anna Berg, who is away"
TODAY, FRIDAY = "2026-03-24", "2026-03-27"


async def test_what_waits_is_offered_to_the_delegate_at_once_and_they_may_decide_it(either_morning: Stage) -> None:
    stage = either_morning
    proposal = await stage.proposal(ACME)
    await stage.approve(proposal, by=BOBS)
    assert await stage.answered(BOBS, "belongs to Anna Berg")

    await _go(stage, delegate=BOB)
    await stage.slack.until(lambda: len(_offers(stage, BOBS)) == 1)
    assert "You are" not in str(_offers(stage, BOBS))
    assert "is away until Sat 28 Mar 08:00" in str(_offers(stage, BOBS)[0]["blocks"])  # midnight in Berlin, in Tokyo
    await stage.press(BOBS, "approve_proposal", proposal, at=BOBS)
    await stage.until(ANNAS, "Bob Chan")
    await stage.until(ANNAS, "task created, due")
    assert len(stage.zoho.ledger) == 1


async def test_what_comes_meanwhile_is_offered_too_and_nothing_twice(morning: Stage) -> None:
    await _go(morning, delegate=BOB)
    await morning.slack.until(lambda: len(_offers(morning, BOBS)) == 1)
    await morning.bot.gate.remind()
    assert len(_offers(morning, BOBS)) == 1

    slips = happens("Deals", SLIPPING, MORNING + timedelta(hours=1), Closing_Date="2026-07-31")
    morning.zoho.happens(slips)
    await morning.look(MORNING + timedelta(hours=20))
    await morning.morning(MORNING + timedelta(days=1))
    await morning.bot.gate.remind()
    assert len(_offers(morning, BOBS)) == 1  # another day is the same question

    shrinks = happens("Deals", SLIPPING, MORNING + timedelta(hours=25), Amount=4_000.0)
    morning.zoho.happens(shrinks)
    await morning.look(MORNING + timedelta(hours=44))
    await morning.morning(MORNING + timedelta(days=2))
    await morning.bot.gate.remind()
    assert len(_offers(morning, BOBS)) == 2


async def test_the_owner_may_still_decide_while_away(morning: Stage) -> None:
    await _go(morning, delegate=BOB)
    await morning.slack.until(lambda: len(_offers(morning, BOBS)) == 1)
    await morning.press(ANNAS, "approve_proposal", await morning.proposal(ACME))
    await morning.until(ANNAS, "task created, due")
    await morning.until(BOBS, "task created, due")


async def test_after_the_last_day_the_delegate_cannot_decide_and_their_message_says_so(either_morning: Stage) -> None:
    stage = either_morning
    await _go(stage, delegate=BOB, last=TODAY)
    await stage.slack.until(lambda: len(_offers(stage, BOBS)) == 1)
    proposal = await stage.proposal(ACME)

    stage.clock.moment = datetime(2026, 3, 24, 23, 0, tzinfo=UTC)  # midnight in Berlin
    await stage.press(BOBS, "approve_proposal", proposal, at=BOBS)
    assert await stage.answered(BOBS, "belongs to Anna Berg")
    assert await stage.state(proposal.id) is State.PENDING

    await stage.bot.gate.remind()
    await stage.bot.cards.settled()
    offer = _offers(stage, BOBS)[0]
    assert "Anna Berg is deciding these again" in str(offer["blocks"])
    assert "approve_proposal" not in str(offer["blocks"])


async def test_a_second_before_the_end_the_delegate_still_may(morning: Stage) -> None:
    await _go(morning, delegate=BOB, last=TODAY)
    await morning.slack.until(lambda: len(_offers(morning, BOBS)) == 1)
    morning.clock.moment = datetime(2026, 3, 24, 22, 59, 59, tzinfo=UTC)
    await morning.press(BOBS, "approve_proposal", await morning.proposal(ACME), at=BOBS)
    await morning.until(ANNAS, "Bob Chan")


async def test_back_early_takes_the_decision_back_at_once(morning: Stage) -> None:
    await _go(morning, delegate=BOB)
    await morning.slack.until(lambda: len(_offers(morning, BOBS)) == 1)
    assert "You are away until" in str(morning.slack.home_view(ANNAS))

    await morning.slack.click_in_view(ANNAS, BACK)
    await morning.slack.until(lambda: "is deciding these again" in str(_offers(morning, BOBS)[0]["blocks"]))
    assert "You are away until" not in str(morning.slack.home_view(ANNAS))
    assert [entry.action for entry in await morning.trail(ANNA)] == ["absence.set", "absence.ended"]


async def test_problems_are_said_beside_the_fields(morning: Stage) -> None:
    await _open(morning)
    refused = await morning.slack.submit(ANNAS, _values(first="2026-03-23", last="2026-03-22", delegate=BOB))
    assert refused.errors == {
        "first": "The first day is in the past; start today or later.",
        "last": "The last day is before the first.",
    }
    async with morning.bot.services.database.reading() as tx:
        assert await tx.absences.of(ANNA) is None


async def test_somebody_who_is_away_cannot_be_the_delegate(morning: Stage) -> None:
    await morning.bot.people.absences.set(by(BOBS), first=date(2026, 3, 24), last=date(2026, 3, 26), delegate_id=MIA)
    await _open(morning)
    refused = await morning.slack.submit(ANNAS, _values(delegate=BOB))
    assert refused.errors == {"delegate": "Bob Chan is away then too, until 26 Mar; please choose someone else."}


async def test_where_the_delegate_is_away_later_on_the_manager_is_offered_it(morning: Stage) -> None:
    await morning.bot.people.absences.set(by(ANNAS), first=date(2026, 3, 24), last=date(2026, 3, 27), delegate_id=BOB)
    await morning.bot.people.absences.set(by(BOBS), first=date(2026, 3, 24), last=date(2026, 3, 26), delegate_id=MIA)
    await morning.bot.gate.remind()
    assert len(_offers(morning, MIAS)) == 1
    assert not _offers(morning, BOBS)


async def test_an_absence_that_lies_ahead_moves_nothing_yet(morning: Stage) -> None:
    await _go(morning, delegate=BOB, first="2026-03-26", last=FRIDAY)
    await morning.bot.gate.remind()
    assert not _offers(morning, BOBS)
    await morning.press(BOBS, "approve_proposal", await morning.proposal(ACME))
    assert await morning.answered(BOBS, "belongs to Anna Berg")

    morning.clock.moment = datetime(2026, 3, 25, 23, 0, tzinfo=UTC)
    await morning.bot.gate.remind()
    assert len(_offers(morning, BOBS)) == 1


async def test_a_manager_sets_it_for_a_report_in_the_same_modal(morning: Stage) -> None:
    await _open(morning, by=MIAS)
    sent = await morning.slack.submit(MIAS, _values(delegate=BOB) | {"person": {"person": ANNA}})
    assert sent.ok
    await morning.slack.until(lambda: len(_offers(morning, BOBS)) == 1)
    [entry] = await morning.trail(ANNA)
    assert (entry.action, entry.actor, entry.detail["delegate_id"]) == ("absence.set", MIA, BOB)


@pytest.mark.parametrize("user_id", [BOBS, CORAS])
async def test_nobody_else_sets_it_and_the_attempt_is_noted(morning: Stage, user_id: str) -> None:
    with pytest.raises(Refused, match="Only Anna Berg, their manager or an administrator"):
        await morning.bot.people.absences.set(
            by(user_id), person_id=ANNA, first=date(2026, 3, 24), last=date(2026, 3, 25), delegate_id=BOB
        )
    assert [entry.action for entry in await morning.trail(ANNA)] == ["request.refused"]


async def test_a_delegate_without_slack_is_not_waited_for(morning: Stage) -> None:
    """Ada has no Slack user; what waits goes to the manager."""
    async with morning.bot.services.database.reading() as tx:
        anna, ada = await tx.people.get(ANNA), await tx.people.get(ADA)
    assert anna
    assert ada
    await morning.bot.people.absences.set_by_operator(anna, first=None, last=date(2026, 3, 25), delegate=ada)
    await morning.bot.gate.remind()
    assert len(_offers(morning, MIAS)) == 1


async def test_an_operators_word_is_checked_and_noted_like_any_other(morning: Stage) -> None:
    async with morning.bot.services.database.reading() as tx:
        anna, cora, bob = await tx.people.get(ANNA), await tx.people.get(CORA), await tx.people.get(BOB)
    assert anna
    assert bob
    assert cora
    with pytest.raises(FieldProblems, match="their own delegate"):
        await morning.bot.people.absences.set_by_operator(anna, first=None, last=date(2026, 3, 25), delegate=anna)
    await morning.bot.people.absences.set_by_operator(anna, first=None, last=date(2026, 3, 25), delegate=cora)
    [entry] = await morning.trail(ANNA)
    assert (entry.actor, entry.detail["by"]) == ("sergas", "operator")


async def test_whoever_stands_in_sees_it_in_their_home(morning: Stage) -> None:
    await _go(morning, delegate=BOB)
    await morning.slack.home(BOBS)
    await morning.slack.until(lambda: "You decide for Anna Berg" in str(morning.slack.home_view(BOBS)))
    home = str(morning.slack.home_view(BOBS))
    assert "You can also decide for others" in home
    proposal = await morning.proposal(BOREALIS)
    assert f"decide:{proposal.id}" in home


def _offers(stage: Stage, user_id: str) -> list[dict[str, Any]]:
    """The offers for Anna: those that she is deciding again have another title."""
    over = "Anna Berg is deciding these again"
    return [each for each in stage.briefs(user_id) if OFFERED in str(each["text"]) or over in str(each["blocks"])]


async def _open(stage: Stage, *, by: str = ANNAS) -> None:
    await stage.slack.home(by)
    await stage.slack.until(lambda: AWAY in str(stage.slack.home_view(by)))
    await stage.slack.click_in_view(by, AWAY)
    await stage.slack.until(lambda: stage.slack.modal(by) is not None)


def _values(*, first: str = TODAY, last: str = FRIDAY, delegate: str) -> dict[str, dict[str, str]]:
    return {"first": {"first": first}, "last": {"last": last}, "delegate": {"delegate": delegate}}


async def _go(stage: Stage, *, delegate: str, first: str = TODAY, last: str = FRIDAY) -> None:
    """Anna sets her absence in the Home."""
    await _open(stage)
    sent = await stage.slack.submit(ANNAS, _values(first=first, last=last, delegate=delegate))
    assert sent.ok, sent
    await stage.slack.until(lambda: "away until" in str(stage.slack.home_view(ANNAS)) or first != TODAY)
