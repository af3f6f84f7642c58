"""Erase removed rows from the database files, where their bytes would otherwise remain for a while.

SQLite: rebuild the full text index, VACUUM everything into new pages, then checkpoint the write-ahead log and truncate it.
PostgreSQL: VACUUM FULL rewrites the tables; its write-ahead log keeps the bytes until the server recycles it. Backups of
either are the operator's business.
"""

from __future__ import annotations

import asyncio

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from store.tables.attention import AttentionRow
from store.tables.core import (
    BriefRow,
    ChangeRow,
    DepartedRow,
    InboxRow,
    MessageRow,
    PersonRow,
    ProposalRow,
    QuarantineRow,
    SnapshotRow,
)
from store.tables.memory import OutcomeRow, PassageRow
from store.tables.models import ModelAnswerRow, ModelCallRow, ToolCallRow

_OF_MODELS = (ModelAnswerRow, ModelCallRow, ToolCallRow)
_OF_RECORDS = (SnapshotRow, DepartedRow, ChangeRow, ProposalRow, BriefRow, MessageRow, InboxRow)
_ROWS = (*_OF_RECORDS, PersonRow, QuarantineRow, AttentionRow, PassageRow, OutcomeRow, *_OF_MODELS)
TABLES = tuple(str(row.__tablename__) for row in _ROWS)
_TRIES, _PAUSE_SECONDS = 50, 0.1


async def scrub_sqlite(connection: AsyncConnection) -> bool:
    """Scrub over a connection that opens no transaction itself, as VACUUM requires."""
    for statement in (
        "PRAGMA temp_store=MEMORY",
        "INSERT INTO memory_text(memory_text) VALUES ('rebuild')",
        "VACUUM",
    ):
        await connection.exec_driver_sql(statement)
    for _ in range(_TRIES):
        if await empty_log(connection):
            return True
        await asyncio.sleep(_PAUSE_SECONDS)
    return False


async def empty_log(connection: AsyncConnection) -> bool:
    """Empty SQLite's write-ahead log, over a connection that opens no transaction itself; return False if someone reads from
    it. Waiting for them would hold up every writer."""
    waits = (await connection.exec_driver_sql("PRAGMA busy_timeout")).scalar_one()
    await connection.exec_driver_sql("PRAGMA busy_timeout=0")
    try:
        return not (await connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")).scalar_one()
    finally:
        await connection.exec_driver_sql(f"PRAGMA busy_timeout={waits}")


async def scrub_postgres(connection: AsyncConnection) -> bool:
    for table in TABLES:
        await connection.execute(text(f'VACUUM (FULL) "{table}"'))
    return True
