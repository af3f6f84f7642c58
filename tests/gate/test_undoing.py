"""Taking a write back: by the same gate, within its time, and never over somebody else's work."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from store.domain.errors import Drifted, Expired, GateClosed, Refused
from store.domain.proposals import Proposal, State, Write
from tests.flows.company import ACME
from tests.gate.desk import Desk, caller, note, open_desk, task, update


@pytest.fixture
async def desk(database_url: str) -> AsyncIterator[Desk]:
    async with open_desk(database_url) as made:
        yield made


async def written(desk: Desk, write: Write) -> Proposal:
    proposal = await desk.propose(write)
    await desk.decide.approve(caller("anna"), proposal.id, 1)
    await desk.sweep(after=timedelta(seconds=2))
    done = await desk.get(proposal.id)
    assert done.state is State.DONE
    return done


async def undone(desk: Desk, done: Proposal) -> Proposal:
    offered = await desk.undo.offer(caller("anna"), done.id, 1)
    await desk.undo.approve(caller("anna"), offered.undo.id, 1)
    await desk.sweep(after=timedelta(seconds=2))
    return await desk.get(offered.undo.id)


@pytest.mark.parametrize("write", [task(), note()], ids=["task", "note"])
async def test_what_was_added_goes_to_the_recycle_bin(desk: Desk, write: Write) -> None:
    done = await written(desk, write)
    undo = await undone(desk, done)
    assert (undo.state, (await desk.get(done.id)).state) == (State.DONE, State.UNDONE)
    assert [(entry.op, entry.id) for entry in desk.zoho.ledger] == [("create", done.crm_id), ("delete", done.crm_id)]


async def test_an_update_is_put_back_as_it_was(desk: Desk) -> None:
    done = await written(desk, await update(desk, account_type="Customer", description="Key account"))
    offered = await desk.undo.offer(caller("anna"), done.id, 1)
    assert [(move.label, move.present) for move in offered.moves] == [
        ("Account type", "Prospect"),
        ("Description", None),
    ]
    assert (await undone(desk, done)).state is State.DONE
    account = desk.zoho.record("Accounts", ACME)
    assert account is not None
    assert (account["Account_Type"], account["Description"]) == ("Prospect", None)


async def test_an_undo_cannot_be_adjusted_into_another_write(desk: Desk) -> None:
    """It wants one person alone, because it can only put back what stood there before."""
    done = await written(desk, await update(desk, account_type="Customer"))
    offered = (await desk.undo.offer(caller("anna"), done.id, 1)).undo
    other = await update(desk, account_type="Partner")
    with pytest.raises(Refused, match="not adjusted"):
        await desk.adjust.look(caller("anna"), offered.id, 1)
    with pytest.raises(Refused, match="not adjusted"):
        await desk.adjust.adjust(caller("anna"), offered.id, 1, other)
    assert (await desk.get(offered.id)).state is State.PENDING
    assert [entry.op for entry in desk.zoho.ledger] == ["update"]


async def test_nothing_is_undone_by_offering_it(desk: Desk) -> None:
    done = await written(desk, task())
    await desk.undo.offer(caller("anna"), done.id, 1)
    again = await desk.undo.offer(caller("anna"), done.id, 1)
    await desk.sweep(after=timedelta(minutes=15))
    assert len(desk.zoho.ledger) == 1
    assert (await desk.get(again.undo.id)).state is State.EXPIRED
    assert (await desk.get(done.id)).state is State.DONE


async def test_after_a_quarter_of_an_hour_it_is_too_late(desk: Desk) -> None:
    done = await written(desk, task())
    offered = await desk.undo.offer(caller("anna"), done.id, 1)
    desk.clock.advance(timedelta(minutes=15))
    with pytest.raises(Expired):
        await desk.undo.offer(caller("anna"), done.id, 1)
    with pytest.raises(Expired):
        await desk.undo.approve(caller("anna"), offered.undo.id, 1)
    await desk.sweep()
    assert len(desk.zoho.ledger) == 1


async def test_what_somebody_worked_on_since_is_left_alone(desk: Desk) -> None:
    task_, account = await written(desk, task()), await written(desk, await update(desk, account_type="Customer"))
    desk.change("Tasks", task_.crm_id or "", Status="In Progress")
    desk.change("Accounts", ACME, Account_Type="Partner")
    for done in (task_, account):
        with pytest.raises(Drifted):
            await desk.undo.offer(caller("anna"), done.id, 1)


async def test_what_is_worked_on_between_the_press_and_the_removal_is_left_alone(desk: Desk) -> None:
    done = await written(desk, task())
    offered = await desk.undo.offer(caller("anna"), done.id, 1)
    await desk.undo.approve(caller("anna"), offered.undo.id, 1)
    desk.change("Tasks", done.crm_id or "", Status="In Progress")
    await desk.settle()
    assert (await desk.get(offered.undo.id)).state is State.DEAD
    assert (await desk.get(done.id)).state is State.DONE
    assert [entry.op for entry in desk.zoho.ledger] == ["create"]


async def test_only_those_who_may_decide_undo_and_only_once(desk: Desk) -> None:
    done = await written(desk, task())
    with pytest.raises(Refused):
        await desk.undo.offer(caller("bob"), done.id, 1)
    await undone(desk, done)
    with pytest.raises(GateClosed, match="undone already"):
        await desk.undo.offer(caller("anna"), done.id, 1)


async def test_what_is_not_written_cannot_be_undone(desk: Desk) -> None:
    proposal = await desk.propose(task())
    with pytest.raises(GateClosed):
        await desk.undo.offer(caller("anna"), proposal.id, 1)
