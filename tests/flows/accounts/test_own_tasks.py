"""The bot's own tasks in the days after an approval: they come back as what was agreed, never as work of their own."""

from __future__ import annotations

from datetime import UTC, datetime

from store.domain.gate.writes.create_task import CreateTask
from tests.flows.company import ANNA, BOREALIS
from tests.flows.stage import ANNAS, Stage

FRIDAY = datetime(2026, 3, 27, 7, 30, tzinfo=UTC)


async def agreed(stage: Stage) -> CreateTask:
    """Anna approved the task for Borealis on Tuesday, due on Thursday."""
    proposal = await stage.proposal(BOREALIS)
    await stage.approved(proposal, says="task created")
    assert isinstance(proposal.write, CreateTask)
    assert proposal.write.due < FRIDAY.date()
    return proposal.write


async def test_an_overdue_task_of_the_bots_own_makes_no_task_about_a_task(either_morning: Stage) -> None:
    write = await agreed(either_morning)
    before = {each.id for each in await either_morning.proposals(BOREALIS)}
    assert await either_morning.look(FRIDAY)
    await either_morning.bot.mornings([ANNA])

    later = [each for each in await either_morning.proposals(BOREALIS) if each.id not in before]
    assert [each.write.name() for each in later if isinstance(each.write, CreateTask)] == []
    last = str(either_morning.briefs(ANNAS)[-1])
    assert f"Task “{write.subject}” was due" not in last
