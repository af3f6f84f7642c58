"""Taking a write back: by the same gate, within its time, and never over somebody else's work."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, ClassVar

import pytest

from agents.flows.gate.undo_write import UndoWrite
from agents.ports import Writers
from store.domain.crm.basis import RecordKey
from store.domain.errors import CrmUnavailable, Drifted, Expired, GateClosed, Refused, Stale
from store.domain.gate.approvals import ApprovedChange
from store.domain.gate.proposals import Proposal, State
from store.domain.gate.verdicts import Verdict, WriteResult
from store.domain.gate.write import Write, digest_of
from store.domain.gate.writes.add_note import AddNote
from tests.flows.company import ACME, ANNA, BOB
from tests.gate.desk import NOW, Desk, caller, note, open_desk, task, update


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
    with pytest.raises(Refused, match="but not adjust it"):
        await desk.adjust.look(caller("anna"), offered.id, 1)
    with pytest.raises(Refused, match="but not adjust it"):
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


async def test_a_button_of_another_version_undoes_nothing(desk: Desk) -> None:
    done = await written(desk, task())
    with pytest.raises(Stale):
        await desk.undo.offer(caller("anna"), done.id, 2)


async def test_an_undo_that_is_under_way_is_not_offered_again(desk: Desk) -> None:
    done = await written(desk, task())
    offered = await desk.undo.offer(caller("anna"), done.id, 1)
    await desk.undo.approve(caller("anna"), offered.undo.id, 1)
    with pytest.raises(GateClosed, match="being undone"):
        await desk.undo.offer(caller("anna"), done.id, 1)


async def test_what_is_gone_from_the_crm_cannot_be_undone(desk: Desk) -> None:
    task_, account = await written(desk, task()), await written(desk, await update(desk, account_type="Customer"))
    for module, record_id in (("Tasks", task_.crm_id or ""), ("Accounts", ACME)):
        desk.remove(module, record_id)
    for done in (task_, account):
        with pytest.raises(Refused, match="no longer in the CRM"):
            await desk.undo.offer(caller("anna"), done.id, 1)


async def test_an_offer_gives_way_to_one_that_says_what_stands_there_now(desk: Desk) -> None:
    done = await written(desk, await update(desk, account_type="Customer"))
    first = (await desk.undo.offer(caller("anna"), done.id, 1)).undo
    desk.change("Accounts", ACME, Industry="Toys")  # nothing that the undo rests on, but the record is a newer one
    second = (await desk.undo.offer(caller("anna"), done.id, 1)).undo
    assert second.digest != first.digest
    assert ((await desk.get(first.id)).state, second.state) == (State.SUPERSEDED, State.PENDING)
    await desk.undo.approve(caller("anna"), second.id, 1)
    await desk.sweep(after=timedelta(seconds=2))
    assert (await desk.get(done.id)).state is State.UNDONE


async def test_what_was_reworked_is_told_field_by_field(desk: Desk) -> None:
    task_, note_ = await written(desk, task()), await written(desk, note())
    desk.change(
        "Tasks",
        task_.crm_id or "",
        Subject="Ring Acme",
        Due_Date=None,
        Status="Completed",
        Owner={"id": BOB},
        Priority="High",
    )
    desk.change("Notes", note_.crm_id or "", Note_Title="Mine now")
    told = {}
    for done in (task_, note_):
        with pytest.raises(Drifted) as caught:
            await desk.undo.offer(caller("anna"), done.id, 1)
        told[done.id] = caught.value.differences
    assert list(told[task_.id]) == [
        ("Subject", "Call Acme", "Ring Acme"),
        ("Due", "2026-03-27", "empty"),
        ("Priority", "Normal", "High"),
        ("Owner", ANNA, BOB),
        ("Done", "no", "yes"),
    ]
    assert list(told[note_.id]) == [("Title", "What moved", "Mine now")]


async def test_of_a_task_still_open_only_what_moved_is_told(desk: Desk) -> None:
    made = await written(desk, task())
    desk.change("Tasks", made.crm_id or "", Subject="Ring Acme")
    with pytest.raises(Drifted) as caught:
        await desk.undo.offer(caller("anna"), made.id, 1)
    assert list(caught.value.differences) == [("Subject", "Call Acme", "Ring Acme")]


@pytest.mark.parametrize(("write", "says"), [(task(), ("Task", "Call Acme")), (note(), ("Note", "What moved"))])
async def test_an_offer_says_what_would_go(desk: Desk, write: Write, says: tuple[str, str]) -> None:
    offered = await desk.undo.offer(caller("anna"), (await written(desk, write)).id, 1)
    assert [(move.label, move.shown, move.present) for move in offered.moves] == [(*says, None)]


async def test_a_removal_that_nobody_asked_for_as_an_undo_cannot_be_brought_back(desk: Desk) -> None:
    """No flow makes one; a row that says so is refused all the same."""
    made = await written(desk, task())
    offered = (await desk.undo.offer(caller("anna"), made.id, 1)).undo
    removal = await written(desk, offered.write)
    with pytest.raises(Refused, match="recycle bin"):
        await desk.undo.offer(caller("anna"), removal.id, 1)


async def test_an_undo_that_comes_second_writes_and_marks_nothing_twice(desk: Desk) -> None:
    """An operator has said already that it was undone."""
    done = await written(desk, task())
    offered = await desk.undo.offer(caller("anna"), done.id, 1)
    await desk.undo.approve(caller("anna"), offered.undo.id, 1)
    async with desk.database.transaction() as tx:
        await tx.proposals.move(done.id, frm=[State.DONE], to=State.UNDONE)
    await desk.sweep(after=timedelta(seconds=2))
    assert ((await desk.get(offered.undo.id)).state, (await desk.get(done.id)).state) == (State.DONE, State.UNDONE)
    async with desk.database.reading() as tx:
        assert [each.action for each in await tx.audit.entries(subject=done.id)].count("write.undone") == 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Booking(AddNote):
    """A write of another system, which leaves nothing in the CRM."""

    kind: ClassVar[str] = "booking"
    system: ClassVar[str] = "ledger"

    def made(self, crm_id: str) -> RecordKey | None:
        return None


@dataclass
class Ledger:
    """Finds what it is set to."""

    found: WriteResult

    async def write(self, change: ApprovedChange) -> WriteResult:
        raise NotImplementedError

    async def find(self, change: ApprovedChange) -> WriteResult:
        assert change.write.kind == "booking"
        return self.found


async def test_what_is_no_record_of_the_crm_is_looked_for_by_its_own_system(desk: Desk) -> None:
    done, write = await written(desk, note()), note()
    booking = Booking(
        parent_kind=write.parent_kind, parent_id=ACME, parent_name="Acme", title=write.title, text=write.text
    )
    original = replace(done, write=booking, digest=digest_of(booking))

    async def found(verdict: Verdict, **more: Any) -> Any:
        writers: Writers = {"ledger": Ledger(WriteResult(verdict=verdict, **more))}
        return await UndoWrite(desk.database, desk.crm, writers, desk.decide)._written(original)

    there = await found(Verdict.DONE, crm_id="7", modified_at=NOW)
    assert (there.id, there.marker, there.modified_at, there.record) == ("7", original.marker, NOW, None)
    assert await found(Verdict.NOT_SENT) is None
    for verdict, crm_id in ((Verdict.UNKNOWN, None), (Verdict.DONE, "7"), (Verdict.DONE, None)):
        with pytest.raises(CrmUnavailable, match="read the written record right now"):
            await found(verdict, crm_id=crm_id)
