"""Fills App Home: a person's own proposals, those of others they may decide, and for administrators what needs them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from agents.flows.access.identity import Caller
from agents.flows.gate.operate_writes import OperateWrites
from agents.flows.people.home import HomeContents, Waiting
from agents.model.budget import day_of
from bot.delivery.moves import Moves
from bot.inbound.asker import Asker
from bot.jobs.anchor import AnchorJob
from bot.listeners.home import Home
from bot.views.administration import administration_blocks
from bot.views.blocks import Block
from bot.views.home import Beside
from bot.views.home import Report as OfTeam
from bot.views.reader import Reader
from bot.views.report import Report
from bot.views.settings_said import own_line
from bot.views.spending import ModelsToday
from bot.wiring.answers.pilot import PilotAnswers
from bot.wiring.mail import mail_problems
from bot.wiring.parts.people import People
from bot.wiring.policies import defaults_of
from bot.wiring.resources import Services, owners_of
from store.domain.access.rules import may_see_configuration
from store.domain.crm.people import local_day
from store.domain.gate.proposals import State
from store.domain.people.mornings import next_brief
from store.domain.people.settings import in_force, personal


class HomeAnswers:
    """Satisfies `bot.listeners.home.Homes`."""

    def __init__(
        self,
        services: Services,
        people: People,
        moves: Moves,
        operate: OperateWrites,
        anchoring: AnchorJob,
        figures: PilotAnswers,
    ) -> None:
        self._services = services
        self._people = people
        self.watching = moves.watching
        self._operate = operate
        self._anchoring = anchoring
        self._figures = figures

    async def __call__(self, who: Asker) -> Home:
        caller = await who.caller()
        contents, services = await self._people.home(caller), self._services
        briefed = contents.person.id in {owner.id for owner in await owners_of(services)}
        now, usual = services.clock.now(), services.settings.brief.time
        at = next_brief(contents.person, now=now, brief_time=usual, after=contents.brief_of)
        is_admin = may_see_configuration(contents.person, confirmed=True)
        running = await self._administration(caller, await who.reader()) if is_admin else []
        return Home(
            pending=contents.pending,
            recent=contents.recent,
            next_brief_at=at if briefed else None,
            sections=[*running, *await self._figures.blocks(caller)],
            beside=_beside(contents, services, briefed=briefed, team_at=at if contents.hears_of_team else None),
        )

    async def report(self, who: Asker, person_id: str, *, again: bool = False, shown: Sequence[str] = ()) -> Report:
        found = await self._people.report(await who.caller(), person_id, again=again, shown=shown)
        return Report(
            person_id=found.person.id,
            name=found.person.name,
            pending=found.pending,
            kept=found.kept,
            decided=found.decided,
            undoing=found.undoing,
            came_of_it=found.came_of_it,
            absence=found.absence,
            statements=found.statements,
            other_currencies=found.other_currencies,
        )

    async def _administration(self, caller: Caller, reader: Reader) -> list[Block]:
        """For administrators alone; what it shows about others is audited."""
        seen = await self._people.administer(caller)
        stuck = await self._operate.listed(caller, states=(State.UNKNOWN, State.DEAD))
        about = [*(each.person.id for each in seen.unreached), *(each.owner_id for each in stuck)]
        await self._people.administer.note_opened(caller, about)
        return administration_blocks(
            seen,
            stuck=stuck,
            models=await self._models_today(),
            anchors=self._anchoring.problem,
            mail=await self._mail(),
            reader=reader,
        )

    async def _mail(self) -> tuple[str, ...]:
        if not self._services.settings.mail.is_on:
            return ()
        async with self._services.database.reading() as tx:
            return await mail_problems(tx, self._services.clock.now())

    async def _models_today(self) -> ModelsToday | None:
        desk = self._services.models
        if desk is None:
            return None
        state = desk.circuit.state
        return ModelsToday(
            figures=await desk.ledger.figures(since=day_of(self._services.clock.now())),
            ceiling=desk.budget.ceilings.day,
            paused_seconds=state.seconds,
            because=state.because,
        )


def _beside(contents: HomeContents, services: Services, *, briefed: bool, team_at: datetime | None) -> Beside:
    person, settings = contents.person, services.settings
    defaults = defaults_of(settings.brief, settings.signals, settings.mail)
    defaults = replace(defaults, by_mail=None) if contents.mail_is_off else defaults
    own = in_force(person, defaults)
    pause = own.pause if own.pause and own.pause.covers(local_day(person, services.clock.now())) else None
    return Beside(
        offered=contents.offered,
        team=[_report(each) for each in contents.team],
        absence=contents.absence,
        standing_in=contents.standing_in,
        put_off=contents.aside.snoozed,
        rejected=contents.aside.rejected,
        at_risk=contents.at_risk,
        reviewable=contents.reviewable,
        lessons=contents.lessons,
        statements=contents.statements,
        other_currencies=contents.other_currencies,
        team_morning_at=team_at,
        pause=pause if briefed or contents.hears_of_team else None,
        own_settings=own_line(own, personal(person.settings, defaults)),
    )


def _report(waiting: Waiting) -> OfTeam:
    first = waiting.first.expires_at if waiting.first else None
    return OfTeam(person_id=waiting.person.id, count=waiting.count, expires_at=first, absence=waiting.absence)
