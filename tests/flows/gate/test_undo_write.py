"""Undo from the press to the CRM: the whole bot between the sandboxes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from agents.flows.access.identity import Caller
from integrations.sandbox.slack import forms
from store.domain.gate.proposals import Proposal, State
from store.domain.gate.writes.add_note import AddNote
from store.domain.gate.writes.create_task import CreateTask
from tests.flows.company import ACME, ANNA, BOREALIS, CEDAR, MIA, happens
from tests.flows.stage import ANNAS, MIAS, MORNING, NIGHT, TEAM, Stage, value_of

UNDONE = "↩️"


async def written(stage: Stage, account_id: str, kind: str) -> Proposal:
    """A proposal that Anna approved and that stands in Zoho."""
    found = await stage.proposals(account_id, kind=kind)
    proposal = found[-1] if found else await stage.reviewed(account_id, kind=kind)
    await stage.approve(proposal)
    await stage.slack.until(lambda: button(stage, proposal) is not None)
    return proposal


def button(stage: Stage, proposal: Proposal) -> str | None:
    """The timestamp of the message that offers to undo this."""
    offered = ("undo_write", value_of(proposal))
    for message in stage.slack.dm(ANNAS):
        found = forms.elements(message.get("blocks", []))
        if offered in {(element["action_id"], element.get("value")) for _, element in found}:
            return str(message["ts"])
    return None


async def press_undo(
    stage: Stage, proposal: Proposal, *, by: str = ANNAS, at: str = ANNAS, says: str = "Possible until"
) -> str:
    """Press Undo in the messages of `at` and wait until the modal says this; all of its text."""
    await stage.slack.click(by, "undo_write", value=value_of(proposal), channel=stage.slack.channel(at))
    await stage.slack.until(lambda: says in str(stage.slack.modal(by)))
    return str(stage.slack.modal(by))


@pytest.mark.parametrize(
    ("account_id", "kind", "module"), [(ACME, "create_task", "Tasks"), (BOREALIS, "add_note", "Notes")]
)
async def test_what_was_written_is_taken_back_and_the_card_tells_it(
    either_morning: Stage, account_id: str, kind: str, module: str
) -> None:
    stage = either_morning
    proposal = await written(stage, account_id, kind)
    assert isinstance(proposal.write, CreateTask | AddNote)
    title = proposal.write.subject if isinstance(proposal.write, CreateTask) else proposal.write.title
    assert f"{title}\\n*After:* removed" in await press_undo(stage, proposal)
    assert (await stage.slack.submit(ANNAS, {})).ok
    await stage.until(ANNAS, UNDONE)

    made, removed = stage.zoho.ledger
    assert (made.op, removed.op, removed.module, removed.id) == ("create", "delete", module, made.id)
    assert await stage.state(proposal.id) is State.UNDONE
    assert button(stage, proposal) is None
    assert [entry.action for entry in await stage.trail(proposal.id)][-1] == "write.undone"


async def test_an_update_gives_the_account_back_what_it_held(either_morning: Stage) -> None:
    stage = either_morning
    proposal = await written(stage, CEDAR, "update_account")
    assert "Account type: Customer → Prospect" in await press_undo(stage, proposal)
    await stage.slack.submit(ANNAS, {})
    await stage.until(ANNAS, UNDONE)
    assert account(stage)["Account_Type"] == "Prospect"


async def test_nothing_is_undone_before_it_is_submitted(morning: Stage) -> None:
    proposal = await written(morning, ACME, "create_task")
    await press_undo(morning, proposal)
    await morning.sweep(after=timedelta(minutes=16))
    assert len(morning.zoho.ledger) == 1
    assert await morning.state(proposal.id) is State.DONE


async def test_what_somebody_worked_on_since_is_not_undone(morning: Stage) -> None:
    proposal = await written(morning, CEDAR, "update_account")
    later(morning)
    morning.zoho.happens(happens("Accounts", CEDAR, morning.clock.now(), user=MIA, Account_Type="Partner"))
    text = await press_undo(morning, proposal, says="their work would be lost")
    assert "Account type: Customer → Partner" in text
    assert account(morning)["Account_Type"] == "Partner"
    assert len(morning.zoho.ledger) == 1


async def test_of_a_task_that_somebody_reworked_the_differences_are_shown(morning: Stage) -> None:
    proposal = await written(morning, ACME, "create_task")
    later(morning)
    made = morning.zoho.ledger[0].id
    morning.zoho.happens(
        happens(
            "Tasks", made, morning.clock.now(), user=MIA, Owner={"id": MIA}, Due_Date="2026-04-02", Status="Completed"
        )
    )
    text = await press_undo(morning, proposal, says="their work would be lost")
    assert "Owner: Anna Berg → Mia Lind" in text
    assert "→ Thu 2 Apr" in text
    assert "Done: no → yes" in text
    assert len(morning.zoho.ledger) == 1


async def test_what_changes_between_the_look_and_the_submission_is_not_undone(morning: Stage) -> None:
    proposal = await written(morning, CEDAR, "update_account")
    await press_undo(morning, proposal)
    later(morning)
    morning.zoho.happens(happens("Accounts", CEDAR, morning.clock.now(), user=MIA, Account_Type="Partner"))
    await morning.slack.submit(ANNAS, {})
    await morning.slack.until(lambda: "it was not undone" in str(morning.slack.modal(ANNAS)))
    assert account(morning)["Account_Type"] == "Partner"
    assert await morning.state(proposal.id) is State.DONE


async def test_a_task_that_somebody_takes_up_before_the_submission_stays(morning: Stage) -> None:
    proposal = await written(morning, ACME, "create_task")
    await press_undo(morning, proposal)
    later(morning)
    (made,) = morning.zoho.ledger
    morning.zoho.happens(happens("Tasks", made.id, morning.clock.now(), user=MIA, Status="In Progress"))
    await morning.slack.submit(ANNAS, {})
    await morning.until(ANNAS, "could not be undone")
    assert morning.zoho.ledger == (made,)
    assert await morning.state(proposal.id) is State.DONE


async def test_after_a_quarter_of_an_hour_the_button_goes_and_an_old_press_is_explained(morning: Stage) -> None:
    proposal = await written(morning, ACME, "create_task")
    later(morning, minutes=15)
    await press_undo(morning, proposal, says="more than 15 minutes ago")
    await morning.bot.delivery.show(proposal.owner_id, [proposal.id])
    assert button(morning, proposal) is None
    assert len(morning.zoho.ledger) == 1


async def test_only_who_may_decide_may_undo(morning: Stage) -> None:
    proposal = await written(morning, ACME, "create_task")
    await press_undo(morning, proposal, by="U0BOB", says="This belongs to Anna Berg")
    await press_undo(morning, proposal, by=MIAS)
    await morning.slack.submit(MIAS, {})
    await morning.until(ANNAS, "· by Mia Lind")


async def test_an_undo_that_zoho_refuses_is_told_on_the_card(morning: Stage) -> None:
    proposal = await written(morning, ACME, "create_task")
    await press_undo(morning, proposal)
    locked = {"code": "RECORD_LOCKED", "details": {}, "message": "locked", "status": "error"}
    morning.zoho.faults.answer("DELETE", "/Tasks/", status=400, body=locked)
    await morning.slack.submit(ANNAS, {})
    await morning.until(ANNAS, "could not be undone: The record is locked in Zoho")
    assert await morning.state(proposal.id) is State.DONE


async def test_a_second_submission_of_the_same_undo_is_explained(morning: Stage) -> None:
    proposal = await written(morning, ACME, "create_task")
    await press_undo(morning, proposal)
    await press_undo(morning, proposal, by=MIAS)
    await morning.slack.submit(MIAS, {})
    await morning.until(ANNAS, "· by Mia Lind")
    await morning.slack.submit(ANNAS, {})
    assert await morning.answered(ANNAS, "the record is removed from Zoho")
    assert [entry.op for entry in morning.zoho.ledger] == ["create", "delete"]


async def test_what_was_undone_is_not_proposed_again_the_next_morning_and_stands_as_earlier_advice(
    morning: Stage,
) -> None:
    proposal = await written(morning, ACME, "create_task")
    await press_undo(morning, proposal)
    await morning.slack.submit(ANNAS, {})
    await morning.until(ANNAS, UNDONE)
    await morning.look(NIGHT + timedelta(days=1))
    await morning.morning(MORNING + timedelta(days=1))

    assert [each.id for each in await morning.proposals(ACME) if each.undoes is None] == [proposal.id]
    review = await morning.bot.accounts.review.by_id(Caller(team_id=TEAM, user_id=ANNAS, request_id="test"), ACME)
    (prior,) = review.brief.cards[0].priors
    assert (prior.title, prior.state, prior.decided_by) == (proposal.recommendation.title, State.UNDONE, ANNA)


def later(stage: Stage, *, minutes: int = 1) -> None:
    stage.clock.advance(timedelta(minutes=minutes))


def account(stage: Stage) -> dict[str, Any]:
    found = stage.zoho.record("Accounts", CEDAR)
    assert found is not None
    return found
