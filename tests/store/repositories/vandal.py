"""Somebody with all rights over the database, who changes the audit trail behind our back and whose deeds are then undone."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, fields, replace
from datetime import timedelta
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from store.database import Database
from store.domain.gate.audit import AuditAnchor, AuditEntry, chained
from store.domain.gate.audit_walk import AuditReport
from store.repositories.audit import Audit
from tests.store.makers import NOW

COLUMNS = tuple(field.name for field in fields(AuditEntry))
# Without triggers, keys and constraints anything can be put in; on SQLite, without column types, in any form.
LAX = {
    "sqlite": [
        "ALTER TABLE audit RENAME TO strict",
        f"CREATE TABLE audit ({', '.join(COLUMNS)})",
        f"INSERT INTO audit SELECT {', '.join(COLUMNS)} FROM strict",
    ],
    "postgresql": [
        "DROP TRIGGER audit_no_change ON audit",
        "ALTER TABLE audit DROP CONSTRAINT pk_audit",
        *(f"ALTER TABLE audit ALTER COLUMN {name} DROP NOT NULL" for name in COLUMNS),
    ],
}


@dataclass
class Deed:
    """What is being done in one transaction that is not going to be kept."""

    connection: AsyncConnection

    async def sql(self, statement: str, **values: Any) -> None:
        await self.connection.execute(text(statement), values)

    async def raw(self, seq: int, column: str) -> Any:
        """What stands in a cell, as the database tells it."""
        found = await self.connection.execute(text(f"SELECT {column} FROM audit WHERE seq = :seq"), {"seq": seq})
        return found.scalar_one()

    async def put(self, entries: Iterable[AuditEntry]) -> None:
        """Put these in the place of all that stands there, in the form in which the product writes them."""
        audit = Audit(self.connection)
        await self.sql("DELETE FROM audit")
        for entry in entries:
            given = {field.name: getattr(entry, field.name) for field in fields(entry)}
            for name in ("seq", "previous", "hash"):
                given.pop(name)
            await audit.append(**given)

    async def verify(self, *anchors: AuditAnchor, after: AuditAnchor | None = None) -> AuditReport:
        audit = Audit(self.connection)
        return await (audit.verify(after=after) if after else audit.verify(anchors=ascending(anchors)))


@dataclass
class Vandal:
    engine: AsyncEngine
    entries: Sequence[AuditEntry]

    @property
    def anchors(self) -> list[AuditAnchor]:
        return [AuditAnchor(entry.seq, entry.hash) for entry in self.entries]

    @asynccontextmanager
    async def at_work(self) -> AsyncIterator[Deed]:
        async with self.engine.connect() as connection:
            yield Deed(connection)
            await connection.rollback()


@asynccontextmanager
async def vandal(database: Database, url: str, *, entries: int) -> AsyncIterator[Vandal]:
    """A trail of so many entries, in a table that has lost its guards."""
    written = [await write(database, number) for number in range(1, entries + 1)]
    engine = create_async_engine(url)
    async with engine.begin() as connection:
        for statement in LAX[engine.dialect.name]:
            await connection.execute(text(statement))
    yield Vandal(engine, written)
    await engine.dispose()


async def write(database: Database, number: int, **detail: object) -> AuditEntry:
    async with database.transaction() as tx:
        return await tx.audit.append(
            at=NOW + timedelta(seconds=number),
            actor="u-anna",
            action="proposal.approved",
            subject=f"p{number}",
            detail=detail or {"version": number, "who": "Zoë — 試験", "second": False},
            request_id=f"r{number}",
        )


async def ascending(anchors: Iterable[AuditAnchor]) -> AsyncIterator[AuditAnchor]:
    for anchor in anchors:
        yield anchor


def rehashed(entries: Sequence[AuditEntry], changed: int, **values: Any) -> list[AuditEntry]:
    """The trail with one entry changed, and every hash from there on made to fit."""
    result: list[AuditEntry] = []
    for entry in entries:
        told = replace(entry, **values) if entry.seq == changed else entry
        given = {
            field.name: getattr(told, field.name) for field in fields(told) if field.name not in ("hash", "previous")
        }
        result.append(chained(**given, previous=result[-1].hash if result else "0" * 64))
    return result
