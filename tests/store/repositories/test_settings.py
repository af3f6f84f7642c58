"""Personal settings in their table: they come with the person, and outlive the CRM's next reading."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time

from store.database import Database
from store.domain.crm.personal_settings import NOTHING_SET, Pause, PersonalSettings
from store.repositories.settings import KeptSettings
from tests.store.makers import ANNA, NOW

BOB = replace(ANNA, id="u-bob", name="Bob Chan", email="bob@example.com")

OWN = PersonalSettings(
    brief_time=time(7, 15),
    quiet=(time(19), time(7)),
    working_days=frozenset({0, 6}),
    country="",
    asks=3,
    signals_off=frozenset({"task_overdue"}),
    by_mail=False,
    pause=Pause(until=date(2026, 4, 1)),
)


async def test_settings_come_with_the_person_and_outlive_the_next_reading_of_the_crm(database: Database) -> None:
    async with database.transaction() as tx:
        await tx.people.replace([ANNA, BOB])
        assert await tx.settings.of(ANNA.id) == KeptSettings()
        await tx.settings.keep(ANNA.id, OWN, before=NOTHING_SET, at=NOW)
        await tx.people.replace([ANNA, BOB])
    async with database.reading() as tx:
        found = {person.id: person.settings for person in await tx.people.all()}
        assert found == {ANNA.id: OWN, BOB.id: NOTHING_SET}
        (anna, by_email) = await tx.people.get(ANNA.id), await tx.people.by_email(ANNA.email)
        assert anna is not None
        assert (anna.settings, by_email) == (OWN, anna)
        assert await tx.settings.of(ANNA.id, lock=False) == KeptSettings(settings=OWN, before=NOTHING_SET)


async def test_a_person_kept_with_settings_leaves_them_out_of_what_the_crm_says(database: Database) -> None:
    async with database.transaction() as tx:
        await tx.people.replace([ANNA])
        await tx.settings.keep(ANNA.id, OWN, before=NOTHING_SET, at=NOW)
        with_settings = await tx.people.all()
        await tx.people.replace(with_settings)
        await tx.settings.keep(ANNA.id, NOTHING_SET, before=OWN, at=NOW)
    async with database.reading() as tx:
        assert await tx.people.all() == [ANNA]
