"""Which records we hold, by id alone, in the order of their ids: to compare with those the CRM has."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, literal, select, tuple_

from store.domain.crm.accounts import Kind
from store.repositories.base import Repository
from store.repositories.sync import Sync
from store.tables.core import SnapshotRow, table_of

snapshots = table_of(SnapshotRow)


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """When all ids of a kind were last compared, and how many more records the CRM had than we keep: None if it doesn't say, or if
    not all was settled."""

    at: datetime
    more: int | None


class Present(Repository):
    """A range of ids begins above `after` and ends with `upto`; "" is no bound. Ids are numbers of any length."""

    async def count(self, kind: Kind, *, after: str = "", upto: str = "") -> int:
        among = self._among(kind, after, upto).subquery()
        return (await self._connection.execute(select(func.count()).select_from(among))).scalar_one()

    async def ids(self, kind: Kind, *, after: str = "", upto: str = "") -> set[str]:
        return set((await self._connection.execute(self._among(kind, after, upto))).scalars())

    async def nth(self, kind: Kind, number: int, *, after: str = "", upto: str = "") -> str:
        """Return the id at this place in the range, counted from 0; "" if it has fewer."""
        among = self._among(kind, after, upto).order_by(*_ORDER).offset(number).limit(1)
        return (await self._connection.execute(among)).scalar_one_or_none() or ""

    async def compared(self, kind: Kind) -> Compared | None:
        body = await Sync(self._connection).reference(f"compared:{kind}")
        if body is None:
            return None
        at, more = json.loads(body)
        return Compared(at=datetime.fromisoformat(at), more=more)

    async def note_compared(self, kind: Kind, compared: Compared) -> None:
        body = json.dumps([compared.at.isoformat(), compared.more])
        await Sync(self._connection).set_reference(f"compared:{kind}", body)

    def _among(self, kind: Kind, after: str, upto: str) -> Select[tuple[str]]:
        bounds: list[ColumnElement[bool]] = [snapshots.c.kind == kind]
        if after:
            bounds.append(_PLACE.__gt__(_place(after)))
        if upto:
            bounds.append(_PLACE.__le__(_place(upto)))
        return select(snapshots.c.id).where(*bounds)


_ORDER = (func.length(snapshots.c.id), snapshots.c.id)
_PLACE = tuple_(*_ORDER)


def _place(record_id: str) -> ColumnElement[Any]:
    return tuple_(literal(len(record_id)), literal(record_id))
