"""The calls that all processes lately made to Slack, and the pauses that Slack asked for.

Always by the database's real clock: Slack knows no simulated one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

from sqlalchemy import delete, func, select, update

from store.repositories.base import Repository
from store.tables.core import table_of
from store.tables.slack import SlackCallRow, SlackPaceRow

calls, pace = table_of(SlackCallRow), table_of(SlackPaceRow)


@dataclass(frozen=True, slots=True)
class Ceiling:
    """At most so many calls under this key within any such stretch; 0: any number."""

    key: str
    calls: int
    within: timedelta


@dataclass(frozen=True, slots=True)
class Wait:
    """Seconds until it is worth asking again, and the key of the ceiling that was reached."""

    key: str
    seconds: float


class SlackCalls(Repository):
    async def take(self, ceilings: Sequence[Ceiling], *, count: int = 1) -> Wait | list[dict[str, str]]:
        """Enter so many calls under each key, or under none if a ceiling is reached or Slack asked for a pause. Return the rows of
        each call, by key."""
        for ceiling in ceilings:
            await self._insert_once(pace, {"key": ceiling.key})
            held = select(pace.c.paused_until).where(pace.c.key == ceiling.key).with_for_update()
            paused = (await self._connection.execute(held)).scalar_one()
            now = await self._moment(self._wall)
            free_at = await self._free_at(ceiling, count, now)
            until = max((each for each in (paused, free_at) if each is not None), default=now)
            if until > now:
                return Wait(ceiling.key, (until - now).total_seconds())
        now = await self._moment(self._wall)
        made = [{each.key: uuid4().hex for each in ceilings if each.calls} for _ in range(count)]
        rows = [{"id": row, "key": key, "at": now} for call in made for key, row in call.items()]
        if rows:
            await self._connection.execute(self._insert(calls), rows)
        return made

    async def arrived_late(self, rows: Sequence[str]) -> None:
        """Move these calls to the present: they may have reached Slack only now."""
        now = await self._moment(self._wall)
        await self._connection.execute(update(calls).where(calls.c.id.in_(rows)).values(at=now))

    async def give_back(self, rows: Sequence[str]) -> None:
        """Delete these calls: they were never made."""
        await self._connection.execute(delete(calls).where(calls.c.id.in_(rows)))

    async def purge(self) -> None:
        """Delete calls that no ceiling counts any more; `take` deletes only those under the keys that it looks at."""
        before = await self._moment(self._wall) - timedelta(hours=1)
        await self._connection.execute(delete(calls).where(calls.c.at < before))

    async def pause(self, key: str, length: timedelta) -> None:
        """Let no call go out under this key for so long, unless a longer pause is on."""
        await self._insert_once(pace, {"key": key})
        until = await self._moment(self._wall) + length
        shorter = pace.c.paused_until.is_(None) | (pace.c.paused_until < until)
        await self._connection.execute(update(pace).where(pace.c.key == key, shorter).values(paused_until=until))

    async def _free_at(self, ceiling: Ceiling, count: int, now: datetime) -> datetime | None:
        """Return when enough earlier calls will be outside the stretch; None if they are."""
        if not ceiling.calls:
            return None
        mine = calls.c.key == ceiling.key
        await self._connection.execute(delete(calls).where(mine, calls.c.at <= now - ceiling.within))
        made = (await self._connection.execute(select(func.count()).select_from(calls).where(mine))).scalar_one()
        over = made + count - ceiling.calls
        if over <= 0:
            return None
        blocking = select(calls.c.at).where(mine).order_by(calls.c.at).offset(min(over, made) - 1).limit(1)
        at: datetime = (await self._connection.execute(blocking)).scalar_one()
        return at + ceiling.within
