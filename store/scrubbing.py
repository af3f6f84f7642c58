"""Taking removed rows out of the files of the database, where removing them leaves their bytes for a while.

SQLite: the full text index is built anew, VACUUM writes all that is left into new pages, and the write-ahead log is brought into
the file and cut to nothing. PostgreSQL: VACUUM FULL writes the tables anew; its write-ahead log keeps the bytes until the server
recycles it, and so do backups of either, which are the operator's.
"""

from __future__ import annotations

import asyncio

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from store.tables.core import BriefRow, ChangeRow, DepartedRow, InboxRow, MessageRow, ProposalRow, SnapshotRow
from store.tables.memory import OutcomeRow, PassageRow
from store.tables.models import ModelAnswerRow, ModelCallRow, ToolCallRow

_OF_MODELS = (ModelAnswerRow, ModelCallRow, ToolCallRow)
_OF_RECORDS = (SnapshotRow, DepartedRow, ChangeRow, ProposalRow, BriefRow, MessageRow, InboxRow)
_ROWS = (*_OF_RECORDS, PassageRow, OutcomeRow, *_OF_MODELS)
TABLES = tuple(str(row.__tablename__) for row in _ROWS)
_TRIES, _PAUSE_SECONDS = 50, 0.1


async def scrub_sqlite(connection: AsyncConnection) -> bool:
    """On a connection that begins no transaction by itself, as VACUUM wants it."""
    for statement in (
        "PRAGMA query_only=OFF",
        "PRAGMA temp_store=MEMORY",
        "INSERT INTO memory_text(memory_text) VALUES ('rebuild')",
        "VACUUM",
    ):
        await connection.exec_driver_sql(statement)
    for _ in range(_TRIES):
        busy = (await connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")).scalar_one()
        if not busy:
            return True
        await asyncio.sleep(_PAUSE_SECONDS)
    return False


async def scrub_postgres(connection: AsyncConnection) -> bool:
    for table in TABLES:
        await connection.execute(text(f'VACUUM (FULL) "{table}"'))
    return True
