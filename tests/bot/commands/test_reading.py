"""Commands that only read leave a database of another release as it is and say what to do."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import create_engine, inspect, text

from tests.bot.shell import sergas

READING = (
    ("status",),
    ("audit", "list"),
    ("audit", "verify"),
    ("audit", "export"),
    ("why", "Acme"),
    ("trace", "0123456789"),
    ("link", "list"),
    ("writes", "list"),
    ("writes", "show", "0123456789"),
    ("export", "Acme"),
    ("memory", "status"),
    ("brief", "anna@example.com", "--dry-run"),
)


@pytest.mark.parametrize("command", READING, ids=" ".join)
def test_an_older_database_is_not_migrated(sqlite_url: str, tmp_path: Path, command: tuple[str, ...]) -> None:
    set_back(sqlite_url, "0007")
    ran = sergas(*command, cwd=tmp_path, home=tmp_path, audit_anchor="off")
    assert ran.returncode == 2
    assert ran.stderr == "sergas: The database was made by an earlier version: run `sergas migrate`.\n"
    assert version_and_columns(sqlite_url) == ("0007", False)


@pytest.mark.parametrize("command", [("status",), ("writes", "list")], ids=" ".join)
def test_a_newer_database_is_refused(sqlite_url: str, tmp_path: Path, command: tuple[str, ...]) -> None:
    set_back(sqlite_url, "9999")
    ran = sergas(*command, cwd=tmp_path, home=tmp_path, audit_anchor="off")
    assert ran.returncode == 2
    assert ran.stderr == (
        "sergas: The database was made by a newer version (9999): install that version or use another database.\n"
    )


def test_migrate_then_lets_it_be_read(sqlite_url: str, tmp_path: Path) -> None:
    set_back(sqlite_url, "0007")
    assert sergas("migrate", cwd=tmp_path, home=tmp_path).returncode == 0
    assert sergas("writes", "list", cwd=tmp_path, home=tmp_path).returncode == 0


def set_back(url: str, version: str) -> None:
    """Make it a database of the release before the column `snoozed_until`, under this version."""
    engine = create_engine(url.replace("+aiosqlite", ""))
    with engine.begin() as connection:
        for table in ("attention", "answer_choice", "norms", "signal_question"):
            connection.execute(text(f"DROP TABLE {table}"))
        connection.execute(text("DROP INDEX one_row_a_version"))
        connection.execute(text("CREATE INDEX ix_proposal_lineage ON proposal (lineage)"))
        connection.execute(text("ALTER TABLE proposal DROP COLUMN snoozed_until"))
        connection.execute(text("UPDATE alembic_version SET version_num = :version"), {"version": version})
    engine.dispose()


def version_and_columns(url: str) -> tuple[str, bool]:
    engine = create_engine(url.replace("+aiosqlite", ""))
    with engine.connect() as connection:
        version = str(connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one())
        has = "snoozed_until" in {column["name"] for column in inspect(connection).get_columns("proposal")}
    engine.dispose()
    return version, has
