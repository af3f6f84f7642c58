"""Passages: stored, removed and read by account; each change moves the passage to the end, where an index finds it.

Writers of passages wait for each other until the transaction ends, so a passage with a lower `seq` never appears after one
with a higher.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    RowMapping,
    Select,
    bindparam,
    delete,
    func,
    select,
    text,
    union_all,
    update,
)

from store.domain.memory.passage import MemoryKind, Passage
from store.domain.memory.retrieval import PassagePlace, beside, pieces_beside
from store.repositories.base import Among, Made, Repository, batches
from store.tables.core import table_of
from store.tables.memory import DueRow, PassageRow

passages = table_of(PassageRow)
due = table_of(DueRow)

_AT_ONCE = 1_000
_TURN = 0x5E46A5  # the lock on PostgreSQL for numbering passages
_GONE = {"title": "", "text": "", "author": "", "digest": "", "gone": True}
_COLUMNS = ("id", "account_id", "record_id", "title", "text", "at", "deal_id", "contact_id", "author")

_AROUND_COLUMNS = ("id", "account_id", "at", "kind", "deal_id", "contact_id", "record_id", "title", "text", "author")
_PLACE = slice(0, 6)  # the columns that make a `PassagePlace`
_BY_IDS = Made(lambda among: select(passages).where(among(passages.c.id, "ids"), ~passages.c.gone))


def _around(among: Among) -> CompoundSelect[Any]:
    """Select the passages by `ids`, and those about the same deals or contacts as the `best`."""
    own = passages.alias("own")

    def same(column: str) -> Select[Any]:
        theirs = select(own.c[column]).where(among(own.c.id, "best"), own.c[column].is_not(None), ~own.c.gone)
        return select(*told).where(passages.c[column].in_(theirs), ~passages.c.gone)

    told = [passages.c[each] for each in _AROUND_COLUMNS]
    return union_all(
        select(*told).where(among(passages.c.id, "ids"), ~passages.c.gone), same("deal_id"), same("contact_id")
    )


_AROUND = Made(_around)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredPassage:
    """A passage and its position; a `gone` one was removed, and its title and text are empty."""

    seq: int
    passage: Passage
    gone: bool


@dataclass(frozen=True, slots=True)
class Around:
    """The places of some passages, by id, and those `beside` the best of them; unknown and removed ones are left out."""

    places: Mapping[str, PassagePlace]
    beside: Mapping[str, tuple[PassagePlace, ...]]
    _rows: Mapping[str, Sequence[Any]]

    def passage(self, id: str) -> Passage:
        """Return one of these or of those beside them, building only the few passages that are used."""
        return passage_of(dict(zip(_AROUND_COLUMNS, self._rows[id], strict=True)))


@dataclass(frozen=True, slots=True)
class DueRecord:
    """Something to remember again: a record ("activity", "note", "account"), "change", "proposal" or "outcome"."""

    kind: str
    record_id: str


class Memory(Repository):
    async def upsert(self, put: Sequence[Passage]) -> int:
        """Store passages, replacing those with the same ids; return how many are new or changed. An unchanged passage keeps
        its position."""
        latest = {passage.id: passage for passage in put}
        await self.take_turn()
        written = 0
        for batch in _parts(list(latest.values())):
            known = await self._digests([passage.id for passage in batch])
            new = [passage for passage in batch if known.get(passage.id) != passage.digest]
            if not new:
                continue
            seq = await self.last_seq()
            statement = self._insert(passages)
            values = {name: statement.excluded[name] for name in (*_COLUMNS[1:], "kind", "digest", "seq", "gone")}
            await self._connection.execute(
                statement.on_conflict_do_update(index_elements=["id"], set_=values),
                [_row(passage, seq + place) for place, passage in enumerate(new, start=1)],
            )
            written += len(new)
        return written

    async def remove(self, ids: Collection[str]) -> int:
        """Empty these passages and mark them as gone; return how many existed."""
        return sum([await self._remove(passages.c.id.in_(batch)) for batch in batches(ids)])

    async def remove_missing(
        self, kinds: Collection[MemoryKind], record_ids: Collection[str], *, keep: Collection[str]
    ) -> int:
        """Remove these records' passages except those with the ids to `keep`."""
        removed = 0
        for batch in batches(record_ids):
            rows = await self._connection.execute(
                select(passages.c.id).where(
                    passages.c.record_id.in_(batch), passages.c.kind.in_(kinds), ~passages.c.gone
                )
            )
            removed += await self.remove(set(rows.scalars()) - set(keep))
        return removed

    async def remove_account(self, account_id: str) -> int:
        """Remove an account's passages."""
        return await self._remove(passages.c.account_id == account_id)

    async def remove_older(self, kind: MemoryKind, than: datetime, *, limit: int = 5_000) -> int:
        """Remove passages of a kind from before this moment, at most `limit` of them, the oldest first."""
        old = select(passages.c.id).where(passages.c.kind == kind, passages.c.at < than, ~passages.c.gone)
        found = await self._connection.execute(old.order_by(passages.c.at).limit(limit))
        return await self.remove(list(found.scalars()))

    async def after(self, seq: int, limit: int) -> list[StoredPassage]:
        """Return passages stored or removed after this position, in order."""
        rows = await self._connection.execute(
            select(passages).where(passages.c.seq > seq).order_by(passages.c.seq).limit(limit)
        )
        return [StoredPassage(seq=row["seq"], passage=passage_of(row), gone=row["gone"]) for row in rows.mappings()]

    async def last_seq(self) -> int:
        """Return the position of the last change; 0 if there was none."""
        found = await self._connection.execute(select(func.max(passages.c.seq)))
        return found.scalar_one_or_none() or 0

    async def by_ids(self, ids: Collection[str]) -> dict[str, Passage]:
        """Return these passages by id, leaving out unknown and removed ones."""
        found: dict[str, Passage] = {}
        for batch in batches(ids):
            for row in await _BY_IDS.rows(self._connection, ids=batch):
                named = dict(zip(_BY_IDS.columns, row, strict=True))
                found[named["id"]] = passage_of(named)
        return found

    async def around(self, ids: Collection[str], *, best: Collection[str]) -> Around:
        """Return these passages, and for the `best` those beside each, of the same account (see `retrieval.beside`)."""
        pieces = [piece for id in best for piece in pieces_beside(id)]
        rows = await _AROUND.rows(self._connection, ids=list(dict.fromkeys([*ids, *pieces])), best=best)
        read = {row[0]: row for row in rows}
        found = {id: PassagePlace(*row[_PLACE]) for id, row in read.items()}
        theirs: dict[str, list[PassagePlace]] = {}
        for place in found.values():
            theirs.setdefault(place.account_id, []).append(place)
        beside_ = {
            id: tuple(found[other] for other in beside(own, theirs[own.account_id]))
            for id in best
            if (own := found.get(id)) is not None
        }
        return Around({id: found[id] for id in ids if id in found}, beside_, read)

    async def timeline(
        self,
        account_id: str,
        *,
        since: datetime | None = None,
        until: datetime | None = None,
        kinds: Collection[MemoryKind] = (),
        limit: int = 50,
        page: int = 0,
    ) -> list[Passage]:
        """Return an account's passages from `since` to before `until`, the latest first, `limit` per page, pages from 0."""
        statement = select(passages).where(passages.c.account_id == account_id, *filters(since, until, kinds))
        order = (passages.c.at.desc(), passages.c.id)
        return await self._all(statement.order_by(*order).limit(limit).offset(page * limit))

    async def everything_of(self, account_id: str) -> list[Passage]:
        """Return all passages of an account, the oldest first."""
        statement = select(passages).where(passages.c.account_id == account_id, ~passages.c.gone)
        return await self._all(statement.order_by(passages.c.at, passages.c.id))

    async def counts(self, account_ids: Collection[str] | None = None) -> dict[MemoryKind, int]:
        """Count the passages of each kind on these accounts (None: on all)."""
        statement = select(passages.c.kind, func.count()).where(~passages.c.gone).group_by(passages.c.kind)
        found: dict[str, int] = {}
        scopes = [None] if account_ids is None else [passages.c.account_id.in_(batch) for batch in batches(account_ids)]
        for scope in scopes:
            rows = await self._connection.execute(statement if scope is None else statement.where(scope))
            for kind, count in rows.tuples():
                found[kind] = found.get(kind, 0) + count
        return {kind: found.get(kind, 0) for kind in MemoryKind}

    async def take_due(self, limit: int) -> list[DueRecord]:
        """Take the oldest entries off the list of things to remember, each once. A rollback puts them back; later changes
        add new entries."""
        await self.take_turn()
        rows = await self._connection.execute(select(due).order_by(due.c.seq).limit(limit))
        taken = rows.all()
        if taken:
            await self._connection.execute(delete(due).where(due.c.seq.in_([row.seq for row in taken])))
        return list(dict.fromkeys(DueRecord(row.kind, row.record_id) for row in taken))

    async def waiting(self) -> int:
        """Return the length of the list of things to remember; something that changed twice may be on it twice."""
        return (await self._connection.execute(select(func.count()).select_from(due))).scalar_one()

    async def take_turn(self) -> None:
        """Wait until no one else stores or removes passages. On SQLite a writer is alone anyway."""
        if self._is_postgres:
            await self._connection.execute(text("SELECT pg_advisory_xact_lock(:turn)"), {"turn": _TURN})

    async def _digests(self, ids: Sequence[str]) -> dict[str, str]:
        rows = await self._connection.execute(
            select(passages.c.id, passages.c.digest).where(passages.c.id.in_(ids), ~passages.c.gone)
        )
        return dict(rows.tuples().all())

    async def _remove(self, which: ColumnElement[bool]) -> int:
        await self.take_turn()
        found = await self._connection.execute(
            select(passages.c.number).where(which, ~passages.c.gone).order_by(passages.c.number)
        )
        numbers = list(found.scalars())
        if not numbers:
            return 0
        seq = await self.last_seq()
        emptied = (
            update(passages).where(passages.c.number == bindparam("which")).values(seq=bindparam("place"), **_GONE)
        )
        places = [{"which": number, "place": seq + place} for place, number in enumerate(numbers, start=1)]
        await self._connection.execute(emptied, places)
        return len(numbers)

    async def _all(self, statement: Select[Any]) -> list[Passage]:
        return [passage_of(row) for row in (await self._connection.execute(statement)).mappings()]


def filters(
    since: datetime | None, until: datetime | None, kinds: Collection[MemoryKind]
) -> tuple[ColumnElement[bool], ...]:
    """Return conditions for existing passages, from `since` to before `until`, of these kinds (none: of all)."""
    conditions: list[ColumnElement[bool]] = [~passages.c.gone]
    if since is not None:
        conditions.append(passages.c.at >= since)
    if until is not None:
        conditions.append(passages.c.at < until)
    if kinds:
        conditions.append(passages.c.kind.in_(kinds))
    return tuple(conditions)


def passage_of(row: Mapping[str, Any] | RowMapping) -> Passage:
    return Passage(kind=MemoryKind(row["kind"]), **{name: row[name] for name in _COLUMNS})


def _row(passage: Passage, seq: int) -> dict[str, Any]:
    values = {name: getattr(passage, name) for name in _COLUMNS}
    return values | {"kind": passage.kind, "digest": passage.digest, "seq": seq, "gone": False}


def _parts(put: Sequence[Passage]) -> Iterator[Sequence[Passage]]:
    for start in range(0, len(put), _AT_ONCE):
        yield put[start : start + _AT_ONCE]
