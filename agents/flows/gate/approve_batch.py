"""Approve several low-risk proposals of a brief with one press: list them, confirm once, decide each separately."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import structlog

from agents.flows.access.identity import Caller
from agents.flows.access.trail import note_refusal, noting_refusal
from agents.flows.gate.admit import Admitted, admit
from agents.flows.gate.decide_proposal import DecideProposal, DecisionPolicy
from agents.flows.gate.offer import ask
from store.database import Database, Tx
from store.domain.errors import BadInput, NotFound, Refused, SergasError
from store.domain.gate.approvals import MOST_AT_ONCE
from store.domain.gate.proposals import Proposal, State
from store.domain.gate.stakes import is_low_risk

log = structlog.get_logger()


class ApproveBatch:
    def __init__(self, database: Database, decide: DecideProposal, policy: DecisionPolicy) -> None:
        self._database = database
        self._decide = decide
        self._policy = policy

    async def listed(self, caller: Caller, brief_id: str) -> tuple[Proposal, ...]:
        """List the open low-risk proposals of a brief that this person may decide, at most forty, without those about which the
        owner's last brief asks only whether they still matter.

        Raises: NotFound for an unknown brief; Unconfirmed; Refused if the person may decide none of them.
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
            admitted, _ = await _admitted(tx, caller, list(found))
            return tuple(each.proposal for each in admitted)[:MOST_AT_ONCE]

    async def __call__(self, caller: Caller, items: Sequence[tuple[str, int]]) -> str:
        """Approve each (id, version) exactly as it was listed; return the id of the report, which gives the result of
        each. A failure stops none of the others.

        The bot checks who asks, and which of them they may decide, before it approves the first, so that the report always
        comes, even if someone loses their right in between. It counts those that aren't theirs to decide, without naming them.
        Raises: BadInput for an empty or overlong list, or decisions of several owners; NotFound, Unconfirmed; Refused if none
        of them is this person's to decide.
        """
        versions = dict(items)
        if not 0 < len(versions) <= MOST_AT_ONCE:
            raise BadInput(f"Choose between 1 and {MOST_AT_ONCE} recommendations to approve together.")
        async with (
            noting_refusal(self._database, caller, "proposal.approve_batch", items[0][0], items=len(versions)),
            self._database.reading() as tx,
        ):
            chosen, refused = await _admitted(tx, caller, list(versions))
            doubted = await _doubted(tx, {each.circle.owner.id for each in chosen})
        if len({each.circle.owner.id for each in chosen}) > 1:
            raise BadInput("These belong to several owners; please approve them in each owner's brief.")
        for proposal_id, refusal in refused.items():
            await note_refusal(self._database, caller, "proposal.approve", proposal_id, refusal)
        problems = [
            problem
            for each in chosen
            if (problem := await self._one(caller, each.proposal, versions[each.proposal.id], doubted))
        ]
        if refused:
            others = "One of them is" if len(refused) == 1 else f"{len(refused)} of them are"
            problems.append(f"{others} not yours to decide any more.")
        async with self._database.transaction(urgent=True) as tx:
            report = await self._report(tx, chosen, problems)
        log.info("batch.approved", asked=len(versions), refused=len(problems), report=report)
        return report

    async def _one(self, caller: Caller, proposal: Proposal, version: int, doubted: Collection[str]) -> str | None:
        """Approve one that may be approved with others; if it may not, or that fails, return a sentence that says why not."""
        if not is_low_risk(proposal) or proposal.id in doubted:
            return f"{proposal.account_name}: please decide this one separately."
        try:
            await self._decide.approve(caller, proposal.id, version)
        except SergasError as problem:
            return f"{proposal.account_name}: {problem}"
        return None

    async def _report(self, tx: Tx, chosen: Sequence[Admitted], problems: Sequence[str]) -> str:
        ids = [each.proposal.id for each in chosen]
        in_force = await tx.proposals.in_force(ids)
        report = await ask(
            tx,
            [in_force[each] for each in ids],
            kind="batch",
            owner=chosen[0].circle.owner,
            reader=chosen[0].actor,
            now=await tx.proposals.now(),
            currency=(await tx.sync.currency(self._policy.currency)).sign,
            problems=problems,
        )
        return report.id


async def _admitted(
    tx: Tx, caller: Caller, proposal_ids: Sequence[str]
) -> tuple[list[Admitted], Mapping[str, Refused | NotFound]]:
    """Those of the proposals that the person may decide now, in this order, and why not the others, by id.

    Raises: the first of these reasons if there are only reasons: Unconfirmed, Refused, NotFound.
    """
    found: list[Admitted] = []
    refused: dict[str, Refused | NotFound] = {}
    for proposal_id in proposal_ids:
        try:
            found.append(await admit(tx, caller, proposal_id))
        except (Refused, NotFound) as refusal:
            refused[proposal_id] = refusal
    if refused and not found:
        raise next(iter(refused.values()))
    return found, refused


async def _doubted(tx: Tx, owner_ids: Collection[str]) -> set[str]:
    """Return the proposals about which these owners' last brief asks only whether they still matter."""
    last = [brief for owner_id in owner_ids for brief in await tx.briefs.recent(owner_id, limit=1)]
    return {
        each.id for each in (await tx.proposals.in_force([id for brief in last for id in brief.questions])).values()
    }
