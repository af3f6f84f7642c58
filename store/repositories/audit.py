"""The audit trail: append, read, verify. The rule of the chain is in store.domain.gate.audit; triggers refuse everything
else.

Verification and export read rows verbatim, as `WrittenEntry`: a value with the same meaning in a different form (a time
with another offset, other spaces in the detail) was still tampered with, and a value that can't be read at all is reported
without stopping the check.
"""

from __future__ import annotations

import json
import re
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import aclosing
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    LargeBinary,
    RowMapping,
    Select,
    Text,
    case,
    cast,
    func,
    insert,
    select,
    type_coerce,
)

from store.domain.gate.audit import START, AuditAnchor, AuditEntry, WrittenEntry, canonical_json, chained, is_as_hashed
from store.domain.gate.audit_walk import AuditReport, walk
from store.repositories.base import Repository
from store.tables.core import AuditRow, table_of

audit = table_of(AuditRow)

LOCK = 0x53414D  # the advisory lock that makes the trail's writers queue
CHUNK = 500
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{6}")


class Audit(Repository):
    async def append(
        self, *, at: datetime, actor: str, action: str, subject: str, detail: Mapping[str, Any], request_id: str
    ) -> AuditEntry:
        """Chain one more entry to the trail, in the transaction of the event it describes. `detail` is plain JSON, no CRM
        text."""
        await self.lock()
        last = await self.head()
        entry = chained(
            seq=last.seq + 1,
            at=at,
            actor=actor,
            action=action,
            subject=subject,
            detail=detail,
            request_id=request_id,
            previous=last.hash,
        )
        await self._connection.execute(insert(audit).values(**_row(entry)))
        return entry

    async def lock(self) -> None:
        """Keep other writers of the trail waiting until this transaction ends. SQLite's write transactions do so anyway."""
        if self._is_postgres:
            await self._connection.execute(select(func.pg_advisory_xact_lock(LOCK)))

    async def head(self) -> AuditAnchor:
        """Return number and hash of the newest entry, or the chain's starting values if it is empty."""
        newest = await self._connection.execute(select(audit.c.seq, audit.c.hash).order_by(audit.c.seq.desc()).limit(1))
        last = newest.one_or_none()
        return AuditAnchor(last.seq, last.hash) if last else START

    async def entries(
        self,
        *,
        subject: str | None = None,
        since: datetime | None = None,
        limit: int | None = None,
        newest_first: bool = False,
    ) -> list[AuditEntry]:
        """Return entries in order, optionally of one subject or since a moment."""
        statement = select(audit).order_by(audit.c.seq.desc() if newest_first else audit.c.seq).limit(limit)
        rows = await self._connection.execute(_of(statement, subject=subject, since=since))
        return [_entry(row) for row in rows.mappings()]

    async def written(
        self,
        *,
        subject: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        after: int | None = None,
        limit: int | None = None,
        newest_first: bool = False,
    ) -> AsyncGenerator[WrittenEntry, None]:
        """Yield entries in order, verbatim, in constant memory. `until` is exclusive; `after` is the number of the last
        entry to skip.

        A caller that may stop early must close the generator (`contextlib.aclosing`).
        """
        statement = self._letters().order_by(audit.c.seq.desc() if newest_first else audit.c.seq).limit(limit)
        statement = _of(statement, subject=subject, since=since, until=until)
        if after is not None:
            statement = statement.where(audit.c.seq > after)
        rows = await self._connection.stream(statement, execution_options={"yield_per": CHUNK})
        try:
            async for row in rows.mappings():
                yield _written(row)
        finally:
            await rows.close()

    async def verify(
        self, *, anchors: AsyncIterator[AuditAnchor] | None = None, after: AuditAnchor = START
    ) -> AuditReport:
        """Check the whole chain, or the part after an entry stored outside the database, in constant memory.

        `anchors` are entries stored outside the database, ascending; they also reveal a cut tail and a rewritten trail. None
        may be younger than this transaction. Raises: errors of reading the anchors, AnchorsDamaged.
        """
        if after != START and not await self._holds(after):
            problem = f"Entry {after.seq} is gone or is not the one stored outside: the trail was cut or rewritten."
            return AuditReport(ok=False, entries=after.seq - 1, head="", first_bad=after.seq, problem=problem)
        async with aclosing(self.written(after=None if after == START else after.seq)) as entries:
            return await walk(entries, anchors=anchors, after=after)

    async def _holds(self, anchor: AuditAnchor) -> bool:
        rows = await self._connection.execute(self._letters().where(audit.c.seq == anchor.seq))
        found = [_written(row) for row in rows.mappings()]
        return [entry.hash for entry in found] == [anchor.hash] and is_as_hashed(found[0])

    def _letters(self) -> Select[Any]:
        at = (
            func.to_char(func.timezone("UTC", audit.c.at), 'YYYY-MM-DD"T"HH24:MI:SS.US"+00:00"')
            if self._is_postgres
            else _bytes(audit.c.at)
        )
        texts = (audit.c.actor, audit.c.action, audit.c.subject, audit.c.detail)
        keys = (audit.c.request_id, audit.c.previous, audit.c.hash)
        letters = [column if self._is_postgres else _bytes(column) for column in (*texts, *keys)]
        names = [column.name for column in (*texts, *keys)]
        columns = [letter.label(name) for letter, name in zip(letters, names, strict=True)]
        return select(audit.c.seq, at.label("at"), *columns)


def _of(
    statement: Select[Any],
    *,
    subject: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
) -> Select[Any]:
    if subject is not None:
        statement = statement.where(audit.c.subject == subject)
    if since is not None:
        statement = statement.where(audit.c.at >= since)
    if until is not None:
        statement = statement.where(audit.c.at < until)
    return statement


def _bytes(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """Select a text cell's raw bytes from SQLite, which may hold anything there, even invalid UTF-8."""
    raw = type_coerce(column, Text)
    return case((func.typeof(raw) == "text", cast(raw, LargeBinary)))


def _written(row: RowMapping) -> WrittenEntry:
    texts = {name: _text(value) for name, value in row.items() if name != "seq"}
    if isinstance(row["at"], bytes) and texts["at"] is not None:
        texts["at"] = _iso(texts["at"])
    return WrittenEntry(seq=row["seq"] if isinstance(row["seq"], int) else None, **texts)


def _iso(kept: str) -> str:
    """Convert SQLAlchemy's SQLite datetime (UTC, without an offset) to ISO 8601; put anything else in quotes, so that it is
    never mistaken for a time."""
    return f"{kept.replace(' ', 'T')}+00:00" if _MOMENT.fullmatch(kept) else f"“{kept}”"


def _text(value: object) -> str | None:
    if isinstance(value, bytes):
        try:
            return value.decode()
        except UnicodeDecodeError:
            return None
    return value if isinstance(value, str) else None


def _row(entry: AuditEntry) -> dict[str, Any]:
    columns = {column.name: getattr(entry, column.name) for column in audit.columns}
    return columns | {"detail": canonical_json(entry.detail)}


def _entry(row: RowMapping) -> AuditEntry:
    return AuditEntry(**{**row, "detail": json.loads(row["detail"])})
