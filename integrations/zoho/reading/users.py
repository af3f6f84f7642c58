"""Read Zoho's users: all of them, and the one we are signed in as."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Any

from integrations.zoho.reading.paging import ListEnds, Rows, list_pages, some_rows_of
from integrations.zoho.transport import ReadTransport

_BY_TYPE = ("ActiveUsers", "DeactiveUsers", "AdminUsers")


async def all_users(transport: ReadTransport) -> Rows:
    """Return all users; of more than 2,000, which Zoho lists without page tokens, those of each type. Raises: CrmError."""
    try:
        return [row async for page in _pages(transport, "AllUsers") for row in page]
    except ListEnds:
        found: dict[str, dict[str, Any]] = {}
        for kind in _BY_TYPE:
            with suppress(ListEnds):  # records of the users beyond count as without a known owner
                async for page in _pages(transport, kind):
                    found.update((str(row.get("id")), row) for row in page)
        return list(found.values())


async def signed_in_as(transport: ReadTransport) -> str:
    """Return the id of the user we are signed in as. Raises: CrmError."""
    answer = await transport.get("/users", params={"type": "CurrentUser"})
    return str(some_rows_of(answer, "users")[0]["id"])


def _pages(transport: ReadTransport, kind: str) -> AsyncIterator[Rows]:
    return list_pages(transport, "/users", params={"type": kind}, key="users")
