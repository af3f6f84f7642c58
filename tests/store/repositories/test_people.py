"""The people we know, and who of them an address or a manager stands for."""

from __future__ import annotations

from dataclasses import replace

import pytest

from store.database import Database
from store.domain.crm.accounts import Person
from tests.store.makers import ANNA, BEN, MIA


async def known(database: Database, *people: Person) -> None:
    async with database.transaction() as tx:
        await tx.people.replace(people)


async def test_replacing_forgets_whoever_is_not_named(database: Database) -> None:
    await known(database, ANNA, BEN)
    await known(database, MIA, replace(ANNA, name="Anna Berg-Lund"))
    async with database.reading() as tx:
        assert [person.name for person in await tx.people.all()] == ["Anna Berg-Lund", "Mia Lindt"]
        assert await tx.people.get(BEN.id) is None
        assert await tx.people.get(MIA.id) == MIA


@pytest.mark.parametrize("email", ["anna@example.com", "ANNA@EXAMPLE.COM", " Anna@Example.com "])
async def test_an_address_is_found_whatever_its_case(database: Database, email: str) -> None:
    await known(database, ANNA, BEN)
    async with database.reading() as tx:
        assert await tx.people.by_email(email) == ANNA


async def test_an_inactive_person_is_not_found_by_address(database: Database) -> None:
    await known(database, replace(ANNA, active=False))
    async with database.reading() as tx:
        assert await tx.people.by_email(ANNA.email) is None


async def test_an_address_of_two_active_people_stands_for_nobody(database: Database) -> None:
    await known(database, ANNA, replace(BEN, email="anna@example.com"))
    async with database.reading() as tx:
        assert await tx.people.by_email(ANNA.email) is None


async def test_an_address_of_an_active_and_an_inactive_person_stands_for_the_active_one(database: Database) -> None:
    await known(database, ANNA, replace(BEN, email=ANNA.email, active=False))
    async with database.reading() as tx:
        assert await tx.people.by_email(ANNA.email) == ANNA
