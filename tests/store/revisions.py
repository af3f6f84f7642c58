"""One migration by itself, on data that it never saw."""

from __future__ import annotations

from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

import store.migrations


def apply_again(connection: Connection, revision: str) -> None:
    """Run the steps of a revision on tables of the newest form; they must be steps that can be taken twice."""
    scripts = ScriptDirectory(store.migrations.__path__[0])
    found = scripts.get_revision(revision)
    assert found is not None
    with Operations.context(MigrationContext.configure(connection)):
        found.module.upgrade()
