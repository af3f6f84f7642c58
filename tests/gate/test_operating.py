"""What operators may do about writes that did not end by themselves, and what not."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest

from agents.flows.gate.operate_writes import OperateWrites
from integrations.sandbox.zoho.faults import Fault
from store.domain.errors import Ambiguous, GateClosed, NotFound, Refused
from store.domain.gate.proposals import Proposal, State
from tests.gate.desk import POLICY, Desk, caller, note, open_desk, task

NO = {"data": [{"code": "INVALID_DATA", "status": "error", "message": "invalid data", "details": {}}]}


@pytest.fixture
async def desk(database_url: str) -> AsyncIterator[Desk]:
    async with open_desk(database_url) as made:
        yield made


@pytest.fixture
def operate(desk: Desk) -> OperateWrites:
    return OperateWrites(desk.database, lifetime=POLICY.lifetime)


async def dead(desk: Desk) -> Proposal:
    """Approved, and refused by the CRM for good."""
    proposal = await desk.propose(task())
    await desk.decide.approve(caller("anna"), proposal.id, 1)
    desk.zoho.faults.answer("POST", r"/Tasks$", status=400, body=NO)
    await desk.sweep()
    return await desk.get(proposal.id)


async def parked(desk: Desk) -> Proposal:
    """Written, but the answer was lost and the CRM could not be asked for an hour."""
    proposal = await desk.propose(note())
    await desk.decide.approve(caller("anna"), proposal.id, 1)
    desk.zoho.faults.drop_after("POST", r"/Notes$")
    await desk.sweep()
    desk.zoho.faults.add("GET", r"/Notes$", Fault(kind="answer", status=500), times=50)
    await desk.sweep(after=timedelta(minutes=5))
    await desk.sweep(after=timedelta(hours=1))
    desk.zoho.faults.clear()
    return await desk.get(proposal.id)


async def test_a_dead_write_is_tried_again_as_a_new_run(desk: Desk, operate: OperateWrites) -> None:
    proposal = await dead(desk)
    assert proposal.state is State.DEAD
    again = await operate.retry("operator:root", proposal.id[:8])
    assert (again.state, again.run, again.attempt) == (State.READY, 1, 0)
    await desk.sweep()
    assert (await desk.get(proposal.id)).state is State.DONE
    assert len(desk.zoho.ledger) == 1
    with pytest.raises(GateClosed):
        await operate.retry("operator:root", proposal.id)


async def test_an_approval_of_long_ago_is_not_tried_again(desk: Desk, operate: OperateWrites) -> None:
    proposal = await dead(desk)
    desk.clock.advance(POLICY.lifetime + timedelta(seconds=1))
    with pytest.raises(GateClosed, match="too long ago"):
        await operate.retry("operator:root", proposal.id)


async def test_what_cannot_be_told_for_an_hour_waits_for_a_person_and_is_left_alone(
    desk: Desk, operate: OperateWrites
) -> None:
    proposal = await parked(desk)
    assert (proposal.state, proposal.parked_at) == (State.UNKNOWN, desk.clock.now())
    assert await desk.execute.open() == []
    assert [each.id for each in await operate.listed("operator:root")] == [proposal.id]
    again = await operate.retry(caller("ada"), proposal.id)
    assert again.parked_at is None
    await desk.sweep()
    assert (await desk.get(proposal.id)).state is State.DONE
    assert len(desk.zoho.ledger) == 1


@pytest.mark.parametrize(("written", "state"), [(True, State.DONE), (False, State.DEAD)])
async def test_an_operator_says_what_became_of_it(
    desk: Desk, operate: OperateWrites, written: bool, state: State
) -> None:
    proposal = await parked(desk)
    resolved = await operate.resolve(caller("ada"), proposal.id, written=written, crm_id="77" if written else None)
    assert (resolved.state, resolved.crm_id, resolved.parked_at) == (state, "77" if written else None, None)
    story = await operate.show(caller("ada"), proposal.id)
    assert story.trail[-1].action == "write.resolved"
    with pytest.raises(GateClosed):
        await operate.resolve(caller("ada"), proposal.id, written=written)


async def test_only_administrators_operate_in_slack(desk: Desk, operate: OperateWrites) -> None:
    proposal = await dead(desk)
    for name in ("anna", "mia", "bob"):
        with pytest.raises(Refused):
            await operate.retry(caller(name), proposal.id)
        with pytest.raises(Refused):
            await operate.listed(caller(name))


async def test_an_id_is_found_by_its_beginning_and_never_guessed(desk: Desk, operate: OperateWrites) -> None:
    proposal = await dead(desk)
    assert (await operate.show("operator:root", proposal.id[:6])).proposal == proposal
    for prefix in ("", proposal.id[:5], "zzzzzz", "%%%%%%"):
        with pytest.raises((NotFound, Ambiguous)):
            await operate.show("operator:root", prefix)


@pytest.mark.parametrize("known", [False, True], ids=["first", "known already"])
async def test_an_undo_of_unknown_fate_that_was_carried_out_marks_what_it_took_back(
    desk: Desk, operate: OperateWrites, known: bool
) -> None:
    proposal = await desk.propose(task())
    await desk.decide.approve(caller("anna"), proposal.id, 1)
    await desk.sweep(after=timedelta(seconds=2))
    undo = (await desk.undo.offer(caller("anna"), proposal.id, 1)).undo
    await desk.undo.approve(caller("anna"), undo.id, 1)
    desk.zoho.faults.drop_after("DELETE", r"/Tasks")
    await desk.sweep(after=timedelta(seconds=2))
    assert (await desk.get(undo.id)).state is State.UNKNOWN
    if known:
        async with desk.database.transaction() as tx:
            await tx.proposals.move(proposal.id, frm=[State.DONE], to=State.UNDONE)
    resolved = await operate.resolve(caller("ada"), undo.id, written=True, crm_id=proposal.crm_id)
    assert (resolved.state, (await desk.get(proposal.id)).state) == (State.DONE, State.UNDONE)
    async with desk.database.reading() as tx:
        told = [each.action for each in await tx.audit.entries(subject=proposal.id)]
    assert told.count("write.undone") == (0 if known else 1)


async def test_a_prefix_that_fits_several_writes_names_them(desk: Desk, operate: OperateWrites) -> None:
    made = await dead(desk)
    async with desk.database.transaction() as tx:
        twin = replace(made, id=made.id[:12] + "0" * 20, lineage="another")
        await tx.proposals.add(twin)
    with pytest.raises(Ambiguous) as caught:
        await operate.retry("operator:root", made.id[:8])
    assert {each[0] for each in caught.value.choices} == {made.id, twin.id}
