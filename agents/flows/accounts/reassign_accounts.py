"""Tell a manager which accounts someone who left still owns, and give them to colleagues.

Each account's new owner is a proposal of its own, stored and approved by the press that saw it in full, and written like any
other. If no one manages the person who left, or the manager can't be reached in Slack, an administrator hears of it. The message
also names someone who only left Slack; but the CRM still has them as an active user, so their accounts are given away there.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from secrets import token_hex
from zoneinfo import ZoneInfo

import structlog

from agents.flows.access.identity import Caller, deciding_person
from agents.flows.access.trail import note, noting_refusal
from agents.flows.accounts.compose_brief import BriefPolicy
from agents.flows.accounts.review import gather, review_all
from agents.flows.accounts.take_over import approved, records_behind
from agents.flows.gate.decide_proposal import DecideProposal
from agents.ports import Delivery, Directory
from store.database import Database, Tx
from store.domain.access.rules import check_may_reassign, keepers_of, may_receive
from store.domain.brief.brief import Brief
from store.domain.brief.confidence import confidence
from store.domain.brief.handover import Handed, Handover, by_value
from store.domain.brief.ranking import AccountReview, valued
from store.domain.crm.accounts import Account, Kind, Person
from store.domain.crm.basis import facts_in
from store.domain.crm.people import local_day
from store.domain.errors import BadInput, NotFound, Refused
from store.domain.gate.proposals import Action, AdviceSource, Proposal, Recommendation, SourceKind, State
from store.domain.gate.remind_and_offer import is_working
from store.domain.gate.stakes import needs_second
from store.domain.gate.write import digest_of
from store.domain.gate.writes.reassign_account import ReassignAccount
from store.domain.signals.evidence import standing
from store.domain.signals.kinds import Risk
from store.domain.text.wording import plural

log = structlog.get_logger()

LARGEST = 40
# How long until Slack's directory is asked again about someone it didn't know.
_ASK_AGAIN = timedelta(hours=12)
_AT_ONCE = 20  # people about whom Slack is asked in one run
_UNDER_WAY = frozenset({State.PENDING, State.READY, State.SENDING, State.UNKNOWN})


@dataclass(frozen=True, slots=True, kw_only=True)
class Orphaned:
    """The accounts of a brief that are still without an owner, and to whom its reader may give them. `over` means that the
    reader may not give them to anyone (any more)."""

    accounts: tuple[Handed, ...] = ()
    receivers: tuple[Person, ...] = ()
    over: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class _Plan:
    """Accounts to tell one of `readers` about; `former` is None if the CRM knows no owner of theirs. `in_slack` says that they
    only left Slack: as long as the CRM has them as an active user, it is asked who owns what, not we."""

    former: Person | None
    accounts: tuple[Handed, ...]
    readers: Sequence[Person]
    in_slack: bool = False


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
        return Orphaned(accounts=tuple(each for each in told if _is_of(now.get(each.account_id), owner)))
    left = tuple(each for each in told if _is_orphan(now.get(each.account_id), people))
    try:
        check_may_reassign(reader, people.get(brief.owner_id), people, told=brief.reader_id)
    except Refused:
        return Orphaned(accounts=left)
    return Orphaned(accounts=left, receivers=tuple(may_receive(reader, people)), over=False)


class ReassignAccounts:
    def __init__(
        self,
        database: Database,
        decide: DecideProposal,
        delivery: Delivery,
        directory: Directory,
        policy: BriefPolicy,
        *,
        brief_time: time,
    ) -> None:
        self._database = database
        self._decide = decide
        self._delivery = delivery
        self._directory = directory
        self._policy = policy
        self._brief_time = brief_time
        self._unreachable: dict[str, datetime] = {}
        self._asked: dict[
            str, tuple[datetime, bool]
        ] = {}  # when Slack was asked about someone, and whether they had left

    async def tell(self) -> int:
        """Send the messages that are due now; return their number. No account is announced twice, even by several processes."""
        async with self._database.reading() as tx:
            now = await tx.proposals.now()
            plans = await self._plans(tx, now)
        plans.extend(await self._left_slack(now))
        sent = 0
        for plan in plans:
            reader = await self._reader(plan.readers, now)
            brief_id = await self._keep(plan, reader, now) if reader else None
            if brief_id is not None:
                await self._delivery.brief(brief_id)
                sent += 1
        return sent

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
            if gone := len(shown) - len(made):
                problems.append(f"{plural(gone, 'account')} got another owner meanwhile.")
            for proposal in waiting:
                problems.extend(await self._approved(caller, proposal))
        log.info("accounts.reassigned", brief_id=brief_id, asked=len(shown), problems=len(problems))
        return problems

    async def _plans(self, tx: Tx, now: datetime) -> list[_Plan]:
        people = {person.id: person for person in await tx.people.all()}
        if not people:  # the CRM has not been read yet
            return []
        gone = {
            id for id in await tx.snapshots.account_owners() if (known := people.get(id)) is None or not known.active
        }
        if not gone:
            return []
        away = {absence.person_id for absence in await tx.absences.now()}
        plans = []
        for former in sorted((people[id] for id in gone if id in people), key=lambda each: (each.name, each.id)):
            plans.append(await self._plan(tx, former, [former.id], people, away, now))
        if unknown := sorted(gone - people.keys()):
            plans.append(await self._plan(tx, None, unknown, people, away, now))
        return [plan for plan in plans if plan.accounts]

    async def _left_slack(self, now: datetime) -> list[_Plan]:
        """The accounts of owners, active in the CRM, whose Slack user was deactivated. Slack is asked twice a day, about a few at
        a time."""
        async with self._database.reading() as tx:
            people = {person.id: person for person in await tx.people.all()}
            owning = sorted(await tx.snapshots.account_owners() & people.keys())
            away = {absence.person_id for absence in await tx.absences.now()}
        active = [people[id] for id in owning if people[id].active]
        due = [each for each in active if each.id not in self._asked or now >= self._asked[each.id][0] + _ASK_AGAIN]
        for person in due[:_AT_ONCE]:
            self._asked[person.id] = now, await self._directory.has_left(person)
        plans = []
        for person in active:
            if self._asked.get(person.id, (now, False))[1]:
                async with self._database.reading() as tx:
                    plans.append(await self._plan(tx, person, [person.id], people, away, now, in_slack=True))
        return [plan for plan in plans if plan.accounts]

    async def _plan(
        self,
        tx: Tx,
        former: Person | None,
        owner_ids: Sequence[str],
        people: Mapping[str, Person],
        away: Collection[str],
        now: datetime,
        *,
        in_slack: bool = False,
    ) -> _Plan:
        """The accounts of these owners that no one has heard of, the most valuable first."""
        readers = [each for each in keepers_of(former, people) if each.id not in away]
        told = await tx.briefs.orphans_told(former.id if former else "", in_slack=in_slack)
        fresh = set(await tx.snapshots.account_ids(owner_ids)) - told
        accounts: list[Handed] = []
        for owner_id in owner_ids if fresh and readers else ():
            owner = former or Person(id=owner_id, name="", email="", active=False)
            accounts.extend(await self._handed(tx, owner, fresh, now))
        return _Plan(former=former, accounts=by_value(accounts), readers=readers, in_slack=in_slack)

    async def _handed(self, tx: Tx, owner: Person, among: Collection[str], now: datetime) -> list[Handed]:
        signals, attention = self._policy.signals, self._policy.attention
        book = [each for each in await tx.snapshots.book(owner.id) if each.id in among and not each.partial]
        material = await gather(
            tx, owner, book, now=now, news_since=now, policy=signals, currency=self._policy.currency
        )
        reviewed = await review_all(material, now=now, news_since=now, policy=signals, attention=attention)
        worth = valued(owner, reviewed.reviews, today=local_day(owner, now), policy=attention)

        def handed(review: AccountReview) -> Handed:
            entry = worth.get(review.facts.id)
            return Handed(
                account_id=review.facts.id,
                account_name=review.facts.name,
                from_id=owner.id or None,
                amount=review.open_amount,
                worth=entry.worth.value if entry else 0.0,
                risk=entry.risk if entry else None,
                statement=entry.statement if entry else "",
            )

        return [handed(review) for review in reviewed.reviews]

    async def _reader(self, readers: Sequence[Person], now: datetime) -> Person | None:
        """The first who can be reached, if it is their time: a working hour after their briefs."""
        for person in readers:
            since = self._unreachable.get(person.id)
            if since is not None and now < since + _ASK_AGAIN:
                continue
            local = now.astimezone(ZoneInfo(person.timezone))
            if not is_working(person, now) or local.time() < self._brief_time:
                return None
            if await self._directory.reaches(person):
                return person
            self._unreachable[person.id] = now
        return None

    async def _keep(self, plan: _Plan, reader: Person, now: datetime) -> str | None:
        """Store the message; None if another worker has just done so."""
        brief = Brief(
            id=_id_of(plan),
            owner_id=plan.former.id if plan.former else "",
            owner_name=plan.former.name if plan.former else "",
            local_date=local_day(reader, now),
            generated_at=now,
            data_as_of=None,
            accounts=len(plan.accounts),
            cards=(),
            news=(),
            quiet=0,
            currency=self._policy.currency,
            kind="orphans",
            reader_id=reader.id,
            reason="slack" if plan.in_slack else "",
            handover=Handover(accounts=plan.accounts),
        )
        async with self._database.transaction() as tx:
            if not await tx.briefs.begin_review(brief):
                return None
            await tx.briefs.save(brief)
            ids = [each.account_id for each in plan.accounts]
            await note(
                tx,
                token_hex(4),
                "accounts.orphaned",
                brief.id,
                at=now,
                to=reader.id,
                owner_id=brief.owner_id,
                accounts=ids,
            )
        log.info("orphans.kept", brief_id=brief.id, count=len(plan.accounts))
        return brief.id

    async def _open(self, tx: Tx, caller: Caller, brief_id: str) -> _Open:
        actor = await deciding_person(tx, caller)
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
        if not 0 < len(chosen) <= LARGEST:
            raise BadInput(f"Choose between 1 and {LARGEST} accounts.")
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
        former, proposal_id = opened.former, token_hex(16)
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
        return Proposal(
            id=proposal_id,
            lineage=proposal_id,
            version=1,
            brief_id=opened.brief.id,
            owner_id=former.id,
            account_id=account.id,
            account_name=account.name,
            recommendation=advice,
            write=write,
            digest=digest_of(write),
            state=State.PENDING,
            created_at=now,
            expires_at=now + self._policy.lifetime,
            basis=facts_in((), await records_behind(tx, evidence), changed=write.touches()),
            amount=handed.amount,
            needs_second=needs_second(write, amount=handed.amount, policy=self._policy.stakes),
        )

    async def _kept(self, tx: Tx, caller: Caller, opened: _Open, proposals: Sequence[Proposal]) -> list[Proposal]:
        """Store the proposals, without those whose account someone is giving away already; return those to approve. Of a request
        that is handled again, these are the ones that it stored before."""
        await tx.briefs.add_to_handover(opened.brief.id, ())  # waits for whoever does the same
        brief = await tx.briefs.get(opened.brief.id)
        assert brief is not None
        assert brief.handover is not None
        standing_ones = (await tx.proposals.in_force(brief.handover.introductions)).values()
        busy = {each.account_id: each for each in standing_ones if each.state in _UNDER_WAY}
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


def _id_of(plan: _Plan) -> str:
    """The same for the same accounts, so that two workers store one message."""
    named = ":".join([plan.former.id if plan.former else "", *sorted(each.account_id for each in plan.accounts)])
    return hashlib.sha256(f"orphans:{'slack' if plan.in_slack else ''}:{named}".encode()).hexdigest()[:16]
