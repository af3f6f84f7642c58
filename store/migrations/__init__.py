"""Migrations: how the tables came to be, step by step, and the one function that applies what is missing (Alembic)."""

from __future__ import annotations

from importlib.resources import files

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from store.schema import newer

LOCK = 0x4D4947  # the advisory lock under which one process migrates while the others wait


def upgrade(connection: Connection, *, to: str = "head") -> None:
    """Bring the tables to the newest form, or to that of the revision `to`, in the connection's transaction. Running it again
    changes nothing.

    Raises: BadInput where the database is newer than this code, which then must not touch it.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK})
    config = _config(connection)
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    present = MigrationContext.configure(connection).get_current_heads()
    if unknown := [revision for revision in present if revision not in known]:
        raise newer(", ".join(unknown))
    command.upgrade(config, to)


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(files(__package__)))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config
