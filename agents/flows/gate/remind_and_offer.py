"""Ask again before a proposal expires: remind its owner once, then offer it once to the others who may decide it, each in the
reader's working hours.

While an owner is away, their delegate is offered everything as soon as they work. If several workers run, one of them sends each
message: each proposal notes who was asked, by compare-and-set, in the same transaction as the message. Nothing here
decides anything.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from secrets import token_hex
from typing import Literal
from zoneinfo import ZoneInfo

import structlog

from agents.flows.access.identity import circle_of
from agents.flows.access.reach import Reach
from agents.flows.access.trail import note
from agents.flows.gate.offer import Reason, ask
from agents.flows.gate.retract_proposals import still_asked
from agents.ports import Delivery, Directory
from store.database import Database, Tx
from store.domain.access.rules import Circle, beside, manager_of
from store.domain.crm.accounts import Person
from store.domain.gate.proposals import Proposal
from store.domain.gate.remind_and_offer import due_today, is_working, may_ask
from store.domain.gate.working_time import earlier
from store.domain.running.features import Feature

log = structlog.get_logger()

# How long until Slack's directory is asked again about someone it didn't know.
_ASK_AGAIN = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReminderPolicy:
    """Working time before a proposal expires: its owner is reminded `remind` earlier, someone else is offered it `offer`
    earlier. Amounts are shown in `currency`."""

    remind: timedelta = timedelta(hours=24)
    offer: timedelta = timedelta(hours=8)
    currency: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Plan:
    """One message to send, to the first of `readers` who can be reached, if they work now. Without an `owner`, it is about the
    decisions of several."""

    kind: Literal["reminder", "offer"]
    reason: Reason
    owner: Person | None
    readers: Sequence[Person]
    proposal_ids: Sequence[str]


_Owned = tuple[Proposal, Person]  # a proposal and its owner


@dataclass(frozen=True, slots=True, kw_only=True)
class _Expiring:
    """What an owner has not decided and no one else was offered, and who may be."""

    owner: Person
    readers: Sequence[Person]
    proposals: Sequence[Proposal]


class RemindAndOffer:
    def __init__(self, database: Database, delivery: Delivery, directory: Directory, policy: ReminderPolicy) -> None:
        self._database = database
        self._delivery = delivery
        self._reaches = Reach(directory, again=_ASK_AGAIN)
        self._policy = policy

    async def __call__(self) -> int:
        """Send the messages that are due now; return their number. Safe to run many times at once."""
        async with self._database.reading() as tx:
            now = await tx.proposals.now()
            plans, lapsed = await self._plans(tx, now)
        kept = [brief_id for plan in plans if (brief_id := await self._keep(plan, now))]
        await self._give_back(lapsed)
        posted = await asyncio.gather(*(self._delivery.brief(each) for each in kept), return_exceptions=True)
        for trouble in posted:
            if isinstance(trouble, BaseException):
                raise trouble  # the others are posted all the same, and `catch_up` posts this one
        return len(kept)

    async def _plans(self, tx: Tx, now: datetime) -> tuple[list[_Plan], list[Proposal]]:
        """The messages that are due, and the proposals offered to someone who may no longer decide them."""
        away = frozenset(absence.person_id for absence in await tx.absences.now())
        people = {person.id: person for person in await tx.people.all()}
        off = await tx.features.off()
        plans: list[_Plan] = []
        expiring: list[_Expiring] = []
        lapsed: list[Proposal] = []
        waiting = sorted(await tx.proposals.pending(), key=lambda each: each.owner_id)
        for owner_id, group in groupby(waiting, key=lambda each: each.owner_id):
            waiting_here = [each for each in group if each.logs is None]
            if not any(self._may_concern(each, people, away=away, now=now) for each in waiting_here):
                continue
            circle = await circle_of(tx, owner_id)
            if circle is None:
                continue
            theirs = await still_asked(tx, waiting_here, now=now)
            passed = [each for each in theirs if each.passed_by is not None]
            plans.extend(_passed_on(circle, passed, now=now))
            lapsed.extend(each for each in passed if each.offered_to and not _may_be_passed_to(circle, each))
            own = [each for each in theirs if each.passed_by is None]
            others = {each.id for each in beside(circle)}
            lapsed.extend(each for each in own if each.offered_to and each.offered_to not in others)
            readers = [each for each in beside(circle) if each.id not in away]
            if owner_id in away:
                plans.extend(_instead(circle.owner, own, readers))
            else:
                if Feature.REMINDERS not in off:
                    plans.extend(await self._reminder(tx, circle.owner, own, now=now))
                among = [each for each in own if each.offered_to is None and each.endorsed_by is None]
                expiring.append(_Expiring(owner=circle.owner, readers=readers, proposals=among))
        offers = self._offers(expiring, now=now) if Feature.OFFERS not in off else ()
        return [*plans, *offers], lapsed

    def _may_concern(
        self, proposal: Proposal, people: Mapping[str, Person], *, away: Collection[str], now: datetime
    ) -> bool:
        """Whether it may need a message, by its row and the people alone: most of the time it doesn't."""
        owner = people.get(proposal.owner_id)
        if owner is None:
            return False
        if owner.id in away or proposal.offered_to is not None or proposal.passed_by is not None:
            return True
        if not proposal.reminded_at and _due([(proposal, owner)], owner, lead=self._policy.remind, now=now):
            return True
        manager = manager_of(owner, people)
        return manager is not None and bool(_today([(proposal, owner)], manager, lead=self._policy.offer, now=now))

    def _offers(self, expiring: Sequence[_Expiring], *, now: datetime) -> Iterable[_Plan]:
        """Offer everything that is about to expire to the delegate or manager: everything due today in one message, for all
        owners together."""
        by_readers: dict[tuple[str, ...], list[_Expiring]] = {}
        for each in expiring:
            if each.readers:
                by_readers.setdefault(tuple(reader.id for reader in each.readers), []).append(each)
        for group in by_readers.values():
            readers = group[0].readers
            among = [(proposal, each.owner) for each in group for proposal in each.proposals]
            if due := _due(among, readers[0], lead=self._policy.offer, now=now):
                ids = [proposal.id for proposal, _ in due]
                owners = {owner.id: owner for _, owner in due}
                owner = next(iter(owners.values())) if len(owners) == 1 else None
                yield _Plan(kind="offer", reason="expiring", owner=owner, readers=readers, proposal_ids=ids)

    async def _reminder(self, tx: Tx, owner: Person, own: Sequence[Proposal], *, now: datetime) -> list[_Plan]:
        """One reminder for everything that expires soon, at most once a day, in working hours."""
        among = [each for each in own if each.reminded_at is None and each.endorsed_by is None]
        due = _due([(each, owner) for each in among], owner, lead=self._policy.remind, now=now)
        if not due or not owner.active:
            return []
        last, zone = await tx.proposals.last_reminded(owner.id), ZoneInfo(owner.timezone)
        if last is not None and last.astimezone(zone).date() == now.astimezone(zone).date():
            return []
        ids = [each.id for each, _ in due]
        return [_Plan(kind="reminder", reason="", owner=owner, readers=(owner,), proposal_ids=ids)]

    async def _keep(self, plan: _Plan, now: datetime) -> str | None:
        """Store the message and record that it was sent; None if no one can be reached or another worker has just sent it."""
        reader = await self._first_reached(plan.readers, now)
        if reader is None or not is_working(reader, now):
            return None
        async with self._database.transaction() as tx:
            found = await _noted(tx, plan, reader, now)
            if not found:
                return None
            brief = await ask(
                tx,
                found,
                kind=plan.kind,
                owner=plan.owner or reader,
                reader=reader,
                now=now,
                currency=(await tx.sync.currency(self._policy.currency)).sign,
                reason=plan.reason,
            )
            action = "proposals.offered" if plan.kind == "offer" else "proposals.reminded"
            ids = [each.id for each in found]
            await note(tx, token_hex(4), action, brief.id, at=now, to=reader.id, reason=plan.reason, proposals=ids)
        log.info("ask.kept", brief_id=brief.id, kind=plan.kind, reason=plan.reason, count=len(found))
        return brief.id

    async def _first_reached(self, readers: Sequence[Person], now: datetime) -> Person | None:
        for person in readers:
            if await self._reaches(person, now):
                return person
        return None

    async def _give_back(self, lapsed: Sequence[Proposal]) -> None:
        """Withdraw offers from people who may no longer decide the proposals; their messages say so."""
        if not lapsed:
            return
        async with self._database.transaction() as tx:
            readers = {each.offered_to for each in lapsed if each.offered_to}
            showing = await tx.briefs.showing(readers, [each.id for each in lapsed])
            await tx.proposals.withdraw_offer([each.id for each in lapsed])
        for brief_id in showing:  # no row leads from the proposals to these any more
            await self._delivery.refresh(brief_id)


