"""The day of a movement is its own, and not the day on which someone last edited the record."""

from __future__ import annotations

from datetime import timedelta

from tests.flows.company import ANNA, SLIPPING, TUESDAY, happens
from tests.flows.stage import MORNING, Stage

DAY = timedelta(days=1)


async def test_a_deal_edited_after_it_was_won_is_not_said_to_be_won_on_that_day(morning: Stage) -> None:
    morning.zoho.happens(happens("Deals", SLIPPING, MORNING + timedelta(hours=2), Stage="Closed Won"))
    morning.zoho.happens(happens("Deals", SLIPPING, MORNING + 2 * DAY, Description="Thanks to everyone"))
    await morning.look(MORNING + 3 * DAY - timedelta(hours=3))
    await morning.morning(MORNING + 3 * DAY)
    async with morning.bot.services.database.reading() as tx:
        found = await tx.briefs.on(ANNA, TUESDAY + 3 * DAY)
        assert found is not None
        brief = await tx.briefs.get(found[0])

    assert brief is not None
    told = [each.signal.statement for each in brief.news if each.signal.record_id == SLIPPING]
    assert told == ["“Cold chain” ($8,000) was won between 24 Mar and 26 Mar."]
