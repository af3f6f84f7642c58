"""Slack requests that were taken in: a repeated one is recognised by its key."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete

from store.repositories.base import Repository
from store.tables import InboxRow, table_of

inbox = table_of(InboxRow)


class Inbox(Repository):
    async def first_time(self, key: str, at: datetime) -> bool:
        """Remember the key; False where it was known already."""
        return await self._insert_once(inbox, {"key": key, "at": at})

    async def purge(self, before: datetime) -> int:
        """Forget the keys of before this moment; returns how many."""
        return (await self._connection.execute(delete(inbox).where(inbox.c.at < before))).rowcount
