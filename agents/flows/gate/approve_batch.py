"""Approve several low-risk proposals of a brief with one press: list them, confirm once, decide each separately."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import structlog

from agents.flows.access.identity import Caller
from agents.flows.gate.admit import admit
from agents.flows.gate.decide_proposal import DecideProposal, DecisionPolicy
from agents.flows.gate.offer import ask
from store.database import Database, Tx
from store.domain.errors import BadInput, NotFound, SergasError
from store.domain.gate.proposals import Proposal, State
from store.domain.gate.stakes import is_low_risk

log = structlog.get_logger()

LARGEST = 40


class ApproveBatch:
    def __init__(self, database: Database, decide: DecideProposal, policy: DecisionPolicy) -> None:
        self._database = database
        self._decide = decide
        self._policy = policy

    async def listed(self, caller: Caller, brief_id: str) -> tuple[Proposal, ...]:
        """List the open low-risk proposals of a brief, at most forty, without those of which it or a newer one asks only
        whether they still matter.

        Raises: NotFound for an unknown brief; Unconfirmed; Refused if the person may not decide them.
        """
        async with self._database.reading() as tx:
            brief = await tx.briefs.get(brief_id)
            if brief is None:
                raise NotFound("I can't find this brief any more.")
            ids = brief.decisions
            in_force = await tx.proposals.in_force(ids)
            doubted = await _doubted(tx, {brief.owner_id})
            now = await tx.proposals.now()
            found = {
                p.id: p
                for p in (in_force[each] for each in ids if each in in_force)
                if p.state is State.PENDING and now < p.expires_at and is_low_risk(p) and p.id not in doubted
            }
            listed = tuple(found.values())[:LARGEST]
            for proposal in listed:
                await admit(tx, caller, proposal.id)
            return listed

    async def __call__(self, caller: Caller, items: Sequence[tuple[str, int]]) -> str:
        """Approve each (id, version) exactly as it was listed; return the id of the report, which gives the result of
        each. A failure stops none of the others.

        Raises: BadInput for an empty or overlong list; NotFound, Refused if none of them is this person's to decide.
        """
        unique = list(dict.fromkeys(items))
        if not 0 < len(unique) <= LARGEST:
            raise BadInput(f"Choose between 1 and {LARGEST} recommendations to approve together.")
        async with self._database.reading() as tx:
            found = {proposal_id: await tx.proposals.get(proposal_id) for proposal_id, _ in unique}
            doubted = await _doubted(tx, {each.owner_id for each in found.values() if each})
        problems = []
        for proposal_id, version in unique:
            problem = await self._one(caller, found[proposal_id], version, doubted)
            if problem:
                problems.append(problem)
        async with self._database.transaction(urgent=True) as tx:
            report = await self._report(tx, caller, [proposal_id for proposal_id, _ in unique], problems)
        log.info("batch.approved", asked=len(unique), refused=len(problems), report=report)
        return report

    async def _one(
        self, caller: Caller, proposal: Proposal | None, version: int, doubted: Collection[str]
    ) -> str | None:
        """Approve one that may be approved with others; if it may not, or that fails, return a sentence that says why not."""
        if proposal is None or not is_low_risk(proposal) or proposal.id in doubted:
            return f"{proposal.account_name if proposal else 'One of them'}: please decide this one separately."
        try:
            await self._decide.approve(caller, proposal.id, version)
        except SergasError as problem:
            return f"{proposal.account_name}: {problem}"
        return None

    async def _report(self, tx: Tx, caller: Caller, ids: Sequence[str], problems: Sequence[str]) -> str:
        in_force = list({p.id: p for p in (await tx.proposals.in_force(ids)).values() if p.undoes is None}.values())
        if not in_force:
            raise NotFound("I can't find any of these any more.")
        admitted = await admit(tx, caller, in_force[0].id)
        report = await ask(
            tx,
            [each for each in in_force if each.owner_id == admitted.circle.owner.id],
            kind="batch",
            owner=admitted.circle.owner,
            reader=admitted.actor,
            now=await tx.proposals.now(),
            currency=self._policy.currency,
            problems=problems,
        )
        return report.id


async def _doubted(tx: Tx, owner_ids: Collection[str]) -> set[str]:
    """Return the proposals of which these owners' last brief asks only whether they still matter."""
    last = [brief for owner_id in owner_ids for brief in await tx.briefs.recent(owner_id, limit=1)]
    return {
        each.id for each in (await tx.proposals.in_force([id for brief in last for id in brief.questions])).values()
    }
