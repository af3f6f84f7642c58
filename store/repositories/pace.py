"""The pace at which all processes together call the CRM: turns of a minute, places of calls under way, and pauses.

Always by the database's real clock: what a simulated one says does not slow the CRM down.
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
class Ceilings:
    """`turns` is how many calls may start in any minute (None: no such ceiling), `places` how many may run at once, and
    `hold` how long a place is held at most: who dies holding one keeps it no longer."""

    turns: int | None
    places: int
    hold: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """`call` is the id of the place that was given; where it is None, `wait` says how long there is none, and `paused`
    whether that is the CRM's wish."""

    call: str | None = None
    wait: timedelta = timedelta()
    paused: bool = False


class Pace(Repository):
    async def take(self, key: str, ceilings: Ceilings, *, retry: timedelta) -> Taken:
        """Start a call, or learn for how long not to; `retry` where that depends on when another call ends. While the CRM
        has not answered well since it last asked for a pause, one call at a time is let through."""
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
        """The call has ended; it still counts as one of its minute."""
        now = await self._moment(self._wall)
        await self._connection.execute(update(calls).where(calls.c.id == call).values(held_until=now))

    async def pause(self, key: str, backoff: Backoff, *, asked: timedelta | None) -> timedelta:
        """The CRM asks to slow down: all wait for as long as it `asked`, else by `backoff`. What was
        under way when a pause began does not make it longer. Returns how long it is from now."""
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
        """The CRM answered otherwise after a pause: all may go on."""
        now = await self._moment(self._wall)
        over = case((pace.c.paused_until <= now, 0), else_=pace.c.strikes)
        await self._connection.execute(update(pace).where(pace.c.key == key).values(strikes=over))

    async def paused_for(self, key: str) -> timedelta:
        """How long all still wait; zero or less where they do not."""
        found = await self._connection.execute(select(pace.c.paused_until).where(pace.c.key == key))
        until: datetime | None = found.scalar_one_or_none()
        return until - await self._moment(self._wall) if until is not None else timedelta()

    async def _count(self, key: str, *conditions: object) -> int:
        statement = select(func.count()).select_from(calls).where(calls.c.key == key, *conditions)  # type: ignore[arg-type]
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
