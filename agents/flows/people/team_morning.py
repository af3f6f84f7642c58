"""A manager's morning, once a day: the open decisions of their team, those that expire, those made and how they turned out, the
gravest risks, and who is away.

It is stored as a brief of its own kind, whose id follows from the manager and the day: however often and wherever it is made, it
is one message. The counts in it follow the proposals; its access is checked again at each rendering.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from secrets import token_hex

import structlog

from agents.flows.access.scope import reports_of
from agents.flows.access.trail import note
from agents.flows.gate.open_decisions import by_owner, open_decisions
from agents.flows.people.came_of_it import came_of_it
from agents.flows.people.team_message import id_of
from agents.ports import Clock, Delivery
from store.database import Database, Tx
from store.domain.access import rules
from store.domain.attention.ledger import Entry
from store.domain.brief.brief import Brief
from store.domain.brief.team import (
    MOST_OUTCOMES,
    MOST_RISKS,
    Cover,
    Member,
    Team,
    TeamRisk,
    at_risk,
    gravest,
)
from store.domain.crm.accounts import Person
from store.domain.crm.people import last_working_day, local_day, start_of
from store.domain.errors import NotFound
from store.domain.people.mornings import brief_moment, is_due
from store.domain.running.features import Feature
from store.repositories.attention import CURRENT

log = structlog.get_logger()

# How long the message waits for the briefs of reports that are due and not written yet.
PATIENCE = timedelta(minutes=15)
_MANY = 5_000  # decisions of one team on one day


class TeamMorning:
    def __init__(
        self, database: Database, delivery: Delivery, clock: Clock, *, brief_time: time, currency: str = ""
    ) -> None:
        """`brief_time` is for people who set none of their own; `currency` is the sign shown, if a setting gives one."""
        self._database = database
        self._delivery = delivery
        self._clock = clock
        self._brief_time = brief_time
        self._currency = currency

    async def due(self) -> list[tuple[str, date]]:
        """The managers whose message of today is due and not dealt with, each with their day. It is due at their time on their
        working days, once the due briefs of their reports are written, unless they are away."""
        now = self._clock.now()
        async with self._database.reading() as tx:
            if Feature.TEAM_MESSAGES in await tx.features.off():
                return []
            people = {each.id: each for each in await tx.people.all()}
            away = {each.person_id for each in await tx.absences.now()}
            days = {
                each.id: local_day(each, now)
                for each in rules.managers(people).values()
                if each.id not in away and self._is_time(each, now)
            }
            ids = {id_of(manager_id, day): manager_id for manager_id, day in days.items()}
            left = days.keys() - {ids[each] for each in await tx.briefs.dealt_with(ids)}
            late = await self._late(tx, people, now) if left else frozenset()
        found = []
        for manager_id in sorted(left):
            manager, day = people[manager_id], days[manager_id]
            reports = [each.id for each in rules.reports_of(manager, people).values() if each.active]
            latest = brief_moment(manager, day, default=self._brief_time) + PATIENCE
            if reports and (late.isdisjoint(reports) or now >= latest):
                found.append((manager_id, day))
        return found

    async def prepare(self, manager_id: str, day: date) -> str | None:
        """Write that day's message, once. Return its id; None if there is nothing to tell. Raises: NotFound."""
        now = self._clock.now()
        async with self._database.reading() as tx:
            manager = await tx.people.get(manager_id)
            if manager is None:
                raise NotFound(f"There is no CRM user with the id {manager_id}.")
            brief = await self._compose(tx, manager, day, now)
        if brief is None:
            return None
        async with self._database.transaction() as tx:
            if await tx.briefs.begin_review(brief):
                await tx.briefs.save(brief)
                await _noted(tx, brief, now)
        return brief.id

    async def post(self, brief_id: str) -> None:
        """Send it to its reader. Raises: NotFound if they have no Slack user."""
        await self._delivery.brief(brief_id)

    async def _compose(self, tx: Tx, manager: Person, day: date, now: datetime) -> Brief | None:
        reports = await reports_of(tx, manager)
        if not any(each.active for each in reports.values()):
            return None
        currency = (await tx.sync.currency(self._currency)).sign
        since = last_working_day(manager, day)
        window = start_of(manager, since), start_of(manager, day)
        waiting = by_owner(await open_decisions(tx, list(reports), now=now))
        decided = await _decided(tx, list(reports), *window)
        entries = await _entries(tx, reports, day)
        members = [
            Member(
                person_id=each.id,
                proposal_ids=tuple(one.id for one in waiting.get(each.id, ())),
                decided_ids=tuple(decided.get(each.id, ())),
                at_risk=at_risk(entries.get(each.id, ()), currency=currency),
            )
            for each in reports.values()
            if each.active or each.id in waiting
        ]
        team = Team(
            members=tuple(sorted(members, key=lambda each: (-len(each.proposal_ids), reports[each.person_id].name))),
            since=since,
            risks=await _risks(tx, entries),
            away=await _away(tx, reports),
        )
        came = await came_of_it(tx, list(reports), since=window[0], until=window[1], most=MOST_OUTCOMES)
        if team.is_quiet and not decided and not came and not team.away:
            return None
        return Brief(
            id=id_of(manager.id, day),
            owner_id=manager.id,
            owner_name=manager.name,
            local_date=day,
            generated_at=now,
            data_as_of=await tx.sync.last_success(),
            accounts=0,
            cards=(),
            news=(),
            quiet=0,
            currency=currency,
            kind="team",
            reader_id=manager.id,
            came_of_it=came,
            team=team,
        )

    async def _late(self, tx: Tx, people: Mapping[str, Person], now: datetime) -> frozenset[str]:
        """The owners whose brief is due and not written."""
        owning = await tx.snapshots.owner_ids() & people.keys()
        days = {each: local_day(people[each], now) for each in owning if self._is_time(people[each], now)}
        return frozenset(days.keys() - await tx.briefs.written_on(days))

    def _is_time(self, person: Person, now: datetime) -> bool:
        return is_due(person, now=now, brief_time=self._brief_time)


