"""Adjusting from the modal to the CRM: what Zoho itself would refuse, and modals that come too late."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest

from store.domain.gate.proposals import Proposal, State
from tests.flows.company import ACME, CEDAR
from tests.flows.stage import ANNAS, MIAS, NIGHT, Stage

SUBJECT = {"subject": {"subject": "Ring Sam instead"}}


async def open_adjust(stage: Stage, account_id: str = ACME) -> Proposal:
    proposal = await stage.proposal(account_id)
    await stage.open_modal("adjust_proposal", proposal)
    return proposal


async def reads_again(stage: Stage, module: str, field: str, **changed: Any) -> None:
    """An administrator changes a field, and the bot reads the CRM."""
    stage.zoho.redefine(module, field, **changed)
    assert await stage.look(NIGHT + timedelta(hours=4))


async def test_what_zoho_would_refuse_is_told_beside_each_field_and_nothing_changes(morning: Stage) -> None:
    morning.zoho.redefine("Tasks", "Subject", length=10)
    morning.zoho.redefine("Tasks", "Description", visible=False)
    morning.zoho.redefine("Tasks", "Who_Id", mandatory=True)
    await reads_again(morning, "Tasks", "Due_Date", read_only=True)
    proposal = await open_adjust(morning)
    assert (await morning.slack.submit(ANNAS, SUBJECT)).errors == {
        "subject": "This is 6 characters too long for Zoho. Zoho requires “Contact Name”, which can't be filled in here.",
        "description": "Zoho no longer has a field “Description” here.",
        "due": "“Due Date” is read-only in Zoho.",
    }
    assert (await morning.proposal(ACME)).id == proposal.id
    assert await morning.state(proposal.id) is State.PENDING


async def test_an_account_field_that_became_read_only_cannot_be_adjusted(morning: Stage) -> None:
    await morning.reviewed(CEDAR)
    await reads_again(morning, "Accounts", "Account_Type", read_only=True)
    await open_adjust(morning, CEDAR)
    submitted = await morning.slack.submit(ANNAS, {"account_type": {"account_type": "Partner"}})
    assert submitted.errors == {"account_type": "“Account Type” is read-only in Zoho."}


async def test_only_the_priorities_that_zoho_offers_can_be_chosen(morning: Stage) -> None:
    await reads_again(morning, "Tasks", "Priority", choices=("High", "Normal"))
    await open_adjust(morning)
    (block,) = [each for each in modal(morning)["blocks"] if each["block_id"] == "priority"]
    assert [option["value"] for option in block["element"]["options"]] == ["High", "Normal"]


async def approved(stage: Stage, proposal: Proposal) -> None:
    await stage.approve(proposal, by=MIAS)
    await stage.until(ANNAS, "task created, due")


async def rejected(stage: Stage, proposal: Proposal) -> None:
    await stage.press(MIAS, "reject_proposal", proposal)
    await stage.slack.until(lambda: stage.slack.modal(MIAS) is not None)
    await stage.slack.submit(MIAS, {"reason": {"reason": "done"}})
    await stage.until(ANNAS, "by Mia Lind")


async def adjusted(stage: Stage, proposal: Proposal) -> None:
    await stage.press(MIAS, "adjust_proposal", proposal)
    await stage.slack.until(lambda: stage.slack.modal(MIAS) is not None)
    await stage.slack.submit(MIAS, {"subject": {"subject": "Mia was quicker"}})
    await stage.until(ANNAS, "Mia was quicker")


async def expired(stage: Stage, proposal: Proposal) -> None:
    await stage.sweep(after=timedelta(hours=72))


async def too_late(stage: Stage, proposal: Proposal) -> None:
    """Its time is over and no sweep has come by yet."""
    stage.clock.advance(timedelta(hours=72))


@pytest.mark.parametrize(
    ("modal_of", "elsewhere", "says"),
    [
        ("adjust_proposal", approved, "This was decided already."),
        ("adjust_proposal", rejected, "This was decided already."),
        ("adjust_proposal", adjusted, "please decide that one"),
        ("adjust_proposal", expired, "This expired without a decision"),
        ("adjust_proposal", too_late, "This expired without a decision"),
        ("reject_proposal", approved, "Mia Lind approved this at 08:30"),
        ("reject_proposal", adjusted, "please decide that one"),
        ("reject_proposal", too_late, "This expired without a decision"),
    ],
)
async def test_a_modal_submitted_after_something_else_happened_says_so_and_decides_nothing(
    morning: Stage, modal_of: str, elsewhere: Callable[[Stage, Proposal], Awaitable[None]], says: str
) -> None:
    proposal = await morning.proposal(ACME)
    await morning.open_modal(modal_of, proposal)
    await elsewhere(morning, proposal)
    versions, before = len(await morning.proposals(ACME)), await morning.state(proposal.id)

    typed = SUBJECT if modal_of == "adjust_proposal" else {"reason": {"reason": "other"}}
    await morning.slack.submit(ANNAS, typed)
    await morning.slack.until(lambda: says in told(morning))
    assert await morning.state(proposal.id) is before
    assert len(await morning.proposals(ACME)) == versions
    assert len(morning.zoho.ledger) == (1 if elsewhere is approved else 0)


def told(stage: Stage) -> str:
    """What Anna's modal says, and what only she was told."""
    return str(stage.slack.modal(ANNAS)) + str(stage.slack.ephemerals(ANNAS))


def modal(stage: Stage) -> dict[str, Any]:
    found = stage.slack.modal(ANNAS)
    assert found is not None
    return found
