"""Copies of briefs by e-mail: one per brief, each attempt by one process."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import fields
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, delete, func, select, update

from store.domain.running.mails import LEASE, MailCopy, MailState, Trouble
from store.repositories.base import Repository
from store.tables.core import table_of
from store.tables.mail import MailCopyRow

copies = table_of(MailCopyRow)

_OPEN = (MailState.WAITING, MailState.HANDING, MailState.UNCERTAIN)


class Mails(Repository):
    async def ask(self, brief_id: str, person_id: str, now: datetime) -> bool:
        """Note that the reader gets a copy of this brief; return False if that was noted before."""
        copy = MailCopy(brief_id=brief_id, person_id=person_id, made_at=now, due_at=now)
        return await self._insert_once(copies, {each.name: getattr(copy, each.name) for each in fields(MailCopy)})

    async def of(self, brief_id: str) -> MailCopy | None:
        found = await self._connection.execute(select(copies).where(copies.c.brief_id == brief_id))
        row = found.mappings().one_or_none()
        return _copy(row) if row is not None else None

    async def due(self, now: datetime, *, limit: int = 50) -> list[MailCopy]:
        """Return the copies whose next attempt is due, the longest due first."""
        rows = await self._connection.execute(
            select(copies)
            .where(copies.c.state == MailState.WAITING, copies.c.due_at <= now)
            .order_by(copies.c.due_at, copies.c.brief_id)
            .limit(limit)
        )
        return [_copy(row) for row in rows.mappings()]

    async def begin(self, copy: MailCopy, now: datetime) -> MailCopy | None:
        """Begin an attempt; of several callers one succeeds. None if another did."""
        same = (copies.c.state == MailState.WAITING, copies.c.tries == copy.tries, copies.c.due_at == copy.due_at)
        return await self._moved(copy, *same, tries=copy.tries + 1, due_at=now + LEASE)

    async def hand_over(self, begun: MailCopy) -> bool:
        """Note that the mail server gets the text now; False if the attempt took so long that another one began."""
        same = (copies.c.state == MailState.WAITING, copies.c.tries == begun.tries)
        return await self._moved(begun, *same, state=MailState.HANDING) is not None

    async def end(self, begun: MailCopy, state: MailState, *, trouble: Trouble | None = None, code: str = "") -> bool:
        """Note the end of an attempt that will not be repeated; False if it had ended before."""
        ended = {"state": state, "trouble": trouble, "code": code}
        same = (copies.c.state.in_(_OPEN), copies.c.tries == begun.tries)
        return await self._moved(begun, *same, **ended) is not None

    async def put_off(self, begun: MailCopy, due_at: datetime, *, trouble: Trouble, code: str = "") -> None:
        """Note that the text was certainly not taken, and when to try again."""
        again = {"state": MailState.WAITING, "due_at": due_at, "trouble": trouble, "code": code}
        await self._moved(begun, copies.c.state.in_(_OPEN), copies.c.tries == begun.tries, **again)

    async def left(self, now: datetime) -> int:
        """Count the copies that a process was handing over when it died."""
        stuck = select(func.count()).where(copies.c.state == MailState.HANDING, copies.c.due_at <= now)
        return (await self._connection.execute(stuck)).scalar_one()

    async def give_up(self, now: datetime) -> int:
        """Note as uncertain those that `left` counts; return how many."""
        gone = await self._connection.execute(
            update(copies)
            .where(copies.c.state == MailState.HANDING, copies.c.due_at <= now)
            .values(state=MailState.UNCERTAIN, trouble=Trouble.CUT_OFF)
        )
        return gone.rowcount

    async def waiting(self) -> Counter[Trouble]:
        """Count the copies that wait for another attempt, by the trouble of the last one."""
        rows = await self._connection.execute(
            select(copies.c.trouble, func.count())
            .where(copies.c.state == MailState.WAITING, copies.c.trouble.is_not(None))
            .group_by(copies.c.trouble)
        )
        return Counter({Trouble(trouble): count for trouble, count in rows})

    async def ended(self, states: Collection[MailState], *, since: datetime) -> list[MailCopy]:
        """Return the copies asked for since then that ended so, in the order of asking."""
        rows = await self._connection.execute(
            select(copies).where(copies.c.state.in_(states), copies.c.made_at >= since).order_by(copies.c.made_at)
        )
        return [_copy(row) for row in rows.mappings()]

    async def purge(self, before: datetime) -> int:
        """Delete the copies that ended and were asked for before this moment; return how many."""
        old = delete(copies).where(
            copies.c.made_at < before, copies.c.state.not_in((MailState.WAITING, MailState.HANDING))
        )
        return (await self._connection.execute(old)).rowcount

    async def _moved(self, copy: MailCopy, *conditions: Any, **values: Any) -> MailCopy | None:
        moved = await self._connection.execute(
            update(copies).where(copies.c.brief_id == copy.brief_id, *conditions).values(**values).returning(copies)
        )
        row = moved.mappings().one_or_none()
        return _copy(row) if row is not None else None


def _copy(row: RowMapping) -> MailCopy:
    columns = {each.name: row[each.name] for each in fields(MailCopy)}
    trouble = row["trouble"]
    return MailCopy(**columns | {"state": MailState(row["state"]), "trouble": Trouble(trouble) if trouble else None})
