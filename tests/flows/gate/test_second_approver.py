"""A write of high stakes takes two people: what each of them sees and presses."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from store.domain.gate.proposals import State
from tests.flows.company import ACME
from tests.flows.openings import Opening
from tests.flows.stage import ANNAS, MIAS, Stage, stage

WAITS = "Approved by Anna Berg 08:30; needs a second approver"


@pytest.fixture
async def strict(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Stage]:
    """Tuesday morning in an organisation where every task takes two."""
    async with stage(sqlite_url, tmp_path, second_approver_tools="zoho_create_task", opening=Opening.NIGHT) as made:
        await made.morning()
        yield made


async def test_the_first_approval_writes_nothing_and_asks_the_manager(strict: Stage) -> None:
    proposal = await strict.proposal(ACME)
    assert "Needs two approvers" in strict.shown(ANNAS)
    await strict.approved(proposal, says=WAITS)
    await strict.until(MIAS, WAITS)
    await strict.sweep()
    assert strict.zoho.ledger == ()
    assert await strict.state(proposal.id) is State.PENDING


async def test_the_same_person_is_not_the_second(strict: Stage) -> None:
    proposal = await strict.proposal(ACME)
    await strict.approved(proposal, says=WAITS)
    await strict.approve(proposal)
    assert "You have approved this already" in await strict.whisper(ANNAS)
    assert strict.zoho.ledger == ()


async def test_the_second_person_releases_it_and_both_are_named(strict: Stage) -> None:
    proposal = await strict.proposal(ACME)
    await strict.approved(proposal, says=WAITS)
    await strict.until(MIAS, WAITS)
    await strict.approve(proposal, by=MIAS, at=MIAS)
    for user in (ANNAS, MIAS):
        await strict.until(user, " · by Anna Berg 08:30 and Mia Lind 08:30")
    assert len(strict.zoho.ledger) == 1


async def test_the_second_person_may_reject_it(strict: Stage) -> None:
    proposal = await strict.proposal(ACME)
    await strict.approved(proposal, says=WAITS)
    await strict.press(MIAS, "reject_proposal", proposal)
    await strict.slack.until(lambda: strict.slack.modal(MIAS) is not None)
    await strict.slack.submit(MIAS, {"reason": {"reason": "other"}})
    await strict.until(ANNAS, "by Mia Lind")
    assert strict.zoho.ledger == ()


async def test_one_approval_does_not_outlive_the_time_to_decide(strict: Stage) -> None:
    proposal = await strict.proposal(ACME)
    await strict.approved(proposal, says=WAITS)
    await strict.sweep(after=timedelta(hours=72))
    await strict.until(ANNAS, "expired after one of two approvals; nothing was written")
    assert strict.zoho.ledger == ()


async def test_what_takes_two_is_not_offered_for_approval_at_one_press(strict: Stage) -> None:
    assert "approve_batch" not in strict.shown(ANNAS)
