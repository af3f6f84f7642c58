"""Run by Alembic: applies the migrations on the connection that `store.migrations.upgrade` was given."""

from __future__ import annotations

from alembic import context

from store.tables.core import Row

context.configure(
    connection=context.config.attributes["connection"], target_metadata=Row.metadata, render_as_batch=True
)
with context.begin_transaction():
    context.run_migrations()