def _due(among: Sequence[_Owned], reader: Person, *, lead: timedelta, now: datetime) -> list[_Owned]:
    """All of these that the reader is to be asked about today, if it is time for any."""
    dues = [(each, earlier(owner, each.expires_at, lead)) for each, owner in among]
    if not any(may_ask(reader, now=now, due=due, expires_at=each.expires_at) for each, due in dues):
        return []
    return _today(among, reader, lead=lead, now=now)


def _today(among: Sequence[_Owned], reader: Person, *, lead: timedelta, now: datetime) -> list[_Owned]:
    """Those that the reader is to be asked about today, or was to be before."""
    return [
        (each, owner)
        for each, owner in among
        if due_today(reader, now=now, due=earlier(owner, each.expires_at, lead), expires_at=each.expires_at)
    ]


def _instead(owner: Person, own: Sequence[Proposal], readers: Sequence[Person]) -> Iterable[_Plan]:
    """Offer the delegate everything that is open while its owner is away."""
    if readers and (ids := [each.id for each in own if each.offered_to != readers[0].id]):
        yield _Plan(kind="offer", reason="away", owner=owner, readers=readers, proposal_ids=ids)


def _passed_on(circle: Circle, passed: Sequence[Proposal], *, now: datetime) -> Iterable[_Plan]:
    """Offer once, while its reader works, what someone said isn't theirs: to its owner, or if they said so, beside them."""
    for by, group in groupby(sorted(passed, key=_who_passed), key=_who_passed):
        due = [each.id for each in group if each.offered_to is None]
        readers = beside(circle) if by == circle.owner.id else [circle.owner]
        if due and (working := [each for each in readers if is_working(each, now)]):
            yield _Plan(kind="offer", reason="passed", owner=circle.owner, readers=working, proposal_ids=due)


def _may_be_passed_to(circle: Circle, proposal: Proposal) -> bool:
    """Whether the person who was offered what someone else passed on is still in the owner's circle."""
    return proposal.offered_to in {circle.owner.id, *(each.id for each in beside(circle))}


def _who_passed(proposal: Proposal) -> str:
    return proposal.passed_by or ""


async def _noted(tx: Tx, plan: _Plan, reader: Person, now: datetime) -> list[Proposal]:
    """The plan's proposals that the reader hasn't been asked about yet, soonest expiry first."""
    if plan.kind == "reminder":
        ids = await tx.proposals.reminded(plan.proposal_ids, now)
    else:
        ids = await tx.proposals.offered(plan.proposal_ids, reader.id)
    found: Mapping[str, Proposal] = await tx.proposals.in_force(ids)
    mine = [found[each] for each in ids if each in found and found[each].endorsed_by != reader.id]
    return sorted(mine, key=lambda each: (each.expires_at, each.account_name, each.id))