async def _noted(tx: Tx, brief: Brief, now: datetime) -> None:
    """The trail says whose records the message shows, and to whom."""
    team = brief.team
    assert team is not None
    await note(
        tx,
        token_hex(4),
        "team.told",
        brief.id,
        at=now,
        to=brief.owner_id,
        owners=[each.person_id for each in team.members],
        proposals=[one for each in team.members for one in each.every],
    )
    log.info("team.kept", brief_id=brief.id, people=len(team.members))


async def _decided(tx: Tx, owner_ids: Sequence[str], since: datetime, until: datetime) -> dict[str, list[str]]:
    """The decisions made then, by owner, the first first; an undo is part of the write that it undoes."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for each in reversed(await tx.proposals.decided(owner_ids, since=since, limit=_MANY)):
        if each.decided_at and each.decided_at < until and each.undoes is None:
            found[each.owner_id].append(each.id)
    return dict(found)


async def _entries(tx: Tx, reports: Mapping[str, Person], day: date) -> dict[str, tuple[Entry, ...]]:
    """What each report's last brief noticed, unless that is long ago."""
    last = [await tx.attention.last(each.id) for each in reports.values() if each.active]
    return {
        each.owner_id: each.read_on(day).entries
        for each in last
        if each is not None and each.local_date >= day - CURRENT
    }


async def _risks(tx: Tx, entries: Mapping[str, Sequence[Entry]]) -> tuple[TeamRisk, ...]:
    """The gravest that are still their owner's."""
    found: list[TeamRisk] = []
    own: dict[str, frozenset[str]] = {}
    for each in gravest(entries, most=MOST_RISKS * 10):
        if each.owner_id not in own:
            own[each.owner_id] = frozenset(
                {*await tx.snapshots.account_ids([each.owner_id]), *await tx.snapshots.accounts_of_deals(each.owner_id)}
            )
        if each.account_id in own[each.owner_id]:
            found.append(each)
        if len(found) == MOST_RISKS:
            break
    return tuple(found)


async def _away(tx: Tx, reports: Mapping[str, Person]) -> tuple[Cover, ...]:
    return tuple(
        Cover(person_id=each.person_id, until=each.ends, delegate_id=each.delegate_id)
        for each in await tx.absences.now()
        if each.person_id in reports and reports[each.person_id].active
    )
