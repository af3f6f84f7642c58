"""The running installation for an administrator's Home: people without Slack, late briefs and reads, silent signals, switches."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from datetime import date, datetime, time, timedelta

from agents.flows.access.identity import Caller, known_person
from agents.flows.access.trail import note
from agents.flows.people.question_signals import silent_signals
from agents.flows.people.team_message import id_of
from agents.ports import Clock
from store.database import Database, Tx
from store.domain.access.rules import check_may_operate, managers
from store.domain.crm.accounts import Person
from store.domain.crm.people import local_day, start_of
from store.domain.people.mornings import brief_day, brief_moment
from store.domain.running.administration import LATE, Administration, CrmReads, Delivery, unreached
from store.domain.running.features import Feature, standings
from store.domain.signals.context import SignalPolicy
from store.repositories.briefs import DEALT_WITH, BriefState

OPENED = "administration.opened"
Owed = Callable[[], Awaitable[Mapping[str, datetime]]]


class Administer:
    def __init__(
        self,
        database: Database,
        clock: Clock,
        *,
        owed: Owed,
        signals: SignalPolicy,
        forbidden: Mapping[Feature, str],
        read_every: timedelta,
        brief_time: time,
    ) -> None:
        """`owed` are the owners whose brief of today is due, and since when; `forbidden` as in `SwitchFeatures`. `brief_time` is
        for those who set none of their own."""
        self._database = database
        self._clock = clock
        self._owed = owed
        self._signals = signals
        self._forbidden = forbidden
        self._brief_time = brief_time
        self._read_late = 2 * read_every + LATE

    async def __call__(self, caller: Caller) -> Administration:
        """Read it. Raises: Refused for anyone but an administrator; Unconfirmed."""
        now, owed = self._clock.now(), await self._owed()
        async with self._database.reading() as tx:
            check_may_operate(await known_person(tx, caller), confirmed=True)
            people = await tx.people.all()
            links = {each.person_id: each for each in await tx.links.all()}
            days = {each.id: local_day(each, now) for each in people}
            deliveries = await _latest(tx, [each for each in people if each.id not in owed], now, self._brief_time)
            deliveries |= await _deliveries(tx, owed, days)
            to_managers = await _team_messages(tx, people, days)
            silent = await silent_signals(tx, self._signals)
            return Administration(
                unreached=unreached(people, links, {**deliveries, **to_managers}, now=now),
                delivered=sum(each.delivered for each in deliveries.values()),
                due=len(deliveries),
                reads=await self._reads(tx, now),
                waiting=await tx.overview.unposted(now - LATE),
                unreadable=await tx.quarantine.records() + await tx.quarantine.count_without_owner(),
                silent=tuple(each for each in silent if each.state in ("asked", "not asked")),
                signals_off=tuple(each.question for each in silent if each.question and each.question.is_off),
                features=standings(await tx.features.all(), self._forbidden),
            )

    async def note_opened(self, caller: Caller, shown: Collection[str]) -> None:
        """Record, once in an administrator's day, that their Home showed them something about these people. Raises: Refused,
        Unconfirmed."""
        async with self._database.reading() as tx:
            person = await known_person(tx, caller)
            others = sorted({*shown} - {person.id})
            if not others or await self._is_noted(tx, person):
                return
        async with self._database.transaction(urgent=True) as tx:
            await tx.audit.lock()
            if not await self._is_noted(tx, person):
                await note(tx, caller, OPENED, person.id, actor=person, at=self._clock.now(), people=others)

    async def _is_noted(self, tx: Tx, person: Person) -> bool:
        since = start_of(person, local_day(person, self._clock.now()))
        return any(each.action == OPENED for each in await tx.audit.entries(subject=person.id, since=since))

    async def _reads(self, tx: Tx, now: datetime) -> CrmReads:
        latest, at = await tx.overview.last_sync(), await tx.sync.last_success()
        return CrmReads(
            at=at,
            is_late=at is None or now - at > self._read_late,
            error=(latest.error or "") if latest else "",
            missing=await tx.sync.problems(),
        )


async def _team_messages(tx: Tx, people: Sequence[Person], days: Mapping[str, date]) -> dict[str, Delivery]:
    """Today's messages to managers about their teams that are written and not in Slack, by manager."""
    messages = {id_of(each, days[each]): each for each in managers({each.id: each for each in people})}
    return {
        messages[brief_id]: Delivery(due=at, written=True, failed=state is BriefState.FAILED)
        for brief_id, (state, at) in (await tx.overview.undelivered(messages)).items()
    }


async def _deliveries(tx: Tx, owed: Mapping[str, datetime], days: Mapping[str, date]) -> dict[str, Delivery]:
    """Today's briefs of those who are owed one, by person. Someone who got all their accounts after that gets one tomorrow."""
    states = await tx.overview.brief_states({each: days[each] for each in owed if each in days})
    found = {}
    for owner_id, due in owed.items():
        state, written = states.get(owner_id, (None, False))
        delivery = Delivery(due=due, written=written, delivered=state in DEALT_WITH, failed=state is BriefState.FAILED)
        if delivery.delivered or not await tx.snapshots.all_came_after(owner_id, due):
            found[owner_id] = delivery
    return found


async def _latest(tx: Tx, people: Sequence[Person], now: datetime, default: time) -> dict[str, Delivery]:
    """The latest briefs of people to whom none is due today, or not yet, by person."""
    days = {each.id: brief_day(each, now=now, default=default) for each in people}
    states = await tx.overview.brief_states(days)
    return {
        each.id: Delivery(
            due=brief_moment(each, days[each.id], default=default),
            written=written,
            delivered=state in DEALT_WITH,
            failed=state is BriefState.FAILED,
        )
        for each in people
        if each.id in states
        for state, written in [states[each.id]]
    }
