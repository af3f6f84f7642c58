"""All processes' spending on the CRM: a row per ten minutes, and the CRM's own figure for the rest."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import case, delete, func, select, update

from store.domain.running.limits import DAY, TOLD_HOLDS, Spent
from store.repositories.base import Repository
from store.tables.core import table_of
from store.tables.limits import PaceRow, UsageRow

usage = table_of(UsageRow)
pace = table_of(PaceRow)

SLOT = timedelta(minutes=10)


class ApiUsage(Repository):
    async def add(self, key: str, *, calls: int, credits: int, remaining: int | None = None) -> None:
        """Count calls and their cost. `remaining` is the CRM's own figure for the rest, if it gave one."""
        now = await self._moment(self._now)
        counted = self._insert(usage).values(key=key, slot=_start(now, SLOT), calls=calls, credits=credits)
        await self._connection.execute(
            counted.on_conflict_do_update(
                index_elements=["key", "slot"],
                set_={"calls": usage.c.calls + calls, "credits": usage.c.credits + credits},
            )
        )
        await self._connection.execute(delete(usage).where(usage.c.key == key, usage.c.slot <= now - DAY - SLOT))
        await self._note(key, now, calls=calls, credits=credits, remaining=remaining)

    async def spent(self, key: str) -> Spent:
        """Return the last 24 hours' spending, to within ten minutes."""
        now = await self._moment(self._now)
        calls, credits = (
            await self._connection.execute(
                select(func.coalesce(func.sum(usage.c.calls), 0), func.coalesce(func.sum(usage.c.credits), 0)).where(
                    usage.c.key == key, usage.c.slot > now - DAY
                )
            )
        ).one()
        row = (await self._connection.execute(select(pace).where(pace.c.key == key))).mappings().one_or_none()
        told = row is not None and row["remaining_at"] is not None and row["remaining_at"] > now - TOLD_HOLDS
        minute = row["minute_calls"] if row is not None and row["minute"] == _start(now, timedelta(minutes=1)) else 0
        return Spent(
            calls=int(calls),
            credits=int(credits),
            this_minute=minute,
            remaining=row["remaining"] if row is not None and told else None,
        )

    async def _note(self, key: str, now: datetime, *, calls: int, credits: int, remaining: int | None) -> None:
        await self._insert_once(pace, {"key": key, "strikes": 0, "minute_calls": 0})
        minute = _start(now, timedelta(minutes=1))
        told: dict[str, object] = (
            {"remaining": pace.c.remaining - credits}
            if remaining is None
            else {"remaining": remaining, "remaining_at": now}
        )
        running = case((pace.c.minute == minute, pace.c.minute_calls + calls), else_=calls)
        await self._connection.execute(
            update(pace).where(pace.c.key == key).values(minute=minute, minute_calls=running, **told)
        )


def _start(moment: datetime, length: timedelta) -> datetime:
    seconds = length.total_seconds()
    return datetime.fromtimestamp(moment.timestamp() // seconds * seconds, moment.tzinfo)
