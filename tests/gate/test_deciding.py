"""Approving and rejecting at the gate: who, when, once, and only what was shown."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date, timedelta

import pytest

from agents.flows.gate.decide_proposal import DecideProposal
from agents.flows.gate.drift import Drift
from agents.flows.people.absences import Absences
from integrations.sandbox.zoho.faults import Fault
from store.domain.crm.accounts import Kind
from store.domain.errors import AlreadyDecided, Drifted, Expired, NotFound, Refused, Stale
from store.domain.gate.adjust_proposal import FieldProblems
from store.domain.gate.proposals import Proposal, State
from tests.flows.company import ACME, ANNA, BOB, BOREALIS, MIA, SLIPPING
from tests.gate.desk import POLICY, Desk, caller, note, on_slipping, open_desk, task, update


@pytest.fixture
async def desk(database_url: str) -> AsyncIterator[Desk]:
    async with open_desk(database_url) as made:
        yield made


async def test_an_approved_task_is_written_once_exactly_as_shown(desk: Desk) -> None:
    proposal = await desk.propose(task())
    await desk.decide.approve(caller("anna"), proposal.id, 1, digest=proposal.digest)
    await desk.sweep()
    await desk.sweep()
    (entry,) = desk.zoho.ledger
    assert entry.fields["Subject"] == "Call Acme"
    done = await desk.get(proposal.id)
    assert (done.state, done.crm_id, done.done_at) == (State.DONE, entry.id, desk.clock.now())
    assert done.crm_modified_at is not None


async def test_the_manager_may_approve_and_a_peer_may_not(desk: Desk) -> None:
    mine, other = await desk.propose(task()), await desk.propose(note())
    await desk.decide.approve(caller("mia"), mine.id, 1)
    with pytest.raises(Refused):
        await desk.decide.approve(caller("bob"), other.id, 1)
    assert (await desk.get(mine.id)).decided_by != (await desk.get(other.id)).decided_by


async def test_a_press_at_the_moment_of_expiry_comes_too_late(desk: Desk) -> None:
    early, late = await desk.propose(task()), await desk.propose(note())
    desk.clock.moment = early.expires_at - timedelta(seconds=1)
    await desk.decide.approve(caller("anna"), early.id, 1)
    desk.clock.moment = late.expires_at
    with pytest.raises(Expired):
        await desk.decide.approve(caller("anna"), late.id, 1)
    await desk.sweep()
    assert (await desk.get(late.id)).state is State.EXPIRED
    assert len(desk.zoho.ledger) == 1


async def test_a_second_press_learns_that_it_was_decided(desk: Desk) -> None:
    proposal = await desk.propose(task())
    await desk.decide.reject(caller("anna"), proposal.id, 1, " not now ")
    with pytest.raises(AlreadyDecided):
        await desk.decide.approve(caller("anna"), proposal.id, 1)
    assert (await desk.get(proposal.id)).reason == "not now"
    with pytest.raises(NotFound):
        await desk.decide.approve(caller("anna"), "0" * 32, 1)
    assert desk.zoho.ledger == ()


@pytest.mark.parametrize(("version", "digest"), [(2, None), (1, "0" * 64)])
async def test_another_version_or_digest_than_the_one_in_force_counts_for_nothing(
    desk: Desk, version: int, digest: str | None
) -> None:
    proposal = await desk.propose(task())
    with pytest.raises(Stale):
        await desk.decide.approve(caller("anna"), proposal.id, version, digest=digest)
    assert (await desk.get(proposal.id)).state is State.PENDING


async def test_what_moved_before_the_press_is_shown_and_asked_again(desk: Desk) -> None:
    proposal = await desk.propose(task(BOREALIS), evidence=(on_slipping(),))
    desk.change("Deals", SLIPPING, Closing_Date="2026-09-30")
    with pytest.raises(Drifted) as drifted:
        await desk.decide.approve(caller("anna"), proposal.id, 1)
    assert drifted.value.differences == (("Closing date", "2026-06-30", "2026-09-30"),)
    again = await desk.newest(proposal.lineage)
    assert (again.id, again.version, again.state) == (drifted.value.proposal_id, 2, State.PENDING)
    assert again.drifted[0].present == "2026-09-30"
    await desk.decide.approve(caller("anna"), again.id, 2)
    await desk.sweep()
    assert len(desk.zoho.ledger) == 1


@pytest.mark.parametrize(
    ("hours", "to", "says"),
    [(24, date(2026, 3, 26), "Thu 26 Mar"), (71, date(2026, 3, 30), "Mon 30 Mar")],
)
async def test_a_task_whose_day_has_passed_is_moved_and_asked_again(
    desk: Desk, hours: int, to: date, says: str
) -> None:
    proposal = await desk.propose(replace(task(), due=desk.clock.now().date()))
    asked = proposal.created_at
    desk.clock.advance(timedelta(hours=hours))
    with pytest.raises(Drifted) as late:
        await desk.decide.approve(caller("mia"), proposal.id, 1, digest=proposal.digest)
    assert str(late.value) == f"Its due date had passed; I moved it to {says}. Please approve again."
    await desk.sweep()
    assert not desk.zoho.ledger
    again = await desk.newest(proposal.lineage)
    assert (again.id, again.version, again.state) == (late.value.proposal_id, 2, State.PENDING)
    assert (again.write, again.first_asked, again.drifted) == (replace(task(), due=to), asked, ())
    with pytest.raises((AlreadyDecided, Stale)):
        await desk.decide.approve(caller("anna"), proposal.id, 1, digest=proposal.digest)
    await desk.decide.approve(caller("mia"), again.id, 2, digest=again.digest)
    await desk.sweep()
    (entry,) = desk.zoho.ledger
    assert entry.fields["Due_Date"] == to.isoformat()


async def test_a_task_due_today_is_written_as_shown(desk: Desk) -> None:
    proposal = await desk.propose(replace(task(), due=desk.clock.now().date()))
    await desk.decide.approve(caller("anna"), proposal.id, 1)
    await desk.sweep()
    assert (await desk.get(proposal.id)).state is State.DONE


async def test_what_moves_between_the_press_and_the_write_asks_again(desk: Desk) -> None:
    proposal = await desk.propose(task(BOREALIS), evidence=(on_slipping(),))
    await desk.decide.approve(caller("anna"), proposal.id, 1)
    desk.change("Deals", SLIPPING, Closing_Date="2026-09-30")
    await desk.sweep()
    assert desk.zoho.ledger == ()
    assert (await desk.get(proposal.id)).state is State.SUPERSEDED
    assert (await desk.newest(proposal.lineage)).state is State.PENDING


async def test_a_field_that_nothing_rests_on_may_move(desk: Desk) -> None:
    proposal = await desk.propose(await update(desk, account_type="Customer"))
    desk.clock.advance(timedelta(minutes=1))
    desk.change("Accounts", ACME, Industry="Robotics")
    await desk.decide.approve(caller("anna"), proposal.id, 1)
    desk.clock.advance(timedelta(minutes=1))
    desk.change("Accounts", ACME, Industry="Robots")
    await desk.sweep()
    assert (await desk.get(proposal.id)).state is State.DONE
    assert [entry.fields for entry in desk.zoho.ledger] == [{"Account_Type": "Customer"}]


async def test_an_update_that_somebody_made_already_has_nothing_left_to_ask(desk: Desk) -> None:
    proposal = await desk.propose(await update(desk, account_type="Customer"))
    desk.change("Accounts", ACME, Account_Type="Customer")
    with pytest.raises(Drifted) as drifted:
        await desk.decide.approve(caller("anna"), proposal.id, 1)
    assert drifted.value.proposal_id is None
    assert (await desk.get(proposal.id)).state is State.SUPERSEDED


@pytest.mark.parametrize("kind", ["task", "update"])
async def test_where_the_record_itself_is_gone_there_is_nothing_left_to_decide(desk: Desk, kind: str) -> None:
    proposal = await desk.propose(task() if kind == "task" else await update(desk, account_type="Customer"))
    desk.remove("Accounts", ACME)
    with pytest.raises(Drifted, match="nothing left to decide") as drifted:
        await desk.decide.approve(caller("anna"), proposal.id, 1)
    assert drifted.value.proposal_id is None
    gone = await desk.get(proposal.id)
    assert (gone.state, gone.error) == (
        State.SUPERSEDED,
        "Someone changed this in the CRM in the meantime and there is nothing left to do, so nothing was written.",
    )
    assert len(await lineage(desk, proposal.lineage)) == 1


async def lineage(desk: Desk, name: str) -> list[Proposal]:
    async with desk.database.reading() as tx:
        return await tx.proposals.by_lineage(name)


async def test_while_the_crm_is_down_the_last_read_decides_and_what_it_does_not_know_has_not_moved(desk: Desk) -> None:
    proposal = await desk.propose(task(BOREALIS), evidence=(on_slipping(),))
    async with desk.database.transaction() as tx:
        await tx.snapshots.remove(Kind.DEAL, [SLIPPING])
    desk.zoho.faults.add("GET", r"/(Accounts|Deals)/\d+$", Fault(kind="answer", status=500), times=20)
    await desk.decide.approve(caller("anna"), proposal.id, 1)
    assert (await desk.get(proposal.id)).state is State.READY
    await desk.sweep()
    assert desk.zoho.ledger == ()  # the write itself waits until the CRM can be read
    desk.zoho.faults.clear()
    await desk.settle()
    assert (await desk.get(proposal.id)).state is State.DONE


async def test_a_press_counts_however_long_the_crm_takes_to_answer(desk: Desk) -> None:
    """It waits for the CRM up to its patience, and never gives up in the middle of keeping what it read."""
    for milliseconds in range(0, 40, 2):
        hasty = Drift(desk.crm, desk.sync, desk.clock, patience=timedelta(milliseconds=milliseconds))
        proposal = await desk.propose(task())
        await DecideProposal(desk.database, hasty, POLICY).approve(caller("anna"), proposal.id, 1)
        assert (await desk.get(proposal.id)).state is State.READY


async def test_a_record_that_changed_hands_in_the_crm_is_decided_by_nobody_here(desk: Desk) -> None:
    pressed, waiting = await desk.propose(task()), await desk.propose(note())
    await desk.decide.approve(caller("anna"), pressed.id, 1)
    desk.change("Accounts", ACME, Owner={"id": BOB})
    with pytest.raises(Refused):
        await desk.decide.approve(caller("anna"), waiting.id, 1)
    await desk.sweep()
    assert (await desk.get(pressed.id)).state is State.DEAD
    assert desk.zoho.ledger == ()


async def test_high_stakes_want_two_different_people(desk: Desk) -> None:
    proposal = await desk.propose(await update(desk, rating="Active"))
    first = await desk.decide.approve(caller("anna"), proposal.id, 1)
    assert first.waits_for_second
    assert first.offer_id is not None
    with pytest.raises(Refused):
        await desk.decide.approve(caller("anna"), proposal.id, 1)
    await desk.sweep()
    assert desk.zoho.ledger == ()
    await desk.decide.approve(caller("mia"), proposal.id, 1)
    await desk.sweep()
    assert (await desk.get(proposal.id)).state is State.DONE


@pytest.mark.parametrize("when", ["before", "after"])
async def test_the_first_approver_cannot_appoint_the_second(desk: Desk, when: str) -> None:
    absences, today = Absences(desk.database), desk.clock.now().date()
    proposal = await desk.propose(await update(desk, rating="Active"))
    if when == "before":
        await absences.set(caller("anna"), first=today, last=today, delegate_id=BOB)
    first = await desk.decide.approve(caller("anna"), proposal.id, 1)
    async with desk.database.reading() as tx:
        offer = await tx.briefs.get(first.offer_id or "")
    assert offer is not None
    assert offer.reader_id == MIA
    if when == "after":
        await absences.set(caller("anna"), first=today, last=today, delegate_id=BOB)
    with pytest.raises(Refused, match=r"^Whoever approved this first also named you as delegate"):
        await desk.decide.approve(caller("bob"), proposal.id, 1)
    await desk.sweep()
    assert desk.zoho.ledger == ()
    await desk.decide.approve(caller("mia"), proposal.id, 1)
    await desk.sweep()
    assert (await desk.get(proposal.id)).state is State.DONE


async def test_a_delegate_whom_somebody_else_named_may_be_the_second(desk: Desk) -> None:
    today = desk.clock.now().date()
    proposal = await desk.propose(await update(desk, rating="Active"))
    await Absences(desk.database).set(caller("mia"), person_id=ANNA, first=today, last=today, delegate_id=BOB)
    await desk.decide.approve(caller("anna"), proposal.id, 1)
    await desk.decide.approve(caller("bob"), proposal.id, 1)
    await desk.sweep()
    assert (await desk.get(proposal.id)).state is State.DONE


async def test_an_adjusted_version_forgets_the_first_approval(desk: Desk) -> None:
    proposal = await desk.propose(await update(desk, rating="Active"))
    await desk.decide.approve(caller("anna"), proposal.id, 1)
    adjusted = await desk.adjust.adjust(caller("mia"), proposal.id, 1, await update(desk, rating="Acquired"))
    assert adjusted.proposal.needs_second
    assert adjusted.proposal.endorsed_by is None


async def test_an_adjusted_write_is_held_against_what_zoho_takes(desk: Desk) -> None:
    """An administrator of the CRM has made the subject of tasks shorter since."""
    made = await desk.propose(task())
    async with desk.database.transaction() as tx:
        rules = await tx.sync.field_rules()
        record = rules["create_task"]
        shorter = replace(record, fields={**record.fields, "subject": replace(record.fields["subject"], length=12)})
        await tx.sync.save_field_rules({**rules, "create_task": shorter})
    with pytest.raises(FieldProblems) as caught:
        await desk.adjust.adjust(caller("anna"), made.id, 1, task(subject="Call Acme again"))
    assert [field for field, _ in caught.value.problems] == ["subject"]
    assert (await desk.adjust.adjust(caller("anna"), made.id, 1, task(subject="Ring Acme"))).proposal.version == 2
