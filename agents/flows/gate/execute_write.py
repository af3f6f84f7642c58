"""Carry an approved write into the CRM, at most once.

Before sending, the records behind the proposal are read again; if they changed, a new version asks again. `ready →
sending` commits just before the request leaves, and nothing is ever sent from `sending` or `unknown`: from there, the
next worker looks for the proposal's marker in the CRM first. The proposal becomes `ready` again only when the marker is
proven absent after the settle time; if its fate stays unknown for long, it is parked for an operator. So there is at
most one write per approval, and every approval ends as done, dead, asked again or visibly unknown.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import structlog

from agents.flows.access.identity import circle_of
from agents.flows.access.trail import note
from agents.flows.gate.decide_proposal import DecisionPolicy
from agents.flows.gate.drift import Drift, Present, put_in_place, renewed
from agents.flows.gate.expiry import expiry
from agents.ports import Clock, Verdict, WriteResult, Writers
from store.database import Database, Tx
from store.domain.access.rules import Reach, may_decide
from store.domain.errors import CrmError, GateClosed, NotFound, Refused
from store.domain.gate.approvals import approved_change
from store.domain.gate.proposals import Proposal, State
from store.domain.gate.stakes import needs_second
from store.repositories.proposal_moves import Columns
from store.retry import Backoff

log = structlog.get_logger()

LONGEST_PAUSE = timedelta(days=1)
NO_LONGER_THEIRS = "The record has a new owner in the CRM or is gone, so nothing was written."
NO_LONGER_ALLOWED = "The person who approved this may no longer decide it, so nothing was written."
NEEDS_SECOND = "By today's rules this needs a second approver, so nothing was written."
CHANGED_SINCE = "The record has changed in the CRM since, so nothing was undone."


@dataclass(frozen=True, slots=True, kw_only=True)
class WritePolicy:
    """`timeout` is how long one request may take; `settle` how long after that its effect may stay invisible; after
    `attempts` proven-unsent tries the proposal is dead and an operator decides. `pause` comes between the first try and
    the second and doubles each time: all pauses together exceed the ten minutes for which Zoho may refuse sign-ins. A
    write whose fate is still unknown `park` after it was sent is parked for an operator."""

    timeout: timedelta = timedelta(seconds=30)
    settle: timedelta = timedelta(seconds=90)
    attempts: int = 5
    pause: timedelta = timedelta(minutes=1)
    park: timedelta = timedelta(hours=1)


class ExecuteWrite:
    def __init__(
        self,
        database: Database,
        writers: Writers,
        drift: Drift,
        clock: Clock,
        *,
        policy: WritePolicy,
        decisions: DecisionPolicy,
    ) -> None:
        self._database = database
        self._writers = writers
        self._drift = drift
        self._clock = clock
        self._policy = policy
        self._decisions = decisions

    async def open(self) -> list[str]:
        """The ids of the proposals that are not finished yet."""
        async with self._database.reading() as tx:
            return [proposal.id for proposal in await tx.proposals.open_writes()]

    async def drive(self, proposal_id: str) -> Proposal:
        """Take a proposal one step further: send it, or find out whether it arrived. Safe to call at any time, by many
        workers.

        Raises: NotFound.
        """
        proposal = await self._get(proposal_id)
        if proposal.state is State.READY and self._rested(proposal):
            return await self._send(proposal)
        if proposal.state is State.UNKNOWN or (proposal.state is State.SENDING and self._overdue(proposal)):
            return await self._reconcile(proposal)
        return proposal

    async def of_kind(self, proposal_id: str, kind: str, *, reach: Reach) -> Proposal:
        """Execute an approved proposal of exactly this kind of write: the server-side gate of the MCP write tools.

        A proposal outside the host's `reach` does not exist for it.
        Raises: NotFound; Refused if it is of another kind; GateClosed unless it is approved and unclaimed.
        """
        proposal = await self._get(proposal_id)
        if not reach.includes(proposal.owner_id):
            raise NotFound("There is no such proposal.")
        if proposal.write.kind != kind:
            raise Refused(f"This proposal is for {proposal.write.kind}, not for {kind}.")
        if proposal.state is not State.READY:
            raise GateClosed(
                f"This proposal is {proposal.state}; only a proposal that a person approved can be written.",
                state=proposal.state,
            )
        return await self.drive(proposal_id)

    async def _send(self, proposal: Proposal) -> Proposal:
        try:
            present = await self._drift.now(proposal)
        except CrmError as exc:
            return await self._postpone(proposal, str(exc))
        if present.moved or present.is_gone:
            return await self._ask_again(proposal, present)
        async with self._database.transaction(urgent=True) as tx:
            claimed = await self._claim(tx, proposal)
            change = approved_change(claimed, unless_modified_since=present.modified_at) if claimed else None
        if claimed is None or change is None:  # another worker has it, or it may not be written any more
            return await self._get(proposal.id)
        return await self._record(claimed, await self._writers[change.write.system].write(change))

    async def _claim(self, tx: Tx, proposal: Proposal) -> Proposal | None:
        """Claim the proposal for sending; None if it isn't ours to send.

        Its owner and who may decide it were checked at approval; they are checked again here.
        """
        now = self._clock.now()  # after the wait for the database: the settle time counts from here
        problem = await self._problem(tx, proposal)
        if problem:
            dead = await tx.proposals.move(proposal.id, frm=[State.READY], to=State.DEAD, error=problem)
            if dead is not None:
                await self._note(tx, dead, "write.dead", {"verdict": "not_allowed", "attempt": dead.attempt})
            return None
        claimed = await tx.proposals.move(
            proposal.id,
            frm=[State.READY],
            to=State.SENDING,
            digest=proposal.digest,
            attempt=proposal.attempt + 1,
            sent_at=now,
        )
        if claimed is not None:
            detail = {"attempt": claimed.attempt, "digest": claimed.digest, "write": claimed.write.kind}
            await self._note(tx, claimed, "write.attempted", detail)
        return claimed

    async def _problem(self, tx: Tx, proposal: Proposal) -> str | None:
        """Why an approval no longer counts, by the current CRM data about people and records; None if it does."""
        write = proposal.write
        if not await tx.snapshots.may_act_on(proposal.owner_id, write.parent_kind, write.parent_id):
            return NO_LONGER_THEIRS
        circle = await circle_of(tx, proposal.owner_id, at=proposal.decided_at)
        approvers = [proposal.decided_by or "", *([proposal.endorsed_by] if proposal.endorsed_by is not None else [])]
        if not all([may_decide(await tx.people.get(each), circle) for each in approvers]):
            return NO_LONGER_ALLOWED
        two = proposal.undoes is None and needs_second(write, amount=proposal.amount, policy=self._decisions.stakes)
        return NEEDS_SECOND if two and proposal.endorsed_by is None else None

    async def _ask_again(self, proposal: Proposal, present: Present) -> Proposal:
        """Replace the proposal with a new version to decide, because the write would no longer be the approved one."""
        now, policy = self._clock.now(), self._decisions
        if proposal.undoes is not None:
            return await self._move(proposal, State.DEAD, error=CHANGED_SINCE, verdict="drifted")
        async with self._database.transaction(urgent=True) as tx:
            ends = await expiry(tx, proposal.owner_id, now, policy.lifetime)
            successor = renewed(proposal, present, now=now, expires_at=ends, stakes=policy.stakes)
            asked = await put_in_place(tx, proposal, successor, present, now=now, request_id=proposal.id[:8])
        log.info("write.drifted", proposal_id=proposal.id, asks=successor.id if asked and successor else None)
        return await self._get(proposal.id)

    async def _postpone(self, proposal: Proposal, problem: str) -> Proposal:
        """Try again after a pause, as often as a write would, because nothing may be sent while the CRM can't be read."""
        if proposal.attempt + 1 >= self._policy.attempts:
            return await self._move(proposal, State.DEAD, error=problem, verdict="unread")
        async with self._database.transaction(urgent=True) as tx:
            await tx.proposals.postpone(proposal, at=self._clock.now(), error=problem)
        log.info("write.postponed", proposal_id=proposal.id, attempt=proposal.attempt + 1)
        return await self._get(proposal.id)

    async def _reconcile(self, proposal: Proposal) -> Proposal:
        as_sent = approved_change(replace(proposal, state=State.SENDING))
        settled = self._settled(proposal)
        found = await self._writers[as_sent.write.system].find(as_sent)
        if found.verdict is Verdict.NOT_SENT and not settled:
            return proposal  # absence counts only if the settle time was over before we looked
        if found.verdict is Verdict.UNKNOWN and proposal.state is State.UNKNOWN and self._is_hopeless(proposal):
            return await self._park(proposal)
        return await self._record(proposal, found)

    async def _park(self, proposal: Proposal) -> Proposal:
        now = self._clock.now()
        async with self._database.transaction(urgent=True) as tx:
            parked = await tx.proposals.park(proposal.id, now)
            if parked is not None:
                await self._note(tx, parked, "write.parked", {"attempt": parked.attempt})
        log.warning("write.parked", proposal_id=proposal.id)
        return await self._get(proposal.id)

    async def _record(self, proposal: Proposal, result: WriteResult) -> Proposal:
        if result.verdict is Verdict.DRIFTED:
            return await self._after_412(proposal)
        to, error = self._next_state(proposal, result)
        if to is proposal.state:
            return proposal
        return await self._move(proposal, to, error=error, verdict=str(result.verdict), result=result)

    async def _after_412(self, proposal: Proposal) -> Proposal:
        """Nothing was written, because the record is newer than the one we read. If the facts behind the proposal are
        unchanged, the approval still counts; an undo never overwrites a person's change."""
        if proposal.write.only_undoes:
            return await self._move(proposal, State.DEAD, error=CHANGED_SINCE, verdict="drifted")
        try:
            present = await self._drift.now(proposal)
        except CrmError as exc:
            not_sent = WriteResult(verdict=Verdict.NOT_SENT, error=str(exc))
            return await self._record(proposal, not_sent)
        if present.moved or present.is_gone:
            return await self._ask_again(proposal, present)
        return await self._record(
            proposal, WriteResult(verdict=Verdict.NOT_SENT, error="Someone has just changed the record.")
        )

    async def _move(
        self, proposal: Proposal, to: State, *, error: str | None, verdict: str, result: WriteResult | None = None
    ) -> Proposal:
        """Record the result, and if the write undid another one, mark that one as undone."""
        columns: Columns = {"error": error}
        if to is State.DONE and result is not None:
            columns |= {"crm_id": result.crm_id, "crm_modified_at": result.modified_at, "done_at": self._clock.now()}
        async with self._database.transaction(urgent=True) as tx:
            moved = await tx.proposals.move(proposal.id, frm=[proposal.state], to=to, **columns)
            if moved is not None:
                crm_id = result.crm_id if result else None
                detail = {"crm_id": crm_id, "verdict": verdict, "attempt": proposal.attempt}
                await self._note(tx, proposal, f"write.{to}", detail)
                if to is State.DONE and proposal.undoes is not None:
                    await self._undone(tx, proposal)
        log.info("write.recorded", proposal_id=proposal.id, state=str(to), verdict=verdict)
        return moved or await self._get(proposal.id)

    async def _undone(self, tx: Tx, undo: Proposal) -> None:
        assert undo.undoes is not None
        original = await tx.proposals.move(undo.undoes, frm=[State.DONE], to=State.UNDONE)
        if original is not None:
            await self._note(tx, original, "write.undone", {"undo": undo.id})

    async def _note(self, tx: Tx, proposal: Proposal, action: str, detail: Mapping[str, Any]) -> None:
        await note(tx, proposal.id[:8], action, proposal.id, at=self._clock.now(), lineage=proposal.lineage, **detail)

    def _next_state(self, proposal: Proposal, result: WriteResult) -> tuple[State, str | None]:
        match result.verdict:
            case Verdict.DONE:
                return State.DONE, None
            case Verdict.NOT_SENT if proposal.attempt < self._policy.attempts:
                return State.READY, result.error
            case Verdict.NOT_SENT:
                return State.DEAD, result.error or f"The CRM could not be reached in {proposal.attempt} attempts."
            case Verdict.REFUSED:
                return State.DEAD, result.error
            case _:  # an unknown write is never sent again
                return State.UNKNOWN, result.error

    def _rested(self, proposal: Proposal) -> bool:
        """Wait after a refused try, or a short outage and a few sweeps would use up all tries."""
        if proposal.attempt == 0 or proposal.sent_at is None:
            return True
        pauses = Backoff(self._policy.pause.total_seconds(), LONGEST_PAUSE.total_seconds())
        return self._clock.now() >= proposal.sent_at + timedelta(seconds=pauses.after(proposal.attempt))

    def _overdue(self, proposal: Proposal) -> bool:
        """A request may still be in flight until its time-out; after that its sender is gone."""
        return proposal.sent_at is None or self._clock.now() > proposal.sent_at + self._policy.timeout

    def _settled(self, proposal: Proposal) -> bool:
        return (
            proposal.sent_at is None
            or self._clock.now() > proposal.sent_at + self._policy.timeout + self._policy.settle
        )

    def _is_hopeless(self, proposal: Proposal) -> bool:
        return proposal.sent_at is not None and self._clock.now() > proposal.sent_at + self._policy.park

    async def _get(self, proposal_id: str) -> Proposal:
        async with self._database.reading() as tx:
            proposal = await tx.proposals.get(proposal_id)
        if proposal is None:
            raise NotFound("There is no such proposal.")
        return proposal
