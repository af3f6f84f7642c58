"""The shared sign-in to the CRM: one row each, moved by compare-and-set, so that of several processes one asks for a token.

Leases run by the database's real clock, everything else by the clock that may be simulated.
"""

from __future__ import annotations

import json
from datetime import datetime, timedelta

from sqlalchemy import RowMapping, or_, select, update

from store.domain.running.limits import ASK_WINDOW, Claim, SignIn
from store.repositories.base import Repository
from store.tables.core import table_of
from store.tables.limits import SignInRow

sign_ins = table_of(SignInRow)


class SignIns(Repository):
    async def get(self, key: str) -> SignIn:
        """Return the sign-in; an empty one if there is none yet."""
        row = await self._row(key)
        return _standing(row, await self._moment(self._now)) if row is not None else SignIn()

    async def claim(self, key: str, *, holder: str, seen: str | None, lease: timedelta, at_most: int) -> Claim:
        """Claim the right to ask, for the duration of the lease: only while the token is still the one that was `seen`, no
        one else holds a lease, and fewer than `at_most` were asked for in ten minutes. A claim counts as a request."""
        await self._insert_once(sign_ins, {"key": key, "asked": "[]"})
        row = await self._row(key, locked=True)
        assert row is not None
        now, wall = await self._moment(self._now), await self._moment(self._wall)
        if row["sealed"] != seen or _standing(row, now).refused_for > timedelta():
            return Claim.MOVED
        if row["leased_until"] is not None and row["leased_until"] > wall:
            return Claim.BUSY
        asked = _recent(row["asked"], now)
        if len(asked) >= at_most:
            return Claim.SPENT
        free = or_(sign_ins.c.leased_until.is_(None), sign_ins.c.leased_until <= wall)
        taken = await self._connection.execute(
            update(sign_ins)
            .where(sign_ins.c.key == key, free)
            .values(leased_by=holder, leased_until=wall + lease, asked=json.dumps([*asked, now.timestamp()]))
        )
        return Claim.OURS if taken.rowcount == 1 else Claim.BUSY

    async def keep(self, key: str, *, holder: str, sealed: str, lifetime: timedelta) -> bool:
        """Share a new token and end the lease; return False if someone else took the lease over meanwhile."""
        expires_at = await self._moment(self._now) + lifetime
        return await self._end(key, holder, sealed=sealed, expires_at=expires_at, refusal=None, refused_until=None)

    async def refuse(self, key: str, *, holder: str, refusal: str, pause: timedelta) -> bool:
        """Share a refusal, so that no one asks for this long; otherwise as `keep`."""
        return await self._end(key, holder, refusal=refusal, refused_until=await self._moment(self._now) + pause)

    async def release(self, key: str, *, holder: str, counted: bool = True) -> bool:
        """End the lease without a result; not `counted` if no request was made."""
        row = await self._row(key, locked=True)
        if counted or row is None:
            return await self._end(key, holder)
        return await self._end(key, holder, asked=json.dumps(json.loads(row["asked"])[:-1]))

    async def _end(self, key: str, holder: str, **values: object) -> bool:
        ended = await self._connection.execute(
            update(sign_ins)
            .where(sign_ins.c.key == key, sign_ins.c.leased_by == holder)
            .values(leased_by=None, leased_until=None, **values)
        )
        return ended.rowcount == 1

    async def _row(self, key: str, *, locked: bool = False) -> RowMapping | None:
        statement = select(sign_ins).where(sign_ins.c.key == key)
        found = await self._connection.execute(statement.with_for_update() if locked else statement)
        return found.mappings().one_or_none()


def _standing(row: RowMapping, now: datetime) -> SignIn:
    until, refused = row["expires_at"], row["refused_until"]
    return SignIn(
        sealed=row["sealed"],
        left=until - now if until is not None else timedelta(),
        expires_at=until,
        refusal=row["refusal"],
        refused_for=refused - now if refused is not None else timedelta(),
        asked=len(_recent(row["asked"], now)),
    )


def _recent(asked: str, now: datetime) -> list[float]:
    oldest = (now - ASK_WINDOW).timestamp()
    return [moment for moment in json.loads(asked) if moment > oldest]
