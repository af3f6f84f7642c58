"""The people in the CRM: owners, managers, and their permission to sign in. Each comes with their own settings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, Select, delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from store.codec import decode_person, decode_settings, encode_person
from store.domain.access.addresses import email_key, is_same_address
from store.domain.crm.accounts import Person
from store.domain.crm.personal_settings import NOTHING_SET, PersonalSettings
from store.repositories.base import Repository
from store.repositories.sealed import perhaps
from store.tables.core import PersonRow, table_of
from store.tables.people import PersonalSettingRow

people, personal = table_of(PersonRow), table_of(PersonalSettingRow)


class People(Repository):
    def __init__(self, connection: AsyncConnection, usual: PersonalSettings = NOTHING_SET) -> None:
        """`usual` are the installation's settings for people who set none of their own."""
        super().__init__(connection)
        self._usual = usual

    async def replace(self, persons: Sequence[Person]) -> None:
        """Replace all known people by these; their own settings stay."""
        await self._connection.execute(delete(people))
        await self._upsert(people, [_row(person) for person in persons])

    async def all(self) -> list[Person]:
        """Return everyone, active or not, by name."""
        rows = await self._connection.execute(_with_settings())
        return sorted((self._person(*row) for row in rows), key=lambda person: (person.name, person.id))

    async def names(self) -> dict[str, str]:
        """Return everyone's name by id, active or not."""
        return {row.id: row.name for row in await self._connection.execute(select(people.c.id, people.c.name))}

    async def get(self, person_id: str) -> Person | None:
        found = (await self._connection.execute(_with_settings().where(people.c.id == person_id))).one_or_none()
        return self._person(*found) if found is not None else None

    async def by_email(self, email: str) -> Person | None:
        """Return the active person with this address; None if no one, or more than one person, has it."""
        same = perhaps(people.c.email_key, lambda key: key == email_key(email))
        rows = await self._connection.execute(_with_settings(people.c.email_key).where(same, people.c.active))
        found = [row for key, *row in rows if key == email_key(email)]
        person = self._person(*found[0]) if len(found) == 1 else None
        return person if person is not None and is_same_address(person.email, email) else None

    def _person(self, body: str, settings: str | None) -> Person:
        own = decode_settings(settings) if settings is not None else NOTHING_SET
        return replace(decode_person(body), settings=own, usual=self._usual)


def _with_settings(*columns: ColumnElement[Any]) -> Select[Any]:
    return select(*columns, people.c.body, personal.c.body).join_from(
        people, personal, personal.c.person_id == people.c.id, isouter=True
    )


def _row(person: Person) -> dict[str, object]:
    return {
        "id": person.id,
        "name": person.name,
        "email_key": email_key(person.email),
        "active": person.active,
        "manager_id": person.manager_id,
        "body": encode_person(person),
    }
