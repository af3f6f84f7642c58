"""Commands that only read leave a database of another release as it is and say what to do."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import create_engine, inspect, text

from store.migrations import upgrade
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
def test_an_older_database_is_not_migrated(tmp_path: Path, command: tuple[str, ...]) -> None:
    url = made_by(tmp_path / "older", "0007")
    ran = sergas(*command, cwd=tmp_path, home=tmp_path / "older", audit_anchor="off")
    assert ran.returncode == 2
    assert ran.stderr == "sergas: The database was made by an earlier version: run `sergas migrate`.\n"
    assert version_and_columns(url) == ("0007", False)


@pytest.mark.parametrize("command", [("status",), ("writes", "list")], ids=" ".join)
def test_a_newer_database_is_refused(tmp_path: Path, command: tuple[str, ...]) -> None:
    engine = create_engine(made_by(tmp_path / "older", "0007"))
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()
    ran = sergas(*command, cwd=tmp_path, home=tmp_path / "older", audit_anchor="off")
    assert ran.returncode == 2
    assert ran.stderr == (
        "sergas: The database was made by a newer version (9999): install that version or use another database.\n"
    )


def test_migrate_then_lets_it_be_read(tmp_path: Path) -> None:
    made_by(tmp_path / "older", "0007")
    assert sergas("migrate", cwd=tmp_path, home=tmp_path / "older").returncode == 0
    assert sergas("writes", "list", cwd=tmp_path, home=tmp_path / "older").returncode == 0


def made_by(home: Path, version: str) -> str:
    """The URL of an empty database as the release of this revision made it."""
    home.mkdir(mode=0o700)
    url = f"sqlite:///{home / 'sergas.db'}"
    engine = create_engine(url)
    with engine.begin() as connection:
        upgrade(connection, to=version)
    engine.dispose()
    return url


def version_and_columns(url: str) -> tuple[str, bool]:
    engine = create_engine(url)
    with engine.connect() as connection:
        version = str(connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one())
        has = "snoozed_until" in {column["name"] for column in inspect(connection).get_columns("proposal")}
    engine.dispose()
    return version, has
