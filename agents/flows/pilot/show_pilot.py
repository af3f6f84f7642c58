"""The figures of the pilot: for a person their own, for a manager their team's, for an administrator everyone's."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from agents.flows.access.identity import Caller, known_person
from agents.flows.access.scope import reports_of
from agents.flows.access.trail import note, noting_refusal
from agents.ports import Clock
from store.database import Database, Tx
from store.domain.access.rules import check_may_see_figures, may_see_configuration
from store.domain.crm.accounts import Person
from store.domain.crm.people import local_day
from store.domain.pilot.report import RECENT, Report, Scope
from store.domain.pilot.survey import opinion_of

FRESH = timedelta(minutes=10)  # how old everyone's figures in a Home may be


@dataclass(frozen=True, slots=True, kw_only=True)
class Details:
    """A report with the names of its people."""

    report: Report
    names: Mapping[str, str]


class ShowPilot:
    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._everyone: tuple[datetime, Report] | None = None

    async def __call__(self, caller: Caller) -> list[Report]:
        """The reports of the last four weeks that a person sees in their Home. Raises: Refused, Unconfirmed."""
        async with self._database.reading() as tx:
            person = await known_person(tx, caller)
            since = self._since(person)
            own = await measured(tx, Scope.OWN, since=since, person_ids=[person.id])
            wider = await self._wider(tx, person, since)
        return [each for each in (own, wider) if each is not None and each.sittings]

    async def details(self, caller: Caller, scope: Scope) -> Details:
        """One of these reports to look at by person, kind and week. Raises: Refused for another's figures, Unconfirmed."""
        async with (
            noting_refusal(self._database, caller, "pilot.view", scope),
            self._database.transaction(urgent=True) as tx,
        ):
            person = await known_person(tx, caller)
            team = list(await reports_of(tx, person))
            check_may_see_figures(person, scope, leads=bool(team))
            ids = {Scope.OWN: [person.id], Scope.TEAM: team, Scope.EVERYONE: None}[scope]
            report = await measured(tx, scope, since=self._since(person), person_ids=ids)
            if scope is not Scope.OWN:
                await note(tx, caller, "pilot.viewed", scope, actor=person, people=report.total.people)
            return Details(report=report, names=await tx.people.names())

    async def _wider(self, tx: Tx, person: Person, since: date) -> Report | None:
        if may_see_configuration(person, confirmed=True):
            return await self._of_everyone(tx, since)
        team = await reports_of(tx, person)
        return await measured(tx, Scope.TEAM, since=since, person_ids=team) if team else None

    async def _of_everyone(self, tx: Tx, since: date) -> Report:
        """Counting hundreds of people takes long enough not to do it at every press in a Home."""
        now = self._clock.now()
        if self._everyone is None or self._everyone[1].since != since or now >= self._everyone[0] + FRESH:
            self._everyone = (now, await measured(tx, Scope.EVERYONE, since=since))
        return self._everyone[1]

    def _since(self, person: Person) -> date:
        return local_day(person, self._clock.now()) - RECENT


async def measured(tx: Tx, scope: Scope, *, since: date, person_ids: Collection[str] | None = None) -> Report:
    """Measure these people (None: everyone) from this day on."""
    asked_since = datetime.combine(since, time(), UTC)
    surveys = [] if scope is Scope.OWN else await tx.surveys.answered(since=asked_since, person_ids=person_ids)
    cells, sittings = await tx.pilot.measured(since=since, owner_ids=person_ids)
    return Report(scope=scope, since=since, cells=cells, sittings=sittings, opinion=opinion_of(surveys))
