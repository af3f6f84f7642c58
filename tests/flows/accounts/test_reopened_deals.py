"""A deal that was won and is opened again, from the CRM to the brief."""

from __future__ import annotations

from datetime import timedelta

from store.domain.gate.proposals import State
from tests.flows.company import ANNA, CEDAR, TUESDAY, WINNING, happens
from tests.flows.stage import ANNAS, MORNING, Stage

DAY = timedelta(days=1)


async def test_the_money_of_a_deal_just_won_is_not_called_open(night: Stage) -> None:
    advice = await night.reviewed(CEDAR)
    assert (advice.state, advice.amount) == (State.PENDING, 0.0)
    assert "$9,000" in night.shown(ANNAS)
    assert "$9,000 open" not in night.shown(ANNAS)


async def test_a_reopened_deal_is_told_as_reopened_and_nothing_else(morning: Stage) -> None:
    again = MORNING + timedelta(hours=2)
    morning.zoho.happens(
        happens("Deals", WINNING, again, Stage="Needs Analysis", Closing_Date="2026-08-28", Amount=7_000.0)
    )
    await morning.look(MORNING + DAY - timedelta(hours=3))
    await morning.morning(MORNING + DAY)
    async with morning.bot.services.database.reading() as tx:
        found = await tx.briefs.on(ANNA, TUESDAY + DAY)
        assert found is not None
        brief = await tx.briefs.get(found[0])
    assert brief is not None
    told = [each.signal.statement for each in brief.news if each.account_id == CEDAR]
    told += [each.text for card in brief.cards if card.account_id == CEDAR for each in card.statements]
    assert told == ["“Ward beds” ($7,000) was reopened on 24 Mar: Closed Won → Needs Analysis."]
