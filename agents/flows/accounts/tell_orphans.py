"""Tell a manager which accounts, and which deals without one, someone who left still owns.

If no one manages the person who left, or the manager can't be reached in Slack, an administrator hears of it. The message also
names someone who only left Slack. Its reader gives the accounts away from there: `reassign_accounts.py`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from secrets import token_hex
from zoneinfo import ZoneInfo

import structlog

from agents.flows.access.reach import Reach
from agents.flows.access.trail import note
from agents.flows.accounts.compose_brief import BriefPolicy
from agents.flows.accounts.left_deals import as_left, left_deals
from agents.flows.accounts.review import gather, review_all
from agents.ports import Delivery, Directory
from store.database import Database, Tx
from store.domain.access.rules import keepers_of
from store.domain.brief.account_review import AccountReview
from store.domain.brief.brief import Brief
from store.domain.brief.handover import Handed, Handover, by_value
from store.domain.brief.ranking import valued
from store.domain.crm.accounts import Deal, Person
from store.domain.crm.people import MIDNIGHT, local_day, working_hours_of
from store.domain.gate.remind_and_offer import is_working
from store.domain.people.mornings import brief_time_of

log = structlog.get_logger()

# How long until Slack's directory is asked again about someone it didn't know.
_ASK_AGAIN = timedelta(hours=12)
_AT_ONCE = 20  # people about whom Slack is asked in one run


@dataclass(frozen=True, slots=True, kw_only=True)
class _Plan:
    """Accounts and deals to tell one of `readers` about; `former` is None if the CRM knows no owner of theirs. `in_slack` says
    that they only left Slack: as long as the CRM has them as an active user, it is asked who owns what, not we."""

    former: Person | None
    owner_ids: Sequence[str]
    account_ids: frozenset[str]
    deals: Sequence[Deal]
    readers: Sequence[Person]
    in_slack: bool = False

    @property
    def ids(self) -> frozenset[str]:
        return self.account_ids | {each.id for each in self.deals}


class TellOrphans:
    def __init__(
        self, database: Database, delivery: Delivery, directory: Directory, policy: BriefPolicy, *, brief_time: time
    ) -> None:
        self._database = database
        self._delivery = delivery
        self._directory = directory
        self._policy = policy
        self._brief_time = brief_time
        self._reaches = Reach(directory, again=_ASK_AGAIN)
        # When Slack was asked about someone, and whether they had left.
        self._asked: dict[str, tuple[datetime, bool]] = {}

    async def __call__(self) -> int:
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

    async def _plans(self, tx: Tx, now: datetime) -> list[_Plan]:
        people = {person.id: person for person in await tx.people.all()}
        if not people:  # the CRM has not been read yet
            return []
        gone = {id for id in await self._owners(tx) if (known := people.get(id)) is None or not known.active}
        if not gone:
            return []
        away = {absence.person_id for absence in await tx.absences.now()}
        plans = []
        for former in sorted((people[id] for id in gone if id in people), key=lambda each: (each.name, each.id)):
            plans.append(await self._plan(tx, former, [former.id], people, away, now))
        if unknown := sorted(gone - people.keys()):
            plans.append(await self._plan(tx, None, unknown, people, away, now))
        return [plan for plan in plans if plan.ids]

    async def _owners(self, tx: Tx) -> set[str]:
        return await tx.snapshots.account_owners() | {each.owner_id for each in await left_deals(tx)}

    async def _left_slack(self, now: datetime) -> list[_Plan]:
        """The accounts of owners, active in the CRM, whose Slack user was deactivated. Slack is asked twice a day, about a few at
        a time."""
        async with self._database.reading() as tx:
            people = {person.id: person for person in await tx.people.all()}
            owning = sorted(await self._owners(tx) & people.keys())
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
        return [plan for plan in plans if plan.ids]

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
        """The accounts and deals of these owners that no one has heard of."""
        readers = [each for each in keepers_of(former, people) if each.id not in away]
        told = await tx.briefs.orphans_told(former.id if former else "", in_slack=in_slack)
        fresh = frozenset(await tx.snapshots.account_ids(owner_ids)) - told
        deals = [each for each in await left_deals(tx, owner_ids) if each.id not in told]
        return _Plan(
            former=former, owner_ids=owner_ids, account_ids=fresh, deals=deals, readers=readers, in_slack=in_slack
        )

    async def _valued(self, tx: Tx, plan: _Plan, now: datetime) -> tuple[Handed, ...]:
        """The accounts of the plan, the most valuable first. This reviews a whole book, so it runs only just before the message."""
        accounts: list[Handed] = []
        for owner_id in plan.owner_ids:
            owner = plan.former or Person(id=owner_id, name="", email="", active=False)
            accounts.extend(await self._handed(tx, owner, plan.account_ids, now))
        return by_value(accounts)

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
                open_money=review.open_money,
                worth=entry.worth.value if entry else 0.0,
                risk=entry.risk if entry else None,
                statement=entry.statement if entry else "",
            )

        return [handed(review) for review in reviewed.reviews]

    async def _reader(self, readers: Sequence[Person], now: datetime) -> Person | None:
        """The first who can be reached, if it is their time: a working hour after their briefs."""
        for person in readers:
            if self._reaches.has_lost(person, now):
                continue
            local = now.astimezone(ZoneInfo(person.timezone))
            if not is_working(person, now) or local.time() < _after(person, self._brief_time):
                return None
            if await self._reaches(person, now):
                return person
        return None

    async def _keep(self, plan: _Plan, reader: Person, now: datetime) -> str | None:
        """Store the message; None if another worker has just done so."""
        async with self._database.reading() as tx:
            accounts = await self._valued(tx, plan, now) if plan.account_ids else ()
            deals = await as_left(tx, plan.deals, self._policy.currency)
            currency = await tx.sync.currency(self._policy.currency)
        if not accounts and not deals:
            return None
        brief = Brief(
            id=_id_of(plan),
            owner_id=plan.former.id if plan.former else "",
            owner_name=plan.former.name if plan.former else "",
            local_date=local_day(reader, now),
            generated_at=now,
            data_as_of=None,
            accounts=len(accounts),
            cards=(),
            news=(),
            quiet=0,
            currency=currency.sign,
            kind="orphans",
            reader_id=reader.id,
            reason="slack" if plan.in_slack else "",
            handover=Handover(accounts=accounts, deals=deals),
        )
        async with self._database.transaction() as tx:
            told = await tx.briefs.orphans_told(brief.owner_id, in_slack=plan.in_slack)
            if told & plan.ids or not await tx.briefs.begin_review(brief):
                return None
            await tx.briefs.save(brief)
            ids = [each.account_id for each in accounts]
            await note(
                tx,
                token_hex(4),
                "accounts.orphaned",
                brief.id,
                at=now,
                to=reader.id,
                owner_id=brief.owner_id,
                accounts=ids,
                deals=[each.deal_id for each in deals],
            )
        log.info("orphans.kept", brief_id=brief.id, count=len(accounts), deals=len(deals))
        return brief.id


def _after(person: Person, default: time) -> time:
    """Their brief's time; if that isn't in their working hours, the beginning of these."""
    at, (begin, end) = brief_time_of(person, default), working_hours_of(person)
    return at if at < end or end == MIDNIGHT else begin


def _id_of(plan: _Plan) -> str:
    """The same for the same records, so that two workers store one message."""
    named = ":".join([plan.former.id if plan.former else "", *sorted(plan.ids)])
    return hashlib.sha256(f"orphans:{'slack' if plan.in_slack else ''}:{named}".encode()).hexdigest()[:16]
