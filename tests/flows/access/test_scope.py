"""Whose accounts people see, by the people and absences that are stored."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest

from agents.flows.access.scope import owners_seen_by, reports_of
from store.database import Database
from store.domain.crm.accounts import Person, Role
from store.domain.gate.absences import Absence
from tests.store.makers import NOW

TOP = Person(id="top", name="Top", email="top@example.com", role=Role.MANAGER)
MAX = Person(id="max", name="Max", email="max@example.com", role=Role.MANAGER, manager_id="top", active=False)
ANNA = Person(id="anna", name="Anna", email="anna@example.com", manager_id="max")
BOB = Person(id="bob", name="Bob", email="bob@example.com")


@pytest.fixture
async def timed(database_url: str) -> AsyncIterator[Database]:
    database = Database(database_url, clock=lambda: NOW)
    async with database.transaction() as tx:
        await tx.people.replace([TOP, MAX, ANNA, BOB])
    yield database
    await database.close()


async def seen(database: Database, person: Person) -> tuple[str, ...]:
    async with database.reading() as tx:
        return await owners_seen_by(tx, person)


async def test_people_see_their_own_accounts_and_those_of_whoever_reports_to_them(timed: Database) -> None:
    assert await seen(timed, ANNA) == ("anna",)
    assert await seen(timed, TOP) == ("top", "anna", "max"), "past a manager who left, who is a report too"
    async with timed.reading() as tx:
        assert set(await reports_of(tx, TOP)) == {"anna", "max"}


async def test_a_reporting_line_without_the_role_shows_nothing_of_others(timed: Database) -> None:
    assert await seen(timed, replace(TOP, role=Role.OWNER)) == ("top",)


@pytest.mark.parametrize(("begins", "expected"), [(-1, ("bob", "anna")), (1, ("bob",)), (-9, ("bob",))])
async def test_a_delegate_sees_them_while_the_absence_lasts(
    timed: Database, begins: int, expected: tuple[str, ...]
) -> None:
    starts = NOW + timedelta(hours=begins)
    absence = Absence(
        person_id="anna", starts=starts, ends=starts + timedelta(hours=8), delegate_id="bob", set_by="anna", set_at=NOW
    )
    async with timed.transaction() as tx:
        await tx.absences.set(absence)
    assert await seen(timed, BOB) == expected
