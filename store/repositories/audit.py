"""The audit trail: append, read, verify. The rule of the chain is in store.domain.audit; triggers refuse everything else."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, func, insert, select

from store.domain.audit import (
    GENESIS,
    AuditAnchor,
    AuditEntry,
    AuditReport,
    canonical_json,
    chained,
    problem_with,
)
from store.repositories.base import Repository
from store.tables import AuditRow, table_of

audit = table_of(AuditRow)

LOCK = 0x53414D  # the advisory lock that puts the writers of the trail in a row
CHUNK = 500


class Audit(Repository):
    async def append(
        self, *, at: datetime, actor: str, action: str, subject: str, detail: Mapping[str, Any], request_id: str
    ) -> AuditEntry:
        """Chain one more entry to the trail, in the transaction of what it tells of. `detail` is plain JSON, no CRM text."""
        if self._is_postgres:  # on SQLite the write transaction keeps the others out already
            await self._connection.execute(select(func.pg_advisory_xact_lock(LOCK)))
        newest = await self._connection.execute(select(audit.c.seq, audit.c.hash).order_by(audit.c.seq.desc()).limit(1))
        last = newest.one_or_none()
        entry = chained(
            seq=last.seq + 1 if last else 1,
            at=at,
            actor=actor,
            action=action,
            subject=subject,
            detail=detail,
            request_id=request_id,
            previous=last.hash if last else GENESIS,
        )
        await self._connection.execute(insert(audit).values(**_row(entry)))
        return entry

    async def entries(
        self,
        *,
        subject: str | None = None,
        since: datetime | None = None,
        limit: int | None = None,
        newest_first: bool = False,
    ) -> list[AuditEntry]:
        """Entries in their order, of one subject or since a moment where that is asked."""
        statement = select(audit).order_by(audit.c.seq.desc() if newest_first else audit.c.seq).limit(limit)
        if subject is not None:
            statement = statement.where(audit.c.subject == subject)
        if since is not None:
            statement = statement.where(audit.c.at >= since)
        rows = await self._connection.execute(statement)
        return [_entry(row) for row in rows.mappings()]

    async def verify(self, *, anchor: AuditAnchor | None = None) -> AuditReport:
        """Walk the whole chain and say whether it holds, in constant memory.

        `anchor` is an entry noted outside the database earlier; with it a cut tail and a rewritten trail are seen too.
        """
        head, count, anchored = GENESIS, 0, anchor is None
        async with self._connection.stream(
            select(audit).order_by(audit.c.seq), execution_options={"yield_per": CHUNK}
        ) as rows:
            async for row in rows.mappings():
                problem = _problem(row, seq=count + 1, previous=head)
                if problem:
                    return AuditReport(ok=False, entries=count, head=head, first_bad=count + 1, problem=problem)
                head, count = row["hash"], count + 1
                anchored = anchored or anchor == AuditAnchor(count, head)
        if anchored or anchor is None:
            return AuditReport(ok=True, entries=count, head=head)
        missing = f"Entry {anchor.seq} is not the one that was noted outside: the trail was cut or rewritten."
        return AuditReport(ok=False, entries=count, head=head, first_bad=anchor.seq, problem=missing)


def _problem(row: RowMapping, *, seq: int, previous: str) -> str | None:
    try:
        return problem_with(_entry(row), seq=seq, previous=previous)
    except ValueError:
        return f"Entry {seq} holds a detail that is not JSON."


def _row(entry: AuditEntry) -> dict[str, Any]:
    columns = {column.name: getattr(entry, column.name) for column in audit.columns}
    return columns | {"detail": canonical_json(entry.detail)}


def _entry(row: RowMapping) -> AuditEntry:
    return AuditEntry(**{**row, "detail": json.loads(row["detail"])})
