"""Take over the accounts of a handover with one press, each with a task to introduce oneself where the person wants one.

The tasks are shown in full before the press. Each is a proposal of its own, stored and approved by that press, and written
like any other; the accounts without a task are only acknowledged.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import structlog

from agents.author.playbook import introduction
from agents.flows.access.identity import Caller, circle_of, known_person
from agents.flows.access.trail import note, noting_refusal
from agents.flows.accounts.compose_brief import BriefPolicy
from agents.flows.accounts.review import context_of, gather
from agents.flows.gate.decide_proposal import DecideProposal
from agents.flows.gate.expiry import expiry
from store.database import Database, Tx
from store.domain.access.rules import check_may_decide
from store.domain.brief.brief import Brief
from store.domain.brief.handover import Handover
from store.domain.crm.accounts import Person
from store.domain.crm.basis import facts_in
from store.domain.errors import AlreadyDecided, BadInput, NotFound, SergasError
from store.domain.gate.approvals import MOST_AT_ONCE
from store.domain.gate.proposals import Proposal, Recommendation, State
from store.domain.gate.stakes import needs_second
from store.domain.text.wording import plural

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """The briefs that tell of the handover, and a sentence for each introduction that could not be approved."""

    briefs: tuple[str, ...]
    problems: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Open:
    """A handover, the person who may take it over, and the briefs that tell of it."""

    brief: Brief
    handover: Handover
    actor: Person
    owner: Person
    told_in: tuple[str, ...]


class TakeOver:
    def __init__(self, database: Database, decide: DecideProposal, policy: BriefPolicy) -> None:
        self._database = database
        self._decide = decide
        self._policy = policy

    async def offered(self, caller: Caller, brief_id: str) -> Handover:
        """The handover with the accounts that are still the owner's.

        Raises: NotFound, Unconfirmed, Refused; AlreadyDecided once it was taken over.
        """
        async with self._database.reading() as tx:
            opened = await self._open(tx, caller, brief_id)
        if opened.handover.taken_by is not None:
            raise AlreadyDecided("These accounts were taken over already.", state=State.DONE)
        return opened.handover

    async def introductions(self, caller: Caller, brief_id: str, account_ids: Collection[str]) -> list[Proposal]:
        """The task for each of these accounts, as it would be written. Nothing is stored. Raises: as `offered`; BadInput
        for too many."""
        async with self._database.reading() as tx:
            opened = await self._open(tx, caller, brief_id)
            return await self._proposals(tx, opened, account_ids)

    async def __call__(self, caller: Caller, brief_id: str, shown: Mapping[str, str]) -> Taken:
        """Take over all accounts, and approve the task of each account in `shown` if its digest is still the one shown.

        A failure stops none of the others. Safe to repeat. Raises: as `introductions`.
        """
        async with noting_refusal(self._database, caller, "handover.take_over", brief_id):
            async with self._database.transaction(urgent=True) as tx:
                opened = await self._open(tx, caller, brief_id)
                found = await self._proposals(tx, opened, shown)
                taken = await self._keep(tx, caller, opened, [each for each in found if _is_as_shown(each, shown)])
            problems = [
                f"{each.account_name}: this changed a moment ago, so its task was not written."
                for each in found
                if not _is_as_shown(each, shown)
            ]
            if gone := len(shown) - len(found):
                problems.append(f"{plural(gone, 'account')} got another owner meanwhile, so no task was written there.")
            for proposal in taken:
                if problem := await approved(self._database, self._decide, caller, proposal):
                    problems.append(problem)
        log.info("handover.taken_over", brief_id=brief_id, introductions=len(taken), problems=len(problems))
        return Taken(briefs=opened.told_in, problems=tuple(problems))

    async def _keep(self, tx: Tx, caller: Caller, opened: _Open, proposals: Sequence[Proposal]) -> list[Proposal]:
        """Note the handover as taken over and store the proposals; return those that still wait for their approval.

        Raises: AlreadyDecided if someone else took it over.
        """
        now, actor = await tx.proposals.now(), opened.actor
        ids = [each.id for each in proposals]
        before = await tx.briefs.take_over(opened.told_in, by=actor.id, at=now, introductions=ids)
        if before is not None:
            if before.taken_by != actor.id or not set(ids) <= set(before.introductions):
                raise AlreadyDecided("These accounts were taken over already.", state=State.DONE)
            kept = await tx.proposals.by_ids(before.introductions)  # the same request, handled again
            return [each for each in kept if each.state is State.PENDING]
        await tx.proposals.add(*proposals)
        await note(
            tx,
            caller,
            "handover.taken_over",
            opened.brief.id,
            actor=actor,
            at=now,
            owner_id=opened.owner.id,
            accounts=[each.account_id for each in opened.handover.accounts],
            proposals=ids,
            digests={each.id: each.digest for each in proposals},
        )
        return list(proposals)

    async def _open(self, tx: Tx, caller: Caller, brief_id: str) -> _Open:
        actor = await known_person(tx, caller)
        brief = await tx.briefs.get(brief_id)
        if brief is None or brief.handover is None:
            raise NotFound("I can't find this handover any more.")
        circle = await circle_of(tx, brief.owner_id)
        check_may_decide(actor, circle)
        assert circle is not None
        own = set(await tx.snapshots.account_ids([brief.owner_id]))
        accounts = tuple(each for each in brief.handover.accounts if each.account_id in own)
        if not accounts:
            raise NotFound("None of these accounts is here any more.")
        later = [each.id for each in await tx.briefs.recent(brief.owner_id, limit=3) if _is_told_again(each, brief_id)]
        return _Open(
            brief=brief,
            handover=replace(brief.handover, accounts=accounts),
            actor=actor,
            owner=circle.owner,
            told_in=(brief_id, *later),
        )

    async def _proposals(self, tx: Tx, opened: _Open, account_ids: Collection[str]) -> list[Proposal]:
        wanted = [each.account_id for each in opened.handover.accounts if each.account_id in account_ids]
        if len(wanted) > MOST_AT_ONCE:
            raise BadInput(f"Choose at most {MOST_AT_ONCE} accounts for an introduction.")
        if not wanted:
            return []
        now, policy = await tx.proposals.now(), self._policy.signals
        book = [each for each in await tx.snapshots.book(opened.owner.id) if each.id in wanted]
        gathered = await gather(
            tx, opened.owner, book, now=now, news_since=now, policy=policy, currency=self._policy.currency
        )
        material = replace(gathered, handed={})  # each for itself: here the change of owner is the point
        made: dict[str, Proposal] = {}
        amounts = {each.account_id: each.amount for each in opened.handover.accounts}
        for facts in book:
            context = context_of(facts, material, now=now, news_since=now, policy=policy)
            advice = introduction(facts, owner=opened.owner, context=context, data_as_of=material.data_as_of)
            if advice is not None:
                made[facts.id] = await self._proposal(tx, opened, facts.id, facts.name, advice, amounts[facts.id], now)
        return [made[each] for each in wanted if each in made]

    async def _proposal(
        self,
        tx: Tx,
        opened: _Open,
        account_id: str,
        account_name: str,
        advice: Recommendation,
        amount: float,
        now: datetime,
    ) -> Proposal:
        write = advice.write.plain()
        behind = await tx.snapshots.records([(each.kind, each.record_id) for each in advice.evidence])
        return Proposal.first_version(
            write,
            advice,
            id=_id_of(opened.brief.id, account_id),
            brief_id=opened.brief.id,
            owner_id=opened.owner.id,
            account_id=account_id,
            account_name=account_name,
            created_at=now,
            expires_at=await expiry(tx, opened.owner.id, now, self._policy.lifetime),
            basis=facts_in(advice.evidence, behind, changed=write.touches()),
            amount=amount,
            needs_second=needs_second(write, amount=amount, policy=self._policy.stakes),
        )


async def approved(database: Database, decide: DecideProposal, caller: Caller, proposal: Proposal) -> str:
    """Approve a proposal as it was shown; return a sentence if that fails, "" otherwise. One that can't be approved now is taken
    back, as no card asks for it again; one that waits for its second approver stays."""
    try:
        await decide.approve(caller, proposal.id, proposal.version, digest=proposal.digest)
    except SergasError as problem:
        async with database.transaction(urgent=True) as tx:
            present = await tx.proposals.get(proposal.id)
            if present is None or present.endorsed_by is not None:
                return f"{proposal.account_name}: {problem}"
            moved = await tx.proposals.move(
                proposal.id, frm=[State.PENDING], to=State.SUPERSEDED, error="This could not be approved any more."
            )
            if moved is not None:
                await note(tx, caller, "proposal.withdrawn", proposal.id, why=type(problem).__name__)
        return f"{proposal.account_name}: {problem}"
    return ""


def _id_of(brief_id: str, account_id: str) -> str:
    """The same for the same account of the same handover, so that it can be stored once only."""
    return hashlib.sha256(f"take_over:{brief_id}:{account_id}".encode()).hexdigest()[:32]


def _is_told_again(brief: Brief, first_told: str) -> bool:
    return brief.handover is not None and brief.handover.first_told == first_told


def _is_as_shown(proposal: Proposal, shown: Mapping[str, str]) -> bool:
    return proposal.digest.startswith(shown.get(proposal.account_id, "-"))
