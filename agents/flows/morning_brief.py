"""One owner's morning: look at their accounts, write the brief down with its proposals, and send it, once a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from secrets import token_hex
from zoneinfo import ZoneInfo

import structlog

from agents.flows.reviewing import gather, propose, review_all
from agents.ports import Clock, Delivery
from store.database import Database, Tx
from store.domain.accounts import Person
from store.domain.brief import Brief
from store.domain.errors import NotFound
from store.domain.ranking import assemble
from store.domain.signals.look import SignalPolicy
from store.domain.wording import on_day

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class BriefPolicy:
    """`lifetime` is how long a proposal may be decided; a claim of a brief that was never posted may be taken over after
    `stale_claim`; data older than `fresh` is called old in the brief."""

    signals: SignalPolicy
    lifetime: timedelta = timedelta(hours=72)
    max_cards: int = 7
    currency: str = "$"
    stale_claim: timedelta = timedelta(minutes=10)
    fresh: timedelta = timedelta(hours=26)


class MorningBrief:
    def __init__(self, database: Database, delivery: Delivery, clock: Clock, policy: BriefPolicy) -> None:
        self._database = database
        self._delivery = delivery
        self._clock = clock
        self._policy = policy

    async def __call__(self, owner_id: str, *, local_date: date | None = None) -> str | None:
        """Prepare and send the brief of `local_date` (default: today where the owner is). Returns its id, or None where it
        was sent before or is being prepared by somebody else: a second tick sends nothing.

        Raises: NotFound for an unknown owner.
        """
        now = self._clock.now()
        owner = await self._owner(owner_id)
        day = local_date or now.astimezone(ZoneInfo(owner.timezone)).date()
        brief_id, touched = await self._prepared(owner, day, now)
        if brief_id is None:
            return None
        await self._delivery.brief(brief_id)
        for earlier in touched:
            await self._delivery.refresh(earlier)
        async with self._database.transaction() as tx:
            await tx.briefs.posted(brief_id, self._clock.now())
        log.info("brief.sent", brief_id=brief_id, owner_id=owner.id, day=day.isoformat())
        return brief_id

    async def preview(self, owner_id: str) -> Brief:
        """The brief as it would be now; nothing is kept, sent or proposed. Raises: NotFound."""
        now = self._clock.now()
        owner = await self._owner(owner_id)
        async with self._database.reading() as tx:
            news_since = await self._news_since(tx, owner, now)
            return await self._compose(tx, owner, "preview", now.astimezone(ZoneInfo(owner.timezone)).date(), now, news_since)

    async def _prepared(self, owner: Person, day: date, now: datetime) -> tuple[str | None, frozenset[str]]:
        """The id of the day's brief, written down and waiting to be posted (None where there is nothing to do), and the
        earlier briefs whose proposals it took over."""
        async with self._database.transaction() as tx:
            standing = await tx.briefs.on(owner.id, day)
            if standing is not None and standing[1] == "posted":
                return None, frozenset()
            if standing is not None and await tx.briefs.get(standing[0]) is not None:
                return standing[0], frozenset()  # prepared, then interrupted: delivery goes on where it stopped
            brief_id = token_hex(8)
            if not await tx.briefs.claim(
                owner.id, day, brief_id=brief_id, now=now, stale_after=self._policy.stale_claim
            ):
                return None, frozenset()
            news_since = await self._news_since(tx, owner, now)
        async with self._database.reading() as tx:
            brief = await self._compose(tx, owner, brief_id, day, now, news_since)
        async with self._database.transaction() as tx:
            proposed = await propose(tx, brief, now=now, lifetime=self._policy.lifetime, request_id=brief_id)
            await tx.briefs.save(proposed.brief)
        return brief_id, proposed.touched

    async def _compose(
        self, tx: Tx, owner: Person, brief_id: str, day: date, now: datetime, news_since: datetime
    ) -> Brief:
        policy = self._policy
        book = await tx.snapshots.book(owner.id)
        material = await gather(tx, owner, book, now=now, news_since=news_since, policy=policy.signals)
        reviews = await review_all(material, now=now, news_since=news_since, policy=policy.signals)
        return assemble(
            owner,
            reviews,
            brief_id=brief_id,
            local_date=day,
            now=now,
            data_as_of=material.data_as_of,
            problems=self._problems(material.data_as_of, now),
            currency=policy.currency,
        )

    def _problems(self, data_as_of: datetime | None, now: datetime) -> tuple[str, ...]:
        if data_as_of is None:
            return ("The CRM has not been read yet, so this brief knows nothing new.",)
        if now - data_as_of > self._policy.fresh:
            day = on_day(data_as_of.date(), today=now.date())
            return (f"The CRM could not be read lately: this brief rests on data of {day}.",)
        return ()

    async def _news_since(self, tx: Tx, owner: Person, now: datetime) -> datetime:
        return await tx.briefs.last_posted(owner.id) or now - timedelta(days=self._policy.signals.recent_days)

    async def _owner(self, owner_id: str) -> Person:
        async with self._database.reading() as tx:
            owner = await tx.people.get(owner_id)
        if owner is None:
            raise NotFound(f"There is no CRM user with the id {owner_id}.")
        return owner
