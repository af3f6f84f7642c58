"""Answers the settings' form and the pause with the flow."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from agents.flows.people.my_settings import MySettings
from bot.inbound.asker import Asker
from bot.views.my_settings import SettingsForm
from store.domain.crm.personal_settings import NOTHING_SET, PersonalSettings
from store.domain.people.settings import in_force, personal, set_here


class SettingsAnswers:
    """Satisfies `bot.listeners.my_settings.MySettings`."""

    def __init__(self, settings: MySettings) -> None:
        self._settings = settings

    async def form(self, who: Asker, *, chosen: PersonalSettings | None = None, round: int = 0) -> SettingsForm:
        mine = await self._settings(await who.caller())
        shown = mine.in_force if chosen is None else in_force(replace(mine.person, settings=chosen), mine.defaults)
        return SettingsForm(
            whose=mine.person.id,
            shown=shown,
            default=in_force(replace(mine.person, settings=NOTHING_SET), mine.defaults),
            defaults=mine.defaults,
            personal=personal(mine.person.settings, mine.defaults),
            may_undo=mine.before is not None,
            set_here=set_here(mine.person, mine.defaults),
            mail_is_off=mine.mail_is_off,
            own_country=(mine.person.settings if chosen is None else chosen).country is not None,
            skipped=mine.skipped,
            round=round,
        )

    async def save(self, who: Asker, chosen: PersonalSettings, *, whose: str) -> None:
        await self._settings.save(await who.caller(), chosen, whose=whose)

    async def undo(self, who: Asker, *, whose: str) -> None:
        await self._settings.undo(await who.caller(), whose=whose)

    async def pause(self, who: Asker, *, until: date | None) -> None:
        await self._settings.pause(await who.caller(), until=until)

    async def resume(self, who: Asker) -> None:
        await self._settings.resume(await who.caller())
