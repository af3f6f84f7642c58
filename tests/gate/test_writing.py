"""From the approval to the record in the CRM, at most once, whatever lies between."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest

from agents.flows.gate.decide_proposal import DecisionPolicy
from agents.flows.gate.execute_write import CHANGED_SINCE, NEEDS_SECOND, NO_LONGER_ALLOWED
from integrations.sandbox.zoho.faults import Fault
from store.domain.access.rules import EVERYONE, Reach
from store.domain.crm.accounts import Role
from store.domain.errors import GateClosed, NotFound, Refused
from store.domain.gate.approvals import approved_change
from store.domain.gate.proposals import Proposal, State
from store.domain.gate.stakes import StakesPolicy
from tests.flows.company import ACME, ANNA
from tests.gate.desk import POLICY, WRITES, Crash, Desk, caller, note, open_desk, task, update, wire

SETTLED = WRITES.timeout + WRITES.settle + timedelta(seconds=1)


@pytest.fixture
async def desk(database_url: str) -> AsyncIterator[Desk]:
    async with open_desk(database_url) as made:
        yield made


async def approved(desk: Desk, proposal: Proposal) -> Proposal:
    return (await desk.decide.approve(caller("anna"), proposal.id, 1)).proposal


@pytest.mark.parametrize("dies", ["before", "after"])
async def test_after_a_crash_it_is_looked_for_and_never_sent_blindly(desk: Desk, dies: str) -> None:
    proposal = await approved(desk, await desk.propose(task()))
    desk.fuse.blows = "before" if dies == "before" else "after"
    with pytest.raises(Crash):
        await desk.sweep()
    desk = wire(desk.zoho, desk.clock, desk.database, desk.crm, POLICY, desk.fuse)
    assert (await desk.get(proposal.id)).state is State.SENDING
    await desk.sweep()
    assert (await desk.get(proposal.id)).state is State.SENDING  # its sender may still be at it
    await desk.sweep(after=WRITES.timeout + timedelta(seconds=1))
    assert (await desk.get(proposal.id)).state is (State.DONE if dies == "after" else State.SENDING)
    await desk.sweep(after=SETTLED)
    await desk.sweep(after=SETTLED)
    assert (await desk.get(proposal.id)).state is State.DONE
    assert len(desk.zoho.ledger) == 1


async def test_a_record_that_changes_as_the_update_leaves_is_not_overwritten(desk: Desk) -> None:
    proposal = await approved(desk, await desk.propose(await update(desk, account_type="Customer")))
    desk.clock.advance(timedelta(minutes=1))
    desk.fuse.meanwhile = lambda: desk.change("Accounts", ACME, Account_Type="Partner")
    await desk.sweep()
    assert desk.zoho.ledger == ()
    asks = await desk.newest(proposal.lineage)
    assert (asks.state, asks.version, asks.drifted[0].present) == (State.PENDING, 2, "Partner")


async def test_one_that_changes_elsewhere_as_the_update_leaves_is_updated_at_the_next_try(desk: Desk) -> None:
    proposal = await approved(desk, await desk.propose(await update(desk, account_type="Customer")))
    desk.clock.advance(timedelta(minutes=1))
    desk.fuse.meanwhile = lambda: desk.change("Accounts", ACME, Industry="Toys")
    await desk.sweep()
    assert (await desk.get(proposal.id)).state is State.READY
    await desk.sweep(after=WRITES.pause)
    assert (await desk.get(proposal.id)).state is State.DONE
    assert len(desk.zoho.ledger) == 1


async def test_while_the_crm_cannot_be_read_nothing_leaves_and_in_the_end_it_is_dead(desk: Desk) -> None:
    proposal = await approved(desk, await desk.propose(note()))
    desk.zoho.faults.add("GET", r"/Accounts/\d+$", Fault(kind="answer", status=500), times=99)
    for tries in range(WRITES.attempts):
        waiting = await desk.get(proposal.id)
        assert (waiting.state, waiting.attempt) == (State.READY, tries)
        await desk.sweep(after=WRITES.pause * 2**tries)
    assert (await desk.get(proposal.id)).state is State.DEAD
    assert desk.zoho.ledger == ()


async def test_after_an_outage_it_is_written(desk: Desk) -> None:
    proposal = await approved(desk, await desk.propose(note()))
    desk.zoho.faults.add("GET", r"/Accounts/\d+$", Fault(kind="answer", status=500), times=4)
    await desk.sweep()
    await desk.sweep(after=WRITES.pause)
    assert (await desk.get(proposal.id)).state is State.DONE


async def test_an_update_that_loses_the_record_meanwhile_is_read_again_when_it_can_be(desk: Desk) -> None:
    proposal = await approved(desk, await desk.propose(await update(desk, account_type="Customer")))
    desk.clock.advance(timedelta(minutes=1))

    def changed_and_gone_quiet() -> None:
        desk.change("Accounts", ACME, Industry="Toys")
        desk.zoho.faults.add("GET", r"/Accounts/\d+$", Fault(kind="answer", status=500), times=4)

    desk.fuse.meanwhile = changed_and_gone_quiet
    await desk.sweep()
    assert (await desk.get(proposal.id)).state is State.READY
    await desk.sweep(after=WRITES.pause)
    assert (await desk.get(proposal.id)).state is State.DONE


@pytest.mark.parametrize("left", ["approver", "endorser"])
async def test_whoever_left_after_approving_has_approved_nothing(desk: Desk, left: str) -> None:
    made = await desk.propose(await update(desk, rating="Active"))
    await desk.decide.approve(caller("mia" if left == "endorser" else "anna"), made.id, 1)
    await desk.decide.approve(caller("anna" if left == "endorser" else "mia"), made.id, 1)
    async with desk.database.transaction() as tx:
        everybody = await tx.people.all()
        await tx.people.replace([replace(p, active=p.name != "Mia Lind") for p in everybody])
    await desk.sweep()
    dead = await desk.get(made.id)
    assert (dead.state, dead.error) == (State.DEAD, NO_LONGER_ALLOWED)
    assert desk.zoho.ledger == ()


async def test_a_rule_that_wants_two_people_since_stops_what_one_approved(desk: Desk) -> None:
    proposal = await approved(desk, await desk.propose(task()))
    strict = DecisionPolicy(stakes=StakesPolicy(kinds=frozenset({"create_task"})))
    stricter = wire(desk.zoho, desk.clock, desk.database, desk.crm, strict, desk.fuse)
    await stricter.sweep()
    dead = await desk.get(proposal.id)
    assert (dead.state, dead.error) == (State.DEAD, NEEDS_SECOND)


async def test_where_nobody_else_could_be_second_the_first_approval_waits(desk: Desk) -> None:
    made = await desk.propose(await update(desk, rating="Active"))
    async with desk.database.transaction() as tx:
        alone = [replace(p, manager_id=None) for p in await tx.people.all() if p.role is not Role.ADMIN]
        await tx.people.replace([p for p in alone if p.id == ANNA])
    first = await desk.decide.approve(caller("anna"), made.id, 1)
    assert first.waits_for_second
    assert first.offer_id is None


async def test_an_undo_of_what_moved_since_the_press_ends_visibly(desk: Desk) -> None:
    done = await approved(desk, await desk.propose(await update(desk, account_type="Customer")))
    await desk.sweep(after=timedelta(seconds=2))
    offered = await desk.undo.offer(caller("anna"), done.id, 1)
    await desk.undo.approve(caller("anna"), offered.undo.id, 1)
    desk.change("Accounts", ACME, Account_Type="Partner")
    await desk.sweep()
    undo = await desk.get(offered.undo.id)
    assert (undo.state, undo.error) == (State.DEAD, CHANGED_SINCE)


async def test_a_tool_executes_only_its_own_approved_proposal_within_its_reach(desk: Desk) -> None:
    proposal = await desk.propose(task())
    with pytest.raises(GateClosed, match=r"^This proposal is pending; only a proposal that a person") as closed:
        await desk.execute.of_kind(proposal.id, "create_task", reach=EVERYONE)
    assert closed.value.state is State.PENDING
    await approved(desk, proposal)
    with pytest.raises(Refused, match=r"^This proposal is for create_task, not for add_note.$"):
        await desk.execute.of_kind(proposal.id, "add_note", reach=EVERYONE)
    for proposal_id, reach in ((proposal.id, Reach.of("somebody")), (proposal.id, Reach()), ("0" * 32, EVERYONE)):
        with pytest.raises(NotFound, match=r"^There is no such proposal.$"):
            await desk.execute.of_kind(proposal_id, "create_task", reach=reach)
    assert (await desk.execute.of_kind(proposal.id, "create_task", reach=Reach.of(ANNA))).state is State.DONE


@pytest.mark.parametrize("broken", ["state", "nobody", "one of two", "the same twice", "payload"])
async def test_only_a_claimed_write_that_was_approved_as_it_is_becomes_an_act(desk: Desk, broken: str) -> None:
    sending = replace(await approved(desk, await desk.propose(task())), state=State.SENDING)
    assert approved_change(sending).digest == sending.digest
    wrong = {
        "state": replace(sending, state=State.READY),
        "nobody": replace(sending, decided_by=None),
        "one of two": replace(sending, needs_second=True),
        "the same twice": replace(sending, needs_second=True, endorsed_by=sending.decided_by),
        "payload": replace(sending, write=note()),
    }[broken]
    with pytest.raises(Refused):
        approved_change(wrong)


async def test_each_pause_before_the_next_try_is_twice_as_long(desk: Desk) -> None:
    made = await desk.propose(task())
    await desk.decide.approve(caller("anna"), made.id, 1)
    desk.zoho.faults.throttle("POST", "/Tasks$", times=2)
    tries = []
    for seconds in (0, 59, 1, 119, 1):
        await desk.sweep(after=timedelta(seconds=seconds))
        tries.append((await desk.get(made.id)).attempt)
    assert tries == [1, 1, 2, 2, 3]
    assert (await desk.get(made.id)).state is State.DONE
