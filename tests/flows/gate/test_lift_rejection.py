"""Advice rejected long ago is brought back from the Home: a next brief asks again, once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from agents.flows.gate.lift_rejection import LiftRejection
from bot.views.action_ids import LIFT
from store.domain.errors import GateClosed, Refused
from store.domain.gate.proposals import Proposal, State
from tests.flows.company import ACME, ANNA
from tests.flows.people.test_home import home_of
from tests.flows.stage import ANNAS, BOBS, MORNING, Stage, by

DAY = timedelta(days=1)


async def rejected(stage: Stage) -> Proposal:
    """Rejected on Tuesday; it is Monday now, and too late to decide."""
    proposal = await stage.proposal(ACME)
    await stage.bot.gate.decide.reject(by(ANNAS), proposal.id, 1, "Something else")
    await stage.bot.cards.settled()
    await stage.look(MORNING + 6 * DAY - timedelta(hours=3))
    await stage.morning(MORNING + 6 * DAY)
    return proposal


async def asked(stage: Stage) -> list[str]:
    """The accounts on which Anna is asked."""
    async with stage.bot.services.database.reading() as tx:
        return [each.account_id for each in await tx.proposals.pending([ANNA])]


async def test_it_is_brought_back_from_the_home_and_the_next_brief_asks_again_once(either_morning: Stage) -> None:
    stage = either_morning
    before = await rejected(stage)
    assert ACME not in await asked(stage)
    await home_of(stage, ANNAS, says=LIFT)
    await stage.slack.click_in_view(ANNAS, LIFT, value=f"{before.id}:1")
    await stage.slack.until(lambda: "Your next brief may ask again" in str(stage.slack.modal(ANNAS)))
    await stage.handled()
    assert ACME not in await asked(stage)
    assert [each.action for each in await stage.trail(before.id)][-1] == "proposal.lifted"

    await stage.look(MORNING + 7 * DAY - timedelta(hours=3))
    await stage.morning(MORNING + 7 * DAY)
    again = await stage.proposal(ACME)
    assert (again.state, again.recommendation.key) == (State.PENDING, before.recommendation.key)
    assert "set aside until now" in stage.shown(ANNAS)
    assert await stage.state(before.id) is State.REJECTED

    await stage.bot.gate.decide.reject(by(ANNAS), again.id, 1, "Something else")
    await stage.look(MORNING + 8 * DAY - timedelta(hours=3))
    await stage.morning(MORNING + 8 * DAY)
    assert ACME not in await asked(stage)


async def test_no_one_else_lifts_it_and_no_one_twice_or_while_it_can_be_decided(morning: Stage) -> None:
    lift = LiftRejection(morning.bot.services.database)
    fresh = await morning.proposal(ACME)
    await morning.bot.gate.decide.reject(by(ANNAS), fresh.id, 1, "Already done")
    with pytest.raises(GateClosed):
        await lift(by(ANNAS), fresh.id, 1)
    morning.clock.advance(6 * DAY)
    with pytest.raises(Refused):
        await lift(by(BOBS), fresh.id, 1)
    await lift(by(ANNAS), fresh.id, 1)
    with pytest.raises(GateClosed):
        await lift(by(ANNAS), fresh.id, 1)
