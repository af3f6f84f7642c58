"""Stand-ins for the flows about people, of whom only Anna is known."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date

from agents.flows.access.identity import Caller
from bot.inbound.asker import Asker
from bot.views.absences import AwayForm, AwaySubmitted
from bot.views.my_settings import SettingsForm
from bot.views.reader import Reader
from store.domain.crm.accounts import Person
from store.domain.crm.personal_settings import PersonalSettings
from store.domain.errors import Refused
from store.domain.people.settings import Defaults, check_settings, in_force
from tests.bot import samples
from tests.bot.desk import ANNA, PEOPLE, TEAM
from tests.bot.stand_ins.stand_in import StandIn


class People(StandIn):
    """Only Anna is known."""

    async def at_home(self, caller: Caller) -> Caller:
        return caller

    async def introduce(self, caller: Caller) -> Caller:
        if self.desk.broken:
            raise self.desk.broken
        if (caller.team_id, caller.user_id) != (TEAM, ANNA):
            raise Refused("This belongs to Anna Berg. Only they or their manager can see and decide it.")
        return caller

    async def person(self, caller: Caller) -> Person:
        return Person(id=samples.OWNER, name="Anna Berg", email="anna@example.com")

    async def admit(self, caller: Caller, asked: str, about: str) -> None:
        """Everyone at this desk gets to its listeners, which refuse them."""

    async def reader(self, person: Person) -> Reader:
        return samples.READER

    async def names(self, team_id: str, user_ids: Collection[str]) -> Mapping[str, str]:
        return {ANNA: "Anna Berg"}


class Links(StandIn):
    async def confirm(self, caller: Caller, person_id: str) -> Person:
        return await People(self.desk).person(await People(self.desk).introduce(caller))

    async def refuse(self, caller: Caller, person_id: str) -> Person:
        return await self.confirm(caller, person_id)

    async def show(self, person_id: str) -> None:
        await self.desk.refresh()


class Settings:
    """Anna's, who set nothing; nothing that she saves is kept."""

    async def form(self, who: Asker, *, chosen: PersonalSettings | None = None, round: int = 0) -> SettingsForm:
        await who.caller()
        default = in_force(samples.PERSON, Defaults())
        shown = in_force(replace(samples.PERSON, settings=chosen), Defaults()) if chosen else default
        return SettingsForm(
            whose=samples.OWNER,
            shown=shown,
            default=default,
            defaults=Defaults(),
            personal=(),
            may_undo=False,
            round=round,
        )

    async def save(self, who: Asker, chosen: PersonalSettings, *, whose: str) -> None:
        check_settings(chosen, today=samples.NOW.date())

    async def undo(self, who: Asker, *, whose: str) -> None:
        raise Refused("There is nothing to undo.")

    async def pause(self, who: Asker, *, until: date | None) -> None:
        await who.caller()

    async def resume(self, who: Asker) -> None:
        await who.caller()


class Absences:
    async def form(self, who: Asker) -> AwayForm:
        await who.caller()
        return AwayForm(people=PEOPLE[:1], delegates=PEOPLE[1:], first=samples.NOW.date(), last=samples.NOW.date())

    async def set(self, who: Asker, submitted: AwaySubmitted) -> None:
        await who.caller()

    async def end(self, who: Asker) -> None:
        await who.caller()

    async def offer(self) -> None:
        """No one else is at this desk."""
