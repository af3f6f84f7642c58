"""Whether the tables have the form that this release works with, asked without changing them and without loading Alembic."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, inspect, text

from store.domain.errors import BadInput

NEWEST = max(file.name[:4] for file in (Path(__file__).parent / "migrations" / "versions").glob("[0-9]*.py"))


def newer(version: str) -> BadInput:
    """The refusal to touch a database of a later release."""
    return BadInput(
        f"The database was made by a newer version ({version}): install that version or use another database."
    )


def check(connection: Connection) -> None:
    """Raises: BadInput for tables of an earlier or a later release."""
    version = ""
    if inspect(connection).has_table("alembic_version"):
        version = str(connection.execute(text("SELECT version_num FROM alembic_version")).scalar() or "")
    if version > NEWEST:
        raise newer(version)
    if version < NEWEST:
        raise BadInput("The database was made by an earlier version: run `sergas migrate`.")
