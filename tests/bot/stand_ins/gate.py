"""Stand-ins for the flows that decide about proposals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.inbound.asker import Asker
from bot.listeners.decide_proposal import AdjustForm, Outcome
from bot.listeners.undo_write import UndoForm
from bot.views.approve_batch import low_risk
from store.domain.errors import NotFound
from store.domain.gate.adjust_proposal import FieldProblems
from store.domain.gate.proposals import Proposal, State
from store.domain.gate.reopen_proposal import check_reopenable
from store.domain.gate.snooze import Until, wakes
from store.domain.gate.write import Write
from store.domain.gate.writes.create_task import CreateTask
from tests.bot import samples
from tests.bot.desk import PEOPLE
from tests.bot.stand_ins.stand_in import StandIn


class Decisions(StandIn):
    async def approve(self, who: Asker, proposal_id: str, version: int, *, digest: str | None = None) -> Outcome:
        proposal = await self.desk.mine(who, proposal_id, version, digest)
        self.desk.asked.set()
        await self.desk.may_keep.wait()
        if drift := self.desk.drifts.pop(proposal_id, None):
            old, new = drift
            self.desk.proposals[new.id] = new
            await self.desk.decided(old)
            return Outcome(note="This was changed in the CRM.", instead=(new.id, new.version))
        self.desk.approvals.append(proposal_id)
        await self.desk.decided(replace(proposal, state=State.READY))
        return Outcome()

    async def reject(self, who: Asker, proposal_id: str, version: int, reason: str) -> Outcome:
        proposal = await self.desk.mine(who, proposal_id, version)
        self.desk.reasons.append(reason)
        await self.desk.decided(replace(proposal, state=State.REJECTED, reason=reason))
        if self.desk.lost:
            return Outcome(instead=(proposal_id, version))
        return Outcome(note="Rejected & remembered.")

    async def form(self, who: Asker, proposal_id: str, version: int) -> AdjustForm:
        if self.desk.lost:
            raise self.desk.lost
        return AdjustForm(proposal=await self.desk.mine(who, proposal_id, version), people=PEOPLE)

    async def adjust(self, who: Asker, proposal_id: str, version: int, write: Write) -> None:
        proposal = await self.desk.mine(who, proposal_id, version)
        if isinstance(write, CreateTask) and write.due < self.desk.brief.local_date:
            raise FieldProblems([("due", "The due date is in the past.")])
        old, new = samples.adjusted(proposal, write, number=0xFFFF)
        self.desk.proposals[new.id] = new
        await self.desk.decided(old)

    async def ask_second(self, offer_id: str) -> None:
        raise NotFound("No one else is at this desk.")


class Snoozes(StandIn):
    async def snooze(self, who: Asker, proposal_id: str, version: int, until: Until) -> Outcome:
        proposal = await self.desk.mine(who, proposal_id, version)
        wake_at = wakes(until, samples.PERSON, samples.NOW)
        await self.desk.decided(
            replace(proposal, state=State.SNOOZED, snoozed_until=wake_at, until_change=until.change)
        )
        return Outcome()

    async def look(self, who: Asker, proposal_id: str, version: int) -> Proposal:
        return await self.desk.mine(who, proposal_id, version)

    async def bring_back(self, who: Asker, proposal_id: str, version: int) -> Outcome:
        raise NotFound("Nothing is snoozed here.")


class Questions(StandIn):
    async def __call__(self, who: Asker, proposal_id: str, version: int) -> Outcome:
        await self.desk.mine(who, proposal_id, version)
        self.desk.kept_open.append(proposal_id)
        return Outcome()


class Reopenings(StandIn):
    async def __call__(self, who: Asker, proposal_id: str, version: int) -> Outcome:
        await who.caller()
        before = self.desk.proposals[proposal_id]
        check_reopenable(before, version=version, newest=before, standing=None, now=samples.NOW)
        again = before.next_version(
            before.write,
            id=f"{0xBBBB:032x}",
            created_at=samples.NOW,
            expires_at=before.expires_at,
            needs_second=False,
        )
        self.desk.proposals[again.id] = again
        await self.desk.refresh()
        return Outcome()

    async def lift(self, who: Asker, proposal_id: str, version: int) -> None:
        await who.caller()
        raise NotFound("Nothing to lift here.")


class Undos(StandIn):
    async def offer(self, who: Asker, proposal_id: str, version: int) -> UndoForm:
        await who.caller()
        await self.desk.may_keep.wait()
        original = self.desk.proposals[proposal_id]
        if self.desk.changed_since:
            return UndoForm(undo=None, moves=self.desk.changed_since, refusal="Changed since.")
        undo = samples.undo_of(original, number=0xAAAA)
        self.desk.proposals[undo.id] = undo
        return UndoForm(undo=undo, moves=(samples.LEAVING,))

    async def approve(self, who: Asker, undo_id: str, version: int) -> str | None:
        undo = await self.desk.mine(who, undo_id, version)
        self.desk.approvals.append(undo_id)
        original = self.desk.proposals[undo.undoes or ""]
        self.desk.proposals[original.id] = replace(original, undo_id=undo.id)
        await self.desk.decided(replace(undo, state=State.READY))
        return None


class Batches(StandIn):
    async def listed(self, who: Asker, brief_id: str) -> Sequence[Proposal]:
        await who.caller()
        return low_risk(self.desk.proposals.values(), samples.READER)

    async def approve(self, who: Asker, items: Sequence[tuple[str, int]]) -> str:
        await who.caller()
        await self.desk.may_keep.wait()
        for proposal_id, _ in items:
            self.desk.approvals.append(proposal_id)
            self.desk.proposals[proposal_id] = replace(self.desk.proposals[proposal_id], state=State.READY)
        return "b2"

    async def report(self, report_id: str) -> None:
        self.desk.reports.append(report_id)


async def nothing_aside(who: Asker) -> tuple[Sequence[Proposal], Sequence[Proposal]]:
    return (), ()


async def show_nothing_again(brief_id: str, proposal_id: str) -> tuple[str, str]:
    """Nothing moves by text here."""
    return "", ""
