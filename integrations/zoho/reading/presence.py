"""Which records Zoho has now, by id alone, since no list of changes says it.

A record that returns (restored, shared with us again) keeps its old Modified_Time, and Zoho lists at most 2,000 deleted ones.
"""

from __future__ import annotations

from integrations.zoho.reading.catalogue import Catalogue
from integrations.zoho.reading.paging import FIRST, NOT_QUERIED, count_rows, list_pages, query_pages
from integrations.zoho.reading.queries import after_id, up_to_id
from integrations.zoho.transport import ReadTransport
from integrations.zoho.wire import ids_of
from store.domain.errors import CrmRefused


class Presence:
    def __init__(self, transport: ReadTransport, catalogue: Catalogue) -> None:
        self._transport = transport
        self._catalogue = catalogue
        self._notes_by_query = True

    async def count(self, module: str, *, after: str, upto: str) -> int | None:
        """Count the module's records in this range of ids; None for notes that may not be queried. Raises: CrmError."""
        if module == "Notes" and not self._notes_by_query:
            return None
        conditions = (after_id(after or FIRST), *([up_to_id(upto)] if upto else []))
        try:
            return await count_rows(self._transport, module, *conditions)
        except CrmRefused as exc:
            await self._excuse(module, exc)
            return None

    async def ids(self, module: str, *, after: str, upto: str) -> set[str]:
        """Return the ids in this range; of notes that may not be queried, from a list of all. Raises: CrmError."""
        if module != "Notes" or self._notes_by_query:
            try:
                return await self._queried(module, after=after, upto=upto)
            except CrmRefused as exc:
                await self._excuse(module, exc)
        pages = list_pages(self._transport, f"/{module}", params={"fields": "id"})
        found = [each async for rows in pages for each in ids_of(rows)]
        return {each for each in found if int(after or FIRST) < int(each) <= int(upto or each)}

    async def _queried(self, module: str, *, after: str, upto: str) -> set[str]:
        conditions = [up_to_id(upto)] if upto else []
        pages = query_pages(self._transport, module, ("id",), *conditions, after=after or FIRST)
        return {each async for rows in pages for each in ids_of(rows)}

    async def _excuse(self, module: str, refusal: CrmRefused) -> None:
        """Return if these are notes, whose queries not every organisation allows. Raises: CrmMissing, the refusal, CrmError."""
        if module == "Notes" and refusal.code in NOT_QUERIED and await self._catalogue.is_on(module):
            self._notes_by_query = False
            return
        await self._catalogue.look_again(module, refusal)
        raise refusal
