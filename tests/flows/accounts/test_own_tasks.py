"""The bot's own tasks in the days after an approval: they come back as what was agreed, never as work of their own."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from store.domain.crm.accounts import Kind
from store.domain.gate.proposals import Proposal, State
from store.domain.gate.writes.create_task import CreateTask
from store.domain.gate.writes.update_task import UpdateTask
from store.domain.signals.kinds import SignalKind
from tests.flows.company import ANNA, BOREALIS, happens
from tests.flows.gate.test_undo_write import press_undo
from tests.flows.stage import ANNAS, MIAS, Stage
from tests.integrations.zoho.company import create

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
    await either_morning.bot.jobs.mornings([ANNA])

    later = [each for each in await either_morning.proposals(BOREALIS) if each.id not in before]
    assert [each.write.name() for each in later if isinstance(each.write, CreateTask)] == []
    last = str(either_morning.briefs(ANNAS)[-1])
    assert f"Task “{write.subject}” was due" not in last


async def test_a_copy_that_a_person_made_is_their_task_and_asked_about_as_such(morning: Stage) -> None:
    write = await agreed(morning)
    made = next(each for each in morning.zoho.related("Tasks", "What_Id", write.parent_id, to="Deals"))
    assert "[SAM-" in str(made["Description"])
    copy = {"Subject": "Ask for the signed offer", "Due_Date": "2026-03-25", "Status": "Not Started"}
    fields = copy | {each: made[each] for each in ("Description", "What_Id", "$se_module")}
    morning.zoho.happens(create("Tasks", "4150868000009000001", at=FRIDAY - timedelta(days=2), **fields))
    assert await morning.look(FRIDAY)
    await morning.bot.jobs.mornings([ANNA])
    await morning.bot.cards.settled()

    assert "Task “Ask for the signed offer”" in str(morning.briefs(ANNAS)[-1])
    async with morning.bot.services.database.reading() as tx:
        facts = await tx.snapshots.account_facts(BOREALIS)
    assert facts is not None
    markers = {each.subject: each.marker for each in facts.activities if each.is_open}
    assert markers["Ask for the signed offer"] is None
    assert markers[write.subject] == made["Description"].split()[-1]


async def asked_about_it(stage: Stage) -> Proposal:
    """On Friday the task is overdue, and the brief asks about it."""
    await agreed(stage)
    assert await stage.look(FRIDAY)
    await stage.bot.jobs.mornings([ANNA])
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


async def test_an_edit_of_the_task_that_changes_no_fact_does_not_stop_an_approved_step(morning: Stage) -> None:
    proposal = await asked_about_it(morning)
    assert isinstance(proposal.write, UpdateTask)
    morning.clock.advance(timedelta(minutes=1))
    morning.zoho.happens(happens("Tasks", proposal.write.task_id, morning.clock.now(), Priority="Low"))
    await morning.approved(proposal, says="task moved to Tue 31 Mar")


async def test_an_ignored_question_about_an_overdue_task_is_offered_to_the_manager(morning: Stage) -> None:
    proposal = await asked_about_it(morning)
    assert isinstance(proposal.write, UpdateTask)
    while (await morning.proposal(BOREALIS, kind="update_task")).offered_to is None:
        morning.clock.advance(timedelta(hours=1))
        assert morning.clock.now() < proposal.expires_at
        await morning.bot.gate.remind()
    (offer,) = [each for each in morning.briefs(MIAS) if f"Task “{proposal.write.subject}”" in str(each["blocks"])]
    assert "not decided on" in str(offer["text"])

    await morning.press(MIAS, "approve_proposal", proposal, at=MIAS)
    await morning.until(MIAS, "task moved to Tue 31 Mar")


async def test_already_done_closes_the_agreed_task(morning: Stage) -> None:
    proposal = await asked_about_it(morning)
    await morning.open_modal("reject_proposal", proposal)
    await morning.slack.submit(ANNAS, {"reason": {"reason": "done"}})
    await morning.slack.until(lambda: "Log it" in str(morning.slack.modal(ANNAS)))
    await morning.slack.submit(ANNAS, {})
    await morning.until(ANNAS, "done already · ✅")
    assert status_of(morning, proposal) == "Completed"


async def test_adjust_closes_it_and_undo_opens_it_again(morning: Stage) -> None:
    proposal = await asked_about_it(morning)
    assert isinstance(proposal.write, UpdateTask)
    await morning.open_modal("adjust_proposal", proposal)
    headed = f"Task “{proposal.write.subject}” for deal “Cold chain”"
    assert headed in str(morning.slack.modal(ANNAS))
    await morning.slack.submit(ANNAS, {"status": {"status": "close"}})
    await morning.handled()
    closing = await morning.proposal(BOREALIS, kind="update_task")
    assert closing.version == 2
    await morning.approved(closing, says="task closed")
    assert status_of(morning, closing) == "Completed"

    undo = await press_undo(morning, closing)
    assert headed in undo
    assert "Status: Completed → Not Started" in undo
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


async def test_a_task_that_is_done_by_the_next_brief_is_asked_about_no_more(morning: Stage) -> None:
    proposal = await asked_about_it(morning)
    assert isinstance(proposal.write, UpdateTask)
    morning.zoho.happens(happens("Tasks", proposal.write.task_id, morning.clock.now(), Status="Completed"))
    assert await morning.look(FRIDAY + timedelta(days=3))
    await morning.bot.jobs.mornings([ANNA])

    assert await morning.state(proposal.id) is State.RETRACTED


async def test_what_an_earlier_release_asked_about_its_own_task_is_retracted_at_the_next_brief(
    either_morning: Stage,
) -> None:
    await agreed(either_morning)
    made = await either_morning.proposal(BOREALIS)
    nested = about_task(made, made.crm_id or "")
    async with either_morning.bot.services.database.transaction() as tx:
        await tx.proposals.add(nested)
    assert await either_morning.look(FRIDAY)
    await either_morning.bot.jobs.mornings([ANNA])

    assert await either_morning.state(nested.id) is State.RETRACTED
    assert "Settle the overdue task" not in str(either_morning.briefs(ANNAS)[-1]["blocks"])


def about_task(made: Proposal, task_id: str) -> Proposal:
    """Pending advice to make a task about this one."""
    assert isinstance(made.write, CreateTask)
    advice, write = made.recommendation, replace(made.write, subject=f"Settle the overdue task “{made.write.subject}”")
    cited = replace(advice.evidence[0], kind=Kind.ACTIVITY, record_id=task_id, field="at", change_id=None)
    nested = replace(
        advice,
        key=f"{BOREALIS}:follow_up:task_overdue:{task_id}",
        signals=(SignalKind.TASK_OVERDUE,),
        evidence=(cited,),
        write=write,
    )
    base = replace(made, recommendation=nested, lineage="f" * 32, basis=())
    return replace(
        base.next_version(
            write, id="f" * 32, created_at=made.created_at, expires_at=FRIDAY + timedelta(days=1), needs_second=False
        ),
        version=1,
    )


def status_of(stage: Stage, proposal: Proposal) -> str:
    assert isinstance(proposal.write, UpdateTask)
    task = stage.zoho.record("Tasks", proposal.write.task_id)
    assert task is not None
    return str(task["Status"])
