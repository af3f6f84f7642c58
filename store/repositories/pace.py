"""The pace of all processes' calls to the CRM together: calls per minute, calls in progress, and pauses.

Always by the database's real clock: a simulated one must not slow the CRM down.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

from sqlalchemy import and_, case, delete, func, select, update

from store.repositories.base import Repository
from store.retry import Backoff
from store.tables.core import table_of
from store.tables.limits import CallRow, PaceRow

calls = table_of(CallRow)
pace = table_of(PaceRow)

MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class PaceCeilings:
    """`turns` limits the calls started in any minute (None: no limit), `places` the calls at once, and `hold` how long a
    call keeps its place: one whose process died loses it then."""

    turns: int | None
    places: int
    hold: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """`call` is the id of the granted place; if it is None, `wait` is the time to wait, and `paused` says whether the CRM
    asked for that."""

    call: str | None = None
    wait: timedelta = timedelta()
    paused: bool = False


class Pace(Repository):
    async def take(self, key: str, ceilings: PaceCeilings, *, retry: timedelta) -> Taken:
        """Start a call, or return how long to wait; `retry` applies if that depends on another call's end. After the CRM
        asked for a pause, one call at a time goes through until one succeeds."""
        await self._insert_once(pace, {"key": key, "strikes": 0, "minute_calls": 0})
        row = (await self._connection.execute(select(pace).where(pace.c.key == key).with_for_update())).mappings().one()
        now = await self._moment(self._wall)
        if row["paused_until"] is not None and row["paused_until"] > now:
            return Taken(wait=row["paused_until"] - now, paused=True)
        ended = and_(calls.c.at <= now - MINUTE, calls.c.held_until <= now)
        await self._connection.execute(delete(calls).where(calls.c.key == key, ended))
        under_way = await self._count(key, calls.c.held_until > now)
        if under_way >= (1 if row["strikes"] else ceilings.places):
            return Taken(wait=retry, paused=bool(row["strikes"]))
        if (wait := await self._until_turn(key, ceilings.turns, now)) > timedelta():
            return Taken(wait=wait)
        call = uuid4().hex
        await self._connection.execute(
            self._insert(calls).values(id=call, key=key, at=now, held_until=now + ceilings.hold)
        )
        return Taken(call=call)

    async def give_back(self, call: str) -> None:
        """End the call; it still counts towards its minute."""
        now = await self._moment(self._wall)
        await self._connection.execute(update(calls).where(calls.c.id == call).values(held_until=now))

    async def pause(self, key: str, backoff: Backoff, *, asked: timedelta | None) -> timedelta:
        """Pause all calls because the CRM asked to slow down: for as long as it `asked`, else by `backoff`. Calls already in
        progress when a pause began do not extend it. Return the remaining pause."""
        await self._insert_once(pace, {"key": key, "strikes": 0, "minute_calls": 0})
        row = (await self._connection.execute(select(pace).where(pace.c.key == key).with_for_update())).mappings().one()
        now = await self._moment(self._wall)
        until: datetime | None = row["paused_until"]
        if asked is None and until is not None and until > now:
            return until - now
        length = asked if asked is not None else timedelta(seconds=backoff.after(row["strikes"] + 1))
        await self._connection.execute(
            update(pace).where(pace.c.key == key).values(strikes=pace.c.strikes + 1, paused_until=now + length)
        )
        return length

    async def went_well(self, key: str) -> None:
        """End the pause's effects after a successful call."""
        now = await self._moment(self._wall)
        over = case((pace.c.paused_until <= now, 0), else_=pace.c.strikes)
        await self._connection.execute(update(pace).where(pace.c.key == key).values(strikes=over))

    async def paused_for(self, key: str) -> timedelta:
        """Return how long all calls still wait; zero or less if they do not."""
        found = await self._connection.execute(select(pace.c.paused_until).where(pace.c.key == key))
        until: datetime | None = found.scalar_one_or_none()
        return until - await self._moment(self._wall) if until is not None else timedelta()

    async def _count(self, key: str, *conditions: object) -> int:
        statement = select(func.count()).select_from(calls).where(calls.c.key == key, *conditions)  # type: ignore[arg-type]  # conditions are column expressions
        return (await self._connection.execute(statement)).scalar_one()

    async def _until_turn(self, key: str, turns: int | None, now: datetime) -> timedelta:
        if turns is None:
            return timedelta()
        nth = (
            select(calls.c.at)
            .where(calls.c.key == key, calls.c.at > now - MINUTE)
            .order_by(calls.c.at.desc())
            .offset(turns - 1)
            .limit(1)
        )
        blocking: datetime | None = (await self._connection.execute(nth)).scalar_one_or_none()
        return blocking + MINUTE - now if blocking is not None else timedelta()
