"""A brief never calls an account quiet whose fields it could not read, and says nothing that would need them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from agents.flows.access.identity import Caller
from agents.flows.accounts.compose_brief import ComposeBrief
from bot.wiring.policies import brief_policy
from store.domain.brief.brief import Brief
from store.domain.gate.proposals import State
from store.domain.signals.judged import NEEDS
from store.domain.signals.kinds import SignalKind
from tests.flows.company import ANNA, BOREALIS, FJORD, SLIPPING, happens
from tests.flows.stage import ANNAS, MORNING, TEAM, Stage

FJORD_CALL = "4150868000005000007"
NOT_READABLE = "Not readable in the CRM"


async def odd(made: Stage, module: str, record_id: str, touch: dict[str, Any], **values: Any) -> None:
    """Put odd values into a record, touch it, and read it."""
    made.zoho.distort(module, record_id, **values)
    made.clock.advance(timedelta(minutes=1))
    made.zoho.happens(happens(module, record_id, made.clock.now(), **touch))
    assert await made.bot.jobs.syncs()


async def previewed(made: Stage) -> Brief:
    """Anna's brief as it would be now."""
    of = made.bot.services.settings
    policy = brief_policy(of.brief, of.gate, of.signals)
    return await ComposeBrief(made.bot.services.database, made.clock, policy).preview(ANNA)


async def test_a_signal_that_would_need_the_field_is_silent_and_the_brief_says_what_it_is(night: Stage) -> None:
    await odd(night, "Deals", SLIPPING, {"Next_Step": "Call"}, Closing_Date="31/02")
    await night.morning()

    shown = night.shown(ANNAS)
    assert "slipped" not in shown
    assert f"{NOT_READABLE}: closing date of “Cold chain” (Borealis Foods)." in shown


async def test_an_account_is_not_silent_if_a_call_on_it_cannot_be_dated(night: Stage) -> None:
    await odd(night, "Calls", FJORD_CALL, {"Subject": "Call"}, Call_Start_Time="someday")
    night.clock.advance(timedelta(days=60))
    brief = await previewed(night)

    silent = [card for card in brief.cards if card.account_id == FJORD]
    assert [kind for card in silent for each in card.statements for kind in each.kinds] == []
    assert [each.account_id for each in brief.unread] == [FJORD]


async def test_an_account_with_an_unreadable_field_is_not_counted_as_quiet(night: Stage) -> None:
    before = (await previewed(night)).quiet
    await odd(night, "Calls", FJORD_CALL, {"Subject": "Call"}, Call_Start_Time="someday")
    assert (await previewed(night)).quiet == before - 1


async def test_a_morning_without_news_does_not_say_that_all_is_quiet(night: Stage) -> None:
    await night.morning()
    night.clock.advance(timedelta(hours=20))
    await odd(night, "Deals", SLIPPING, {"Next_Step": "Call"}, Amount="1.2M")
    await night.morning(MORNING + timedelta(days=1))

    last = str(night.briefs(ANNAS)[-1]["blocks"])
    assert "Nothing new, Anna" not in last
    assert f"{NOT_READABLE}: amount of “Cold chain” (Borealis Foods)." in last


async def test_while_a_part_of_the_crm_is_off_no_account_is_called_quiet(night: Stage) -> None:
    night.zoho.disable("Calls")
    assert await night.bot.jobs.syncs()
    brief = await previewed(night)
    assert (brief.quiet, brief.whole) == (0, False)


async def test_what_waits_for_a_decision_is_not_settled_by_a_field_that_cannot_be_read(night: Stage) -> None:
    await night.morning()
    waiting = await night.proposal(BOREALIS)
    await odd(night, "Deals", SLIPPING, {"Next_Step": "Call"}, Closing_Date="31/02")
    await night.morning(MORNING + timedelta(days=1))

    assert await night.state(waiting.id) is State.PENDING
    assert "fell away" not in night.shown(ANNAS)


@pytest.mark.parametrize("value", ["1.2M", None])
async def test_a_review_of_the_account_says_it_too(night: Stage, value: str | None) -> None:
    if value:
        night.zoho.distort("Deals", SLIPPING, Amount=value)
    await night.bot.services.sync()
    await night.bot.accounts.review.by_id(Caller(team_id=TEAM, user_id=ANNAS, request_id="test"), BOREALIS)
    await night.bot.cards.settled()
    assert (f"{NOT_READABLE}: amount of “Cold chain”" in night.shown(ANNAS)) is bool(value)


def test_every_kind_of_signal_says_what_it_needs() -> None:
    assert set(NEEDS) == set(SignalKind)
