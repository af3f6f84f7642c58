"""A person's own settings: shown, changed, undone; and the pause of their brief. No one changes those of anyone else."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import date, time

import structlog

from agents.flows.access.identity import Caller, known_person
from agents.flows.access.trail import note, noting_refusal
from store.database import Database, Tx
from store.domain.crm.accounts import Person
from store.domain.crm.people import local_day, working_days_of
from store.domain.crm.personal_settings import Pause, PersonalSettings
from store.domain.errors import Refused
from store.domain.people.mornings import brief_time_of
from store.domain.people.settings import (
    Defaults,
    InForce,
    as_own,
    changed,
    check_settings,
    in_force,
    skipped_on,
)
from store.domain.running.features import Feature

log = structlog.get_logger()
Change = Callable[[PersonalSettings], PersonalSettings]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mine:
    """A person and their settings. `before` are those that Undo brings back, None without a change to undo; `skipped` is the next
    day on which the clocks skip the brief's time, and the time that they show instead. `mail_is_off`: administrators switched
    copies by e-mail off."""

    person: Person
    in_force: InForce
    defaults: Defaults
    before: PersonalSettings | None
    today: date
    skipped: tuple[date, time] | None
    mail_is_off: bool


class MySettings:
    def __init__(self, database: Database, defaults: Defaults) -> None:
        self._database = database
        self._defaults = defaults

    async def __call__(self, caller: Caller) -> Mine:
        """The caller's settings. Raises: Unconfirmed, Refused."""
        async with self._database.reading() as tx:
            return await self._mine(tx, await known_person(tx, caller))

    async def save(self, caller: Caller, chosen: PersonalSettings, *, whose: str) -> Mine:
        """Store what the form of this person (`whose`, an id) shows; a value equal to its default stays the default. The pause,
        and what the form doesn't show, are left as they are.

        Raises: Unconfirmed; Refused for someone else's; FieldProblems, and then nothing is stored.
        """
        async with self._changing(caller, "settings.change", whose) as (tx, person):
            before = person.settings
            by_mail = before.by_mail if chosen.by_mail is None else chosen.by_mail
            own = as_own(person, replace(chosen, pause=before.pause, by_mail=by_mail), self._defaults)
            return await self._keep(tx, caller, person, own, "settings.changed")

    async def pause(self, caller: Caller, *, until: date | None) -> Mine:
        """No brief before that day, or until `resume`. Raises: Unconfirmed, Refused, FieldProblems."""
        async with self._changing(caller, "settings.pause") as (tx, person):
            own = replace(person.settings, pause=Pause(until=until))
            return await self._keep(tx, caller, person, own, "settings.paused")

    async def resume(self, caller: Caller) -> Mine:
        """End the pause, if there is one. Raises: Unconfirmed, Refused."""
        async with self._changing(caller, "settings.resume") as (tx, person):
            own = replace(person.settings, pause=None)
            return await self._keep(tx, caller, person, own, "settings.resumed")

    async def undo(self, caller: Caller, *, whose: str) -> Mine:
        """Bring back the settings before the last change; a second time, the change. A pause that is over meanwhile stays over.
        Raises: Unconfirmed; Refused for someone else's, or if there is nothing to undo."""
        async with self._changing(caller, "settings.undo", whose) as (tx, person):
            before = (await tx.settings.of(person.id)).before
            if before is None:
                raise Refused("You have not changed any setting, so there is nothing to undo.")
            own = _without_past(before, await _today(tx, person))
            return await self._keep(tx, caller, person, own, "settings.undone")

    @asynccontextmanager
    async def _changing(self, caller: Caller, asked: str, whose: str | None = None) -> AsyncIterator[tuple[Tx, Person]]:
        async with (
            noting_refusal(self._database, caller, asked, whose or "self"),
            self._database.transaction(urgent=True) as tx,
        ):
            person = await known_person(tx, caller)
            if whose is not None and whose != person.id:
                raise Refused("These are someone else's settings, which only they can change. Yours are as they were.")
            kept = await tx.settings.of(person.id, lock=True)
            yield tx, replace(person, settings=_without_past(kept.settings, await _today(tx, person)))

    async def _keep(self, tx: Tx, caller: Caller, person: Person, own: PersonalSettings, action: str) -> Mine:
        """Store and record it, unless nothing differs."""
        check_settings(own, today=await _today(tx, person))
        if differing := changed(person.settings, own):
            now = await tx.proposals.now()
            await tx.settings.keep(person.id, own, before=person.settings, at=now)
            await note(tx, caller, action, person.id, actor=person, at=now, **differing)
            log.info(action, person_id=person.id, settings=sorted(differing))
        return await self._mine(tx, replace(person, settings=own))

    async def _mine(self, tx: Tx, person: Person) -> Mine:
        today = await _today(tx, person)
        at, days = brief_time_of(person, self._defaults.brief_time), working_days_of(person)
        return Mine(
            person=person,
            in_force=in_force(person, self._defaults),
            defaults=self._defaults,
            before=(await tx.settings.of(person.id)).before,
            today=today,
            skipped=skipped_on(person.timezone, at, today=today, days=days),
            mail_is_off=Feature.MAIL in await tx.features.off(),
        )


def _without_past(settings: PersonalSettings, today: date) -> PersonalSettings:
    """The settings without a pause that is over."""
    pause = settings.pause
    return replace(settings, pause=None) if pause and not pause.covers(today) else settings


async def _today(tx: Tx, person: Person) -> date:
    return local_day(person, await tx.proposals.now())
