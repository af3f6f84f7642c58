"""Received Slack requests: none is handled twice, and none that was acknowledged is lost."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, delete, or_, select, update

from store.domain.running.fair_use import Errand
from store.repositories.base import Repository
from store.tables.core import InboxRow, table_of

inbox = table_of(InboxRow)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredRequest:
    """A request as received (`body` is JSON), and how often handling it has begun."""

    key: str
    body: str
    at: datetime
    attempts: int


class Inbox(Repository):
    async def first_time(
        self,
        key: str,
        at: datetime,
        *,
        body: str | None = None,
        person: str | None = None,
        errand: Errand | None = None,
    ) -> bool:
        """Record the request; return False if its key is already known.

        One with a `body` counts as taken by the caller and must be `done` in the end; one without is only recognised again.
        An `errand` of a `person` counts as running until it is done.
        """
        taken = {"attempts": 1, "taken_at": at} if body is not None else {"done_at": at}
        row = {"key": key, "at": at, "body": body, "person": person, "errand": errand, **taken}
        return await self._insert_once(inbox, row)

    async def first_times(self, keys: Collection[str], at: datetime, *, person: str, errand: Errand) -> int:
        """Record errands that are not to be handled. Returns how many of the keys are new."""
        rows = [{"key": key, "at": at, "person": person, "errand": errand, "done_at": at} for key in sorted(keys)]
        statement = self._insert(inbox).on_conflict_do_nothing().returning(inbox.c.key)
        return len((await self._connection.execute(statement, rows)).all())

    async def begin(self, key: str, at: datetime, body: str) -> None:
        """Take a request that was only recorded: it must be `done` in the end."""
        await self._connection.execute(
            update(inbox).where(inbox.c.key == key).values(body=body, attempts=1, taken_at=at, done_at=None)
        )

    async def done(self, key: str, at: datetime) -> None:
        """Mark it as handled: no one takes it again, and its content is deleted."""
        await self._connection.execute(update(inbox).where(inbox.c.key == key).values(done_at=at, body=None))

    async def left_over(self, *, taken_before: datetime, limit: int = 50) -> list[StoredRequest]:
        """Return requests begun before this moment and not finished: presses before errands, the oldest first."""
        rows = await self._connection.execute(
            select(inbox)
            .where(
                inbox.c.done_at.is_(None),
                inbox.c.body.is_not(None),
                or_(inbox.c.taken_at.is_(None), inbox.c.taken_at < taken_before),
            )
            .order_by(case((inbox.c.errand.is_(None), 0), else_=1), inbox.c.at)
            .limit(limit)
        )
        return [StoredRequest(key=row.key, body=row.body, at=row.at, attempts=row.attempts) for row in rows]

    async def take(self, kept: StoredRequest, at: datetime) -> bool:
        """Begin it again; of several callers one succeeds."""
        taken = await self._connection.execute(
            update(inbox)
            .where(inbox.c.key == kept.key, inbox.c.done_at.is_(None), inbox.c.attempts == kept.attempts)
            .values(attempts=kept.attempts + 1, taken_at=at)
        )
        return taken.rowcount == 1

    async def purge(self, before: datetime) -> int:
        """Delete the keys of requests finished before this moment; return how many."""
        return (await self._connection.execute(delete(inbox).where(inbox.c.done_at < before))).rowcount
