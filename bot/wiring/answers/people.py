"""Finds Slack's people in the CRM, and renders for them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from zoneinfo import ZoneInfo

from agents.flows.access.identity import Caller, known_person
from agents.flows.access.trail import note_refusal
from bot.delivery.directory import Directory
from bot.views.reader import Reader
from bot.wiring.resources import Services
from store.domain.crm.accounts import Person
from store.domain.errors import Refused


class PeopleAnswers:
    """Satisfies `bot.inbound.asker.People`."""

    def __init__(self, services: Services, directory: Directory) -> None:
        self._services = services
        self._directory = directory

    async def at_home(self, caller: Caller) -> Caller:
        return await self._directory.at_home(caller)

    async def introduce(self, caller: Caller) -> Caller:
        return await self._directory.introduce(caller)

    async def person(self, caller: Caller) -> Person:
        async with self._services.database.reading() as tx:
            return await known_person(tx, caller)

    async def names(self, team_id: str, user_ids: Collection[str]) -> Mapping[str, str]:
        async with self._services.database.reading() as tx:
            known, links = await tx.people.names(), [await tx.links.of_slack(team_id, each) for each in user_ids]
        return {
            link.user_id: known[link.person_id] for link in links if link and link.holds and link.person_id in known
        }

    async def admit(self, caller: Caller, asked: str, about: str) -> None:
        try:
            await self.person(await self.introduce(caller))
        except Refused as refusal:
            if asked:
                await note_refusal(self._services.database, caller, asked, about, refusal)
            raise

    async def reader(self, person: Person) -> Reader:
        services = self._services
        async with services.database.reading() as tx:
            names = await tx.people.names()
            currency = await tx.sync.currency(services.settings.brief.currency)
        return Reader(
            links=services.links,
            names=names,
            tz=ZoneInfo(person.timezone),
            now=services.clock.now(),
            currency=currency.sign,
            me=person.id,
        )
