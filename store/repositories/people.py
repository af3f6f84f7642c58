"""The people in the CRM: owners, managers, and their permission to sign in."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import delete, select

from store.codec import decode_person, encode_person
from store.domain.access.addresses import email_key, is_same_address
from store.domain.crm.accounts import Person
from store.repositories.base import Repository
from store.repositories.sealed import perhaps
from store.tables.core import PersonRow, table_of

people = table_of(PersonRow)


class People(Repository):
    async def replace(self, persons: Sequence[Person]) -> None:
        """Replace all known people by these."""
        await self._connection.execute(delete(people))
        await self._upsert(people, [_row(person) for person in persons])

    async def all(self) -> list[Person]:
        """Return everyone, active or not, by name."""
        rows = await self._connection.execute(select(people.c.body))
        return sorted((decode_person(body) for (body,) in rows), key=lambda person: (person.name, person.id))

    async def names(self) -> dict[str, str]:
        """Return everyone's name by id, active or not."""
        return {row.id: row.name for row in await self._connection.execute(select(people.c.id, people.c.name))}

    async def get(self, person_id: str) -> Person | None:
        found = await self._connection.execute(select(people.c.body).where(people.c.id == person_id))
        body = found.scalar_one_or_none()
        return decode_person(body) if body is not None else None

    async def by_email(self, email: str) -> Person | None:
        """Return the active person with this address; None if no one, or more than one person, has it."""
        same = perhaps(people.c.email_key, lambda key: key == email_key(email))
        rows = await self._connection.execute(select(people.c.email_key, people.c.body).where(same, people.c.active))
        bodies = [body for key, body in rows if key == email_key(email)]
        person = decode_person(bodies[0]) if len(bodies) == 1 else None
        return person if person is not None and is_same_address(person.email, email) else None


def _row(person: Person) -> dict[str, object]:
    return {
        "id": person.id,
        "name": person.name,
        "email_key": email_key(person.email),
        "active": person.active,
        "manager_id": person.manager_id,
        "body": encode_person(person),
    }
