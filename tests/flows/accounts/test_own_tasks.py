"""The bot's own tasks in the days after an approval: they come back as what was agreed, never as work of their own."""

from __future__ import annotations

from datetime import UTC, datetime

from store.domain.gate.proposals import Proposal, State
from store.domain.gate.writes.create_task import CreateTask
from store.domain.gate.writes.update_task import UpdateTask
from tests.flows.company import ANNA, BOREALIS, happens
from tests.flows.gate.test_undo_write import press_undo
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


async def asked_about_it(stage: Stage) -> Proposal:
    """On Friday the task is overdue, and the brief asks about it."""
    await agreed(stage)
    assert await stage.look(FRIDAY)
    await stage.bot.mornings([ANNA])
    await stage.bot.cards.settled()
    return await stage.proposal(BOREALIS, kind="update_task")


async def test_the_card_says_what_was_agreed_and_approving_moves_that_task(either_morning: Stage) -> None:
    proposal = await asked_about_it(either_morning)
    write = proposal.write
    assert isinstance(write, UpdateTask)
    said = f"Task “{write.subject}”, agreed on Tue 24 Mar, was due Thu 26 Mar: move it to Tue 31 Mar"
    assert said in str(either_morning.briefs(ANNAS)[-1])

    await either_morning.approved(proposal, says="task moved to Tue 31 Mar")
    task = either_morning.zoho.record("Tasks", write.task_id)
    assert task is not None
    assert (task["Due_Date"], task["Status"], task["Subject"]) == ("2026-03-31", "Not Started", write.subject)


async def test_adjust_closes_it_and_undo_opens_it_again(morning: Stage) -> None:
    proposal = await asked_about_it(morning)
    assert isinstance(proposal.write, UpdateTask)
    await morning.open_modal("adjust_proposal", proposal)
    await morning.slack.submit(ANNAS, {"status": {"status": "close"}})
    await morning.handled()
    closing = await morning.proposal(BOREALIS, kind="update_task")
    assert closing.version == 2
    await morning.approved(closing, says="task closed")
    assert status_of(morning, closing) == "Completed"

    assert "Status: Completed → Not Started" in await press_undo(morning, closing)
    await morning.slack.submit(ANNAS, {})
    await morning.until(ANNAS, "restored in Zoho")
    assert status_of(morning, closing) == "Not Started"
    assert await morning.state(closing.id) is State.UNDONE


async def test_a_task_that_someone_completed_meanwhile_is_left_alone(morning: Stage) -> None:
    proposal = await asked_about_it(morning)
    assert isinstance(proposal.write, UpdateTask)
    morning.zoho.happens(happens("Tasks", proposal.write.task_id, morning.clock.now(), Status="Completed"))
    await morning.approve(proposal)

    assert status_of(morning, proposal) == "Completed"
    assert await morning.state(proposal.id) is State.SUPERSEDED


def status_of(stage: Stage, proposal: Proposal) -> str:
    assert isinstance(proposal.write, UpdateTask)
    task = stage.zoho.record("Tasks", proposal.write.task_id)
    assert task is not None
    return str(task["Status"])
