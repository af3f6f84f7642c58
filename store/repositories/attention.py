"""Attention ledgers: what each owner's briefs said about each account, by day."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import delete, func, select, update

from store.domain.attention.ledger import Entry, Ledger, Tally
from store.repositories.base import Repository
from store.repositories.sealed import perhaps
from store.tables.attention import AttentionRow
from store.tables.core import table_of

attention = table_of(AttentionRow)
_ENTRIES = TypeAdapter(tuple[Entry, ...])
_TALLY = TypeAdapter(Tally)
# A ledger this old says nothing about the present: its owner was away, or has left.
CURRENT = timedelta(days=14)
KEPT = timedelta(days=60)


class Attention(Repository):
    async def keep(self, ledger: Ledger) -> None:
        """Store a brief's ledger, in the transaction that stores the brief; drop those of the owner that are long past."""
        row = {
            "owner_id": ledger.owner_id,
            "local_date": ledger.local_date,
            "brief_id": ledger.brief_id,
            "entries": _ENTRIES.dump_json(ledger.entries).decode(),
            "tally": _TALLY.dump_json(ledger.tally).decode(),
        }
        await self._upsert(attention, [row])
        past = attention.c.local_date < ledger.local_date - KEPT
        await self._connection.execute(delete(attention).where(attention.c.owner_id == ledger.owner_id, past))

    async def before(self, owner_id: str, day: date) -> Ledger | None:
        """Return the ledger of the owner's last brief before that day."""
        return await self._latest(owner_id, before=day)

    async def last(self, owner_id: str) -> Ledger | None:
        """Return the ledger of the owner's last brief."""
        return await self._latest(owner_id)

    async def tallies_before(self, day: date) -> list[Tally]:
        """Return the tally of each owner's last brief in the two weeks before that day."""
        recent = (
            select(attention.c.owner_id, func.max(attention.c.local_date).label("day"))
            .where(attention.c.local_date < day, attention.c.local_date >= day - CURRENT)
            .group_by(attention.c.owner_id)
            .subquery()
        )
        same = (attention.c.owner_id == recent.c.owner_id) & (attention.c.local_date == recent.c.day)
        rows = await self._connection.execute(select(attention.c.tally).join(recent, same))
        return [_TALLY.validate_json(body) for body in rows.scalars()]

    async def keep_asking(self, owner_id: str, account_id: str, key: str) -> bool:
        """Have the owner's next briefs count anew how often this advice was asked for; return False if the last brief didn't
        have it open."""
        last = (
            select(attention).where(attention.c.owner_id == owner_id).order_by(attention.c.local_date.desc()).limit(1)
        )
        row = (await self._connection.execute(last.with_for_update())).one_or_none()
        entries = _ENTRIES.validate_json(row.entries) if row else ()
        theirs = [each for each in entries if each.account_id == account_id and each.key == key and each.asked_on]
        if row is None or not theirs:
            return False
        kept = tuple(each.kept_open() if each in theirs else each for each in entries)
        await self._write(row.owner_id, row.local_date, kept)
        return True

    async def about(self, account_id: str) -> list[dict[str, Any]]:
        """Return what ledgers say about an account, plain enough for JSON: one row per owner and day."""
        return [
            {
                "owner_id": row.owner_id,
                "local_date": row.local_date.isoformat(),
                "brief_id": row.brief_id,
                "entries": _ENTRIES.dump_python(theirs, mode="json"),
            }
            for row, theirs, _ in await self._with(account_id)
        ]

    async def forget(self, account_id: str) -> int:
        """Remove an account from every ledger; return from how many."""
        found = await self._with(account_id)
        for row, _, others in found:
            await self._write(row.owner_id, row.local_date, others)
        return len(found)

    async def _with(self, account_id: str) -> list[tuple[Any, tuple[Entry, ...], tuple[Entry, ...]]]:
        """The ledgers with an account: the row, the entries about it, and the others."""
        naming = perhaps(attention.c.entries, lambda entries: entries.contains(account_id, autoescape=True))
        rows = await self._connection.execute(
            select(attention).where(naming).order_by(attention.c.owner_id, attention.c.local_date)
        )
        split = [(row, *_split(_ENTRIES.validate_json(row.entries), account_id)) for row in rows]
        return [(row, theirs, others) for row, theirs, others in split if theirs]

    async def _write(self, owner_id: str, day: date, entries: tuple[Entry, ...]) -> None:
        await self._connection.execute(
            update(attention)
            .where(attention.c.owner_id == owner_id, attention.c.local_date == day)
            .values(entries=_ENTRIES.dump_json(entries).decode())
        )

    async def _latest(self, owner_id: str, *, before: date | None = None) -> Ledger | None:
        mine = select(attention).where(attention.c.owner_id == owner_id)
        if before is not None:
            mine = mine.where(attention.c.local_date < before)
        found = await self._connection.execute(mine.order_by(attention.c.local_date.desc()).limit(1))
        row = found.one_or_none()
        if row is None:
            return None
        return Ledger(
            owner_id=row.owner_id,
            brief_id=row.brief_id,
            local_date=row.local_date,
            entries=_ENTRIES.validate_json(row.entries),
            tally=_TALLY.validate_json(row.tally),
        )


def _split(entries: tuple[Entry, ...], account_id: str) -> tuple[tuple[Entry, ...], tuple[Entry, ...]]:
    return (
        tuple(each for each in entries if each.account_id == account_id),
        tuple(each for each in entries if each.account_id != account_id),
    )
