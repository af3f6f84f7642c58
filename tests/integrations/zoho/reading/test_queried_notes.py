"""Where Zoho lets notes be queried they are read by the thousand, and are the same as in its lists."""

from __future__ import annotations

from store.domain.crm.accounts import Entity, Stream
from tests.integrations.zoho import company as known
from tests.integrations.zoho.bench import Bench, bench
from tests.integrations.zoho.company import company


async def notes(crm: Bench) -> dict[str, Entity]:
    return {note.id: note async for page, _ in crm.client.changed(Stream.NOTES, since=None) for note in page}


async def test_queried_notes_are_those_of_the_lists() -> None:
    async with bench(company()) as crm:
        listed = await notes(crm)
        assert crm.sent("/Notes")
    async with bench(company(), coql_notes=True) as crm:
        assert await notes(crm) == listed
        assert not crm.sent("/Notes")


async def test_a_zoho_that_refuses_to_query_notes_is_asked_once() -> None:
    async with bench(company([*known.accounts(1), *known.notes(3)])) as crm:
        await notes(crm)
        await notes(crm)
        assert len(crm.sent("/coql")) == 1
