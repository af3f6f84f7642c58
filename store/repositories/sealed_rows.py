"""Which stored texts are sealed, with which keys, and how to seal them anew.

The keys in use are recorded by their ids in one row, so that a process without one of them stops at the start.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Column, ColumnElement, Select, Table, and_, bindparam, case, func, or_, select, tuple_, update

from store.repositories.base import Repository
from store.repositories.sealed import plain
from store.repositories.sync import Sync
from store.sealing import ID_LETTERS, SEALED, Seals, missing
from store.tables.core import Row
from store.tables.sealed import Sealed, seals_of

_RECORD = "seal_keys"  # the row with the ids of the keys in use

COLUMNS: dict[str, tuple[Column[Any], ...]] = {
    name: columns
    for name, table in sorted(Row.metadata.tables.items())
    if (columns := tuple(column for column in table.columns if isinstance(column.type, Sealed)))
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A batch: how many rows were looked at and sealed anew, and the key of the last one (None: there were none left)."""

    looked_at: int = 0
    changed: int = 0
    after: tuple[Any, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedTexts:
    """The texts of one table: how many are `plain`, and how many are sealed, by the id of the key."""

    table: str
    plain: int = 0
    sealed: dict[str, int] = field(default_factory=dict)


class SealedRows(Repository):
    async def agree(self, *, record: bool = False) -> None:
        """Check that we have every key in use; with `record`, add ours to them. Raises: SettingError."""
        in_use = await self.keys_in_use()
        if lacking := in_use - self._seals.ids:
            raise missing(lacking)
        if record and self._seals.current_id and self._seals.current_id not in in_use:
            await self.record({*in_use, self._seals.current_id})

    async def keys_in_use(self) -> frozenset[str]:
        return frozenset(json.loads(await Sync(self._connection).reference(_RECORD) or "[]"))

    async def record(self, ids: Iterable[str]) -> None:
        await Sync(self._connection).set_reference(_RECORD, json.dumps(sorted(ids)))

    async def counts(self) -> list[SealedTexts]:
        """Count the texts of each table; empty ones are never sealed."""
        return [await self._count(name, columns) for name, columns in COLUMNS.items()]

    async def outdated(self) -> int:
        """Count the texts that are not as new ones would be."""
        current = self._seals.current_id
        return sum(
            sum(count for key, count in texts.sealed.items() if key != current) + (texts.plain if current else 0)
            for texts in await self.counts()
        )

    async def rows(self, name: str) -> int:
        return (
            await self._connection.execute(select(func.count()).select_from(Row.metadata.tables[name]))
        ).scalar_one()

    async def seal_anew(self, name: str, after: Sequence[Any] | None, *, limit: int) -> Step:
        """Seal the next rows of a table with the current key, or open them if there is none; rows come by their key."""
        table, columns = Row.metadata.tables[name], COLUMNS[name]
        keys = list(table.primary_key)
        rows = (await self._connection.execute(_next(table, columns, keys, after, limit))).all()
        stale = [
            {f"_{column.name}": value for column, value in zip((*keys, *columns), row, strict=False)}
            for row in rows
            if any(self._is_stale(stored) for stored in row[len(keys) + len(columns) :])
        ]
        if stale:
            which = and_(*(key == bindparam(f"_{key.name}") for key in keys))
            anew = {column.name: bindparam(f"_{column.name}", type_=column.type) for column in columns}
            await self._connection.execute(update(table).where(which).values(anew), stale)
        last = tuple(rows[-1][: len(keys)]) if rows else None
        return Step(looked_at=len(rows), changed=len(stale), after=last)

    @property
    def _seals(self) -> Seals:
        return seals_of(self._connection.dialect)

    def _is_stale(self, stored: str | None) -> bool:
        if not stored:
            return False
        current = self._seals.current_id
        return not stored.startswith(f"{SEALED}{current}.") if current else stored.startswith(SEALED)

    async def _count(self, name: str, columns: Sequence[Column[Any]]) -> SealedTexts:
        texts, sealed = 0, dict[str, int]()
        for column in columns:
            stored = plain(column)
            key = case(
                (stored.startswith(SEALED, autoescape=True), func.substr(stored, len(SEALED) + 1, ID_LETTERS)), else_=""
            ).label("key")
            found = select(key, func.count()).where(stored != "").group_by(key)
            for id, count in await self._connection.execute(found):
                if id:
                    sealed[id] = sealed.get(id, 0) + count
                else:
                    texts += count
        return SealedTexts(table=name, plain=texts, sealed=sealed)


def _next(
    table: Table,
    columns: Sequence[Column[Any]],
    keys: Sequence[ColumnElement[Any]],
    after: Sequence[Any] | None,
    limit: int,
) -> Select[Any]:
    """The opened texts and then the stored ones, so that the caller sees which are stale. Rows stay as they are meanwhile."""
    statement = select(*keys, *columns, *(plain(column).label(f"stored_{column.name}") for column in columns))
    statement = statement.where(or_(*(column.is_not(None) for column in columns)))
    if after is not None:
        statement = statement.where(tuple_(*keys) > tuple_(*after, types=[key.type for key in keys]))
    return statement.order_by(*keys).limit(limit).with_for_update()
