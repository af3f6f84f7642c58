"""Give the accounts of someone who left to colleagues, from the message that named them (`tell_orphans.py`).

Each account's new owner is a proposal of its own, stored and approved by the press that saw it in full, and written like any
other. Someone who only left Slack is still an active user of the CRM, so their accounts are given away there.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from secrets import token_hex

import structlog

from agents.flows.access.identity import Caller, known_person
from agents.flows.access.trail import note, noting_refusal
from agents.flows.accounts.compose_brief import BriefPolicy
from agents.flows.accounts.left_deals import still_left
from agents.flows.accounts.take_over import approved
from agents.flows.gate.decide_proposal import DecideProposal
from agents.flows.gate.expiry import expiry
from store.database import Database, Tx
from store.domain.access.rules import check_may_reassign, may_receive
from store.domain.brief.brief import Brief
from store.domain.brief.confidence import confidence
from store.domain.brief.handover import Handed, LeftDeal
from store.domain.crm.accounts import Account, Kind, Person
from store.domain.crm.basis import facts_in
from store.domain.errors import BadInput, NotFound, Refused
from store.domain.gate.approvals import MOST_AT_ONCE
from store.domain.gate.proposals import UNDER_WAY, Action, AdviceSource, Proposal, Recommendation, SourceKind, State
from store.domain.gate.stakes import needs_second
from store.domain.gate.writes.reassign_account import ReassignAccount
from store.domain.signals.evidence import standing
from store.domain.signals.kinds import Risk
from store.domain.text.wording import plural

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Orphaned:
    """The accounts of a brief that are still without an owner, and to whom its reader may give them, and the deals without an
    account that still have no active owner. `over` means that the reader may not give accounts to anyone (any more)."""

    accounts: tuple[Handed, ...] = ()
    deals: tuple[LeftDeal, ...] = ()
    receivers: tuple[Person, ...] = ()
    over: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class _Open:
    brief: Brief
    actor: Person
    former: Person
    orphaned: Orphaned


async def as_orphaned(tx: Tx, brief: Brief, reader: Person) -> Orphaned:
    """The remaining accounts of this brief; nothing for other kinds of brief."""
    if brief.kind != "orphans" or brief.handover is None:
        return Orphaned()
    people = {person.id: person for person in await tx.people.all()}
    told = brief.handover.accounts
    now = await tx.snapshots.versions(Kind.ACCOUNT, [each.account_id for each in told])
    if brief.reason == "slack" and (owner := people.get(brief.owner_id)) and owner.active:
        theirs = tuple(each for each in told if _is_of(now.get(each.account_id), owner))
        others = {id: person for id, person in people.items() if id != owner.id}
        return Orphaned(accounts=theirs, deals=await still_left(tx, brief.handover.deals, others))
    left = tuple(each for each in told if _is_orphan(now.get(each.account_id), people))
    deals = await still_left(tx, brief.handover.deals, people)
    try:
        check_may_reassign(reader, people.get(brief.owner_id), people, told=brief.reader_id)
    except Refused:
        return Orphaned(accounts=left, deals=deals)
    return Orphaned(accounts=left, deals=deals, receivers=tuple(may_receive(reader, people)), over=False)


class ReassignAccounts:
    def __init__(self, database: Database, decide: DecideProposal, policy: BriefPolicy) -> None:
        self._database = database
        self._decide = decide
        self._policy = policy

    async def offered(self, caller: Caller, brief_id: str) -> Orphaned:
        """The accounts that are still without an owner, and to whom this person may give them.

        Raises: NotFound, Unconfirmed, Refused.
        """
        async with self._database.reading() as tx:
            return (await self._open(tx, caller, brief_id)).orphaned

    async def writes(self, caller: Caller, brief_id: str, account_ids: Collection[str], to_id: str) -> list[Proposal]:
        """The change of owner for each of these accounts, as it would be written. Nothing is stored.

        Raises: as `offered`; BadInput for too many or none, and for someone who can't have them.
        """
        async with self._database.reading() as tx:
            return await self._proposals(tx, await self._open(tx, caller, brief_id), account_ids, to_id)

    async def __call__(self, caller: Caller, brief_id: str, to_id: str, shown: Mapping[str, str]) -> list[str]:
        """Approve each change of owner in `shown` (account and digest) exactly as it was shown; return a sentence for each that
        could not be. A failure stops none of the others. Raises: as `writes`."""
        async with noting_refusal(self._database, caller, "accounts.reassign", brief_id):
            async with self._database.transaction(urgent=True) as tx:
                opened = await self._open(tx, caller, brief_id)
                made = await self._proposals(tx, opened, shown, to_id)
                as_shown = [each for each in made if each.digest.startswith(shown[each.account_id])]
                waiting = await self._kept(tx, caller, opened, as_shown)
            problems = [
                f"{each.account_name}: this changed a moment ago, so its owner was not changed."
                for each in made
                if each not in as_shown
            ]
            to_approve = {each.account_id for each in waiting}
            problems += [
                f"{each.account_name}: someone is giving this account away already."
                for each in as_shown
                if each.account_id not in to_approve
            ]
            if gone := len(shown) - len(made):
                problems.append(f"{plural(gone, 'account')} got another owner meanwhile.")
            for proposal in waiting:
                problems.extend(await self._approved(caller, proposal))
        log.info("accounts.reassigned", brief_id=brief_id, asked=len(shown), problems=len(problems))
        return problems

    async def _open(self, tx: Tx, caller: Caller, brief_id: str) -> _Open:
        actor = await known_person(tx, caller)
        brief = await tx.briefs.get(brief_id)
        if brief is None or brief.kind != "orphans":
            raise NotFound("I can't find this message any more.")
        people = {person.id: person for person in await tx.people.all()}
        former = people.get(brief.owner_id)
        check_may_reassign(actor, former, people, told=brief.reader_id)
        assert former is not None
        orphaned = await as_orphaned(tx, brief, actor)
        if not orphaned.accounts:
            raise NotFound("All of these accounts have an owner again.")
        return _Open(brief=brief, actor=actor, former=former, orphaned=orphaned)

    async def _proposals(self, tx: Tx, opened: _Open, account_ids: Collection[str], to_id: str) -> list[Proposal]:
        to = next((each for each in opened.orphaned.receivers if each.id == to_id), None)
        chosen = [each for each in opened.orphaned.accounts if each.account_id in account_ids]
        if to is None:
            raise BadInput("Choose an active colleague as the new owner.")
        if not 0 < len(chosen) <= MOST_AT_ONCE:
            raise BadInput(f"Choose between 1 and {MOST_AT_ONCE} accounts.")
        now, as_of = await tx.proposals.now(), await tx.sync.last_success()
        records = await tx.snapshots.versions(Kind.ACCOUNT, [each.account_id for each in chosen])
        return [
            await self._proposal(tx, opened, account, each, to, now, as_of)
            for each in chosen
            if isinstance(account := records.get(each.account_id), Account)
        ]

    async def _proposal(
        self, tx: Tx, opened: _Open, account: Account, handed: Handed, to: Person, now: datetime, as_of: datetime | None
    ) -> Proposal:
        former = opened.former
        write = ReassignAccount(
            account_id=account.id,
            account_name=account.name,
            from_id=former.id,
            from_name=former.name,
            to_id=to.id,
            to_name=to.name,
            unless_modified_since=account.modified_at,
        )
        evidence = (standing(account, "owner_id", "Owner", f"{former.name}, no longer active"),)
        advice = Recommendation(
            key=f"{account.id}:{Action.UPDATE}:reassign_account:{account.id}",
            action=Action.UPDATE,
            title=write.name(),
            rationale="Its owner is no longer an active user of the CRM.",
            risk=handed.risk or Risk.LOW,
            evidence=evidence,
            confidence=confidence(evidence, now=now, data_as_of=as_of, priors=(), against=(), timezone="UTC"),
            write=write,
            source=AdviceSource(kind=SourceKind.REQUEST, name=opened.actor.id),
        )
        return Proposal.first_version(
            write,
            advice,
            id=token_hex(16),
            brief_id=opened.brief.id,
            owner_id=former.id,
            account_id=account.id,
            account_name=account.name,
            created_at=now,
            expires_at=await expiry(tx, opened.actor.id, now, self._policy.lifetime),
            basis=facts_in((), {(Kind.ACCOUNT, account.id): account}, changed=write.touches()),
            amount=handed.amount,
            needs_second=needs_second(write, amount=handed.amount, policy=self._policy.stakes),
        )

    async def _kept(self, tx: Tx, caller: Caller, opened: _Open, proposals: Sequence[Proposal]) -> list[Proposal]:
        """Store the proposals, without those whose account someone is giving away already; return those to approve. Of a request
        that is handled again, these are the ones that it stored before."""
        await tx.briefs.add_to_handover(opened.brief.id, ())  # waits for anyone who does the same
        brief = await tx.briefs.get(opened.brief.id)
        assert brief is not None
        assert brief.handover is not None
        standing_ones = (await tx.proposals.in_force(brief.handover.introductions)).values()
        busy = {each.account_id: each for each in standing_ones if each.state in UNDER_WAY}
        new = [each for each in proposals if each.account_id not in busy]
        again = [
            busy[each.account_id]
            for each in proposals
            if (known := busy.get(each.account_id)) and known.state is State.PENDING and known.digest == each.digest
        ]
        if new:
            await tx.briefs.add_to_handover(opened.brief.id, [each.id for each in new])
            await tx.proposals.add(*new)
            await note(
                tx,
                caller,
                "accounts.reassigned",
                opened.brief.id,
                actor=opened.actor,
                proposals=[each.id for each in new],
                digests={each.id: each.digest for each in new},
            )
        return [*new, *again]

    async def _approved(self, caller: Caller, proposal: Proposal) -> list[str]:
        problem = await approved(self._database, self._decide, caller, proposal)
        return [problem] if problem else []


def _is_of(account: object, owner: Person) -> bool:
    return isinstance(account, Account) and account.owner_id == owner.id


def _is_orphan(account: object, people: Mapping[str, Person]) -> bool:
    if not isinstance(account, Account):
        return False
    owner = people.get(account.owner_id)
    return owner is None or not owner.active
