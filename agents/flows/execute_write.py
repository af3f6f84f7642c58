"""Carry an approved write into the CRM, at most once.

`ready → sending` commits just before the request leaves, and nothing is ever sent from `sending` or `unknown`: whoever
finds a proposal there looks for its marker in the CRM first. Only when the marker is proven absent after the settle time
does the proposal become `ready` again. Hence: at most one write per approval, and every approval ends as done, dead or
visibly unknown.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

import structlog

from agents.ports import Clock, CrmWriter, Delivery, Verdict, WriteResult
from store.database import Database, Tx
from store.domain.approvals import approved_change
from store.domain.errors import GateClosed, NotFound, Refused
from store.domain.proposals import Proposal, State, Tool

log = structlog.get_logger()

NO_LONGER_THEIRS = "The record has another owner in the CRM by now, or is gone, so nothing was written."


@dataclass(frozen=True, slots=True, kw_only=True)
class WritePolicy:
    """`timeout` is how long one request may take; `settle` how long after that its effect may stay invisible;
    after `attempts` proven-unsent tries the proposal is dead and an operator decides. `pause` lies between the first try
    and the second and doubles with each: together longer than the ten minutes for which Zoho may refuse to sign anybody in."""

    timeout: timedelta = timedelta(seconds=30)
    settle: timedelta = timedelta(seconds=90)
    attempts: int = 5
    pause: timedelta = timedelta(minutes=1)


class ExecuteWrite:
    def __init__(
        self, database: Database, writer: CrmWriter, delivery: Delivery, clock: Clock, policy: WritePolicy
    ) -> None:
        self._database = database
        self._writer = writer
        self._delivery = delivery
        self._clock = clock
        self._policy = policy

    async def open(self) -> list[str]:
        """The ids of the proposals that still have to be driven to an end."""
        async with self._database.reading() as tx:
            return [proposal.id for proposal in await tx.proposals.open_writes()]

    async def drive(self, proposal_id: str) -> Proposal:
        """Take a proposal one step further: send it, or find out what became of it. Safe to call at any time, by many.

        Raises: NotFound.
        """
        proposal = await self._get(proposal_id)
        if proposal.state is State.READY and self._rested(proposal):
            proposal = await self._send(proposal)
        elif proposal.state is State.UNKNOWN or (proposal.state is State.SENDING and self._overdue(proposal)):
            proposal = await self._reconcile(proposal)
        await self._delivery.show(proposal)
        return proposal

    async def by_tool(self, proposal_id: str, tool: Tool, *, scope: frozenset[str] | None = None) -> Proposal:
        """The server-side gate of the MCP write tools: executes an approved proposal of exactly this tool.

        `scope` are the owners whose proposals the host may touch (None: all); others' do not exist for it.
        Raises: NotFound; Refused where the tool is another; GateClosed unless it is approved and not yet claimed.
        """
        proposal = await self._get(proposal_id)
        if scope is not None and proposal.owner_id not in scope:
            raise NotFound("There is no such proposal.")
        if proposal.write.tool is not tool:
            raise Refused(f"This proposal is for {proposal.write.tool}, not for {tool}.")
        if proposal.state is not State.READY:
            raise GateClosed(
                f"This proposal is {proposal.state}; only one that a person approved can be written.",
                state=proposal.state,
            )
        return await self.drive(proposal_id)

    async def _send(self, proposal: Proposal) -> Proposal:
        async with self._database.transaction(urgent=True) as tx:
            claimed = await self._claim(tx, proposal)
            change = approved_change(claimed) if claimed else None
        if claimed is None or change is None:  # somebody else drives it, or it may not be written any more
            return await self._get(proposal.id)
        return await self._record(claimed, await self._writer.write(change))

    async def _claim(self, tx: Tx, proposal: Proposal) -> Proposal | None:
        """The proposal as it is about to be sent; None where it is not ours to send.

        Whose record it is was read when it was approved, and is read again here: a sync may lie in between.
        """
        write = proposal.write
        now = self._clock.now()  # after the wait for the database: the settle time counts from here
        if not await tx.snapshots.may_act_on(proposal.owner_id, write.parent_kind, write.parent_id):
            dead = await tx.proposals.move(
                proposal.id, frm=[State.READY], to=State.DEAD, now=now, error=NO_LONGER_THEIRS
            )
            if dead is not None:
                await self._note(tx, dead, "write.dead", {"verdict": "not_theirs", "attempt": dead.attempt})
            return None
        claimed = await tx.proposals.move(
            proposal.id,
            frm=[State.READY],
            to=State.SENDING,
            now=now,
            digest=proposal.digest,
            attempt=proposal.attempt + 1,
            sent_at=now,
        )
        if claimed is not None:
            detail = {"attempt": claimed.attempt, "digest": claimed.digest, "tool": str(write.tool)}
            await self._note(tx, claimed, "write.attempted", detail)
        return claimed

    async def _reconcile(self, proposal: Proposal) -> Proposal:
        as_sent = approved_change(_as_sending(proposal))
        settled = self._settled(proposal)
        found = await self._writer.find(as_sent)
        if found.verdict is Verdict.NOT_SENT and not settled:
            return proposal  # absence counts only when the settle time was over before we looked
        return await self._record(proposal, found)

    async def _record(self, proposal: Proposal, result: WriteResult) -> Proposal:
        to, error = self._next_state(proposal, result)
        now = self._clock.now()
        if to is proposal.state:
            return proposal
        async with self._database.transaction(urgent=True) as tx:
            moved = await tx.proposals.move(
                proposal.id, frm=[proposal.state], to=to, now=now, crm_id=result.crm_id, error=error
            )
            if moved is not None:
                verdict = {"crm_id": result.crm_id, "verdict": str(result.verdict), "attempt": proposal.attempt}
                await self._note(tx, proposal, f"write.{to}", verdict)
        log.info("write.recorded", proposal_id=proposal.id, state=str(to), verdict=str(result.verdict))
        return moved or await self._get(proposal.id)

    async def _note(self, tx: Tx, proposal: Proposal, action: str, detail: Mapping[str, object]) -> None:
        await tx.audit.append(
            at=self._clock.now(),
            actor="sergas",
            action=action,
            subject=proposal.id,
            detail={"lineage": proposal.lineage, **detail},
            request_id=proposal.id[:8],
        )

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
            case Verdict.DRIFTED:
                return State.DEAD, "The record was changed in the CRM after this was proposed, so nothing was written."
            case Verdict.UNKNOWN:
                return State.UNKNOWN, result.error

    def _rested(self, proposal: Proposal) -> bool:
        """A try that was turned away is not repeated at once, or a short outage and a few sweeps would use them all up."""
        if proposal.attempt == 0 or proposal.sent_at is None:
            return True
        pause: timedelta = self._policy.pause * 2 ** (proposal.attempt - 1)
        return self._clock.now() >= proposal.sent_at + pause

    def _overdue(self, proposal: Proposal) -> bool:
        """A request may still be in flight until its time-out; after that its sender is gone."""
        return proposal.sent_at is None or self._clock.now() > proposal.sent_at + self._policy.timeout

    def _settled(self, proposal: Proposal) -> bool:
        return (
            proposal.sent_at is None
            or self._clock.now() > proposal.sent_at + self._policy.timeout + self._policy.settle
        )

    async def _get(self, proposal_id: str) -> Proposal:
        async with self._database.reading() as tx:
            proposal = await tx.proposals.get(proposal_id)
        if proposal is None:
            raise NotFound("There is no such proposal.")
        return proposal


def _as_sending(proposal: Proposal) -> Proposal:
    return replace(proposal, state=State.SENDING)
