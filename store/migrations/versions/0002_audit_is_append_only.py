"""The database itself refuses to change or remove entries of the audit trail."""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

MESSAGE = "The audit trail is append-only."

# INSERT OR REPLACE would remove a row without firing the delete trigger, hence the one on insert.
SQLITE = tuple(
    f"CREATE TRIGGER audit_no_{event.lower()} BEFORE {event} ON audit {condition}BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
    for event, condition in (
        ("UPDATE", ""),
        ("DELETE", ""),
        ("INSERT", "WHEN EXISTS (SELECT 1 FROM audit WHERE seq >= NEW.seq) "),
    )
)

POSTGRESQL = (
    f"""
    CREATE FUNCTION audit_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION '{MESSAGE}';
    END $$
    """,
    """
    CREATE TRIGGER audit_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON audit
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse_change()
    """,
)


def upgrade() -> None:
    for statement in POSTGRESQL if op.get_context().dialect.name == "postgresql" else SQLITE:
        op.execute(statement)
