"""Putting off goes through the gate like any decision: once, by who may, and never into or out of anything else."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from agents.flows.gate.snooze_proposal import SnoozeProposal
from store.domain.errors import AlreadyDecided, Drifted, Expired, Refused
from store.domain.gate.proposals import State
from tests.flows.company import ACME
from tests.gate.desk import POLICY, Desk, caller, open_desk, task, update
from tests.gate.test_overtaken import overtaken, rejecting


@pytest.fixture
async def desk(database_url: str) -> AsyncIterator[Desk]:
    async with open_desk(database_url) as made:
        yield made


def snoozing(desk: Desk) -> SnoozeProposal:
    return SnoozeProposal(desk.database, POLICY)


async def test_of_many_who_put_it_off_or_approve_it_one_counts(desk: Desk) -> None:
    proposal = await desk.propose(task())
    snooze = snoozing(desk)
    done = await asyncio.gather(
        *(snooze.snooze(caller("anna"), proposal.id, 1, days=each) for each in range(1, 6)),
        *(desk.decide.approve(caller("mia"), proposal.id, 1) for _ in range(5)),
        return_exceptions=True,
    )
    assert sum(not isinstance(each, BaseException) for each in done) == 1
    assert all(isinstance(each, AlreadyDecided) for each in done if isinstance(each, BaseException))


async def test_the_first_of_two_approvals_does_not_outlive_it(desk: Desk) -> None:
    proposal = await desk.propose(await update(desk, rating="Active"))
    await desk.decide.approve(caller("anna"), proposal.id, 1)
    await snoozing(desk).snooze(caller("anna"), proposal.id, 1, days=3)
    brought = (await snoozing(desk).bring_back(caller("mia"), proposal.id, 1)).proposal

    assert (brought.state, brought.endorsed_by, brought.decided_by) == (State.PENDING, None, None)
    assert brought.expires_at == desk.clock.now() + POLICY.lifetime


async def test_an_undo_cannot_be_put_off(desk: Desk) -> None:
    proposal = await desk.propose(task())
    await desk.decide.approve(caller("anna"), proposal.id, 1)
    await desk.sweep(after=timedelta(seconds=2))
    offered = await desk.undo.offer(caller("anna"), proposal.id, 1)
    with pytest.raises(Refused):
        await snoozing(desk).snooze(caller("anna"), offered.undo.id, 1, days=3)


async def test_what_is_over_cannot_be_put_off_and_what_is_not_put_off_cannot_be_brought_back(desk: Desk) -> None:
    proposal = await desk.propose(task())
    with pytest.raises(AlreadyDecided):
        await snoozing(desk).bring_back(caller("anna"), proposal.id, 1)
    desk.clock.advance(timedelta(hours=73))
    with pytest.raises(Expired):
        await snoozing(desk).snooze(caller("anna"), proposal.id, 1, days=3)


async def test_another_version_than_the_one_in_force_is_not_brought_back(desk: Desk) -> None:
    proposal = await desk.propose(task())
    await snoozing(desk).snooze(caller("anna"), proposal.id, 1, days=3)
    with pytest.raises(AlreadyDecided):
        await snoozing(desk).bring_back(caller("anna"), proposal.id, 2)
    assert (await desk.get(proposal.id)).state is State.SNOOZED


async def test_two_processes_wake_it_once(desk: Desk) -> None:
    proposal = await desk.propose(task())
    await snoozing(desk).snooze(caller("anna"), proposal.id, 1, days=3)
    desk.clock.advance(timedelta(days=4))
    woken = await asyncio.gather(*(snoozing(desk).wake() for _ in range(4)))
    assert sorted(woken) == [0, 0, 0, 1]


async def test_what_moved_while_it_was_put_off_is_told_when_it_is_approved(desk: Desk) -> None:
    proposal = await desk.propose(await update(desk, account_type="Customer"))
    await snoozing(desk).snooze(caller("anna"), proposal.id, 1, days=3)
    desk.clock.advance(timedelta(days=4))
    desk.change("Accounts", ACME, Account_Type="Partner")
    assert await snoozing(desk).wake() == 1
    with pytest.raises(Drifted):
        await desk.decide.approve(caller("anna"), proposal.id, 1)
    assert desk.zoho.ledger == ()


@pytest.mark.postgres
async def test_who_is_forestalled_is_told_so(postgres_url: str) -> None:
    async with open_desk(postgres_url) as desk:
        proposal = await desk.propose(task())
        snooze = snoozing(desk)
        with pytest.raises(AlreadyDecided):
            await overtaken(
                desk,
                postgres_url,
                lambda: snooze.snooze(caller("anna"), proposal.id, 1, days=3),
                by=rejecting(proposal),
            )
        assert (await desk.get(proposal.id)).state is State.REJECTED
