"""What is remembered of accounts: passages with a full text index, what is still to be remembered, outcomes."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
COLUMNS = "account_id, title, text"

# Account and deal rows are named in the queue only for what hangs on them: that belongs to another account when they move.
CHILDREN = "SELECT kind, id FROM snapshot WHERE kind IN ('activity', 'note')"

SQLITE = (
    f"""CREATE VIRTUAL TABLE memory_text USING fts5({COLUMNS}, content='memory_passage', content_rowid='number',
        tokenize='porter unicode61 remove_diacritics 2')""",
    f"""CREATE TRIGGER memory_text_insert AFTER INSERT ON memory_passage WHEN NOT NEW.gone BEGIN
        INSERT INTO memory_text(rowid, {COLUMNS}) VALUES (NEW.number, NEW.account_id, NEW.title, NEW.text); END""",
    f"""CREATE TRIGGER memory_text_delete AFTER DELETE ON memory_passage WHEN NOT OLD.gone BEGIN
        INSERT INTO memory_text(memory_text, rowid, {COLUMNS})
        VALUES ('delete', OLD.number, OLD.account_id, OLD.title, OLD.text); END""",
    f"""CREATE TRIGGER memory_text_leave AFTER UPDATE ON memory_passage WHEN NOT OLD.gone BEGIN
        INSERT INTO memory_text(memory_text, rowid, {COLUMNS})
        VALUES ('delete', OLD.number, OLD.account_id, OLD.title, OLD.text);
        INSERT INTO memory_text(rowid, {COLUMNS})
        SELECT NEW.number, NEW.account_id, NEW.title, NEW.text WHERE NOT NEW.gone; END""",
    f"""CREATE TRIGGER memory_text_return AFTER UPDATE ON memory_passage WHEN OLD.gone AND NOT NEW.gone BEGIN
        INSERT INTO memory_text(rowid, {COLUMNS}) VALUES (NEW.number, NEW.account_id, NEW.title, NEW.text); END""",
    """CREATE TRIGGER memory_due_record AFTER INSERT ON snapshot WHEN NEW.kind IN ('activity', 'note') BEGIN
        INSERT INTO memory_due(kind, record_id) VALUES (NEW.kind, NEW.id); END""",
    """CREATE TRIGGER memory_due_moved AFTER UPDATE ON snapshot WHEN NEW.kind IN ('activity', 'note') BEGIN
        INSERT INTO memory_due(kind, record_id) VALUES (NEW.kind, NEW.id); END""",
    """CREATE TRIGGER memory_due_gone AFTER DELETE ON snapshot WHEN OLD.kind IN ('account', 'activity', 'note') BEGIN
        INSERT INTO memory_due(kind, record_id) VALUES (OLD.kind, OLD.id); END""",
    f"""CREATE TRIGGER memory_due_deal AFTER INSERT ON snapshot WHEN NEW.kind = 'deal' BEGIN
        INSERT INTO memory_due(kind, record_id) {CHILDREN} AND deal_id = NEW.id; END""",
    f"""CREATE TRIGGER memory_due_deal_moved AFTER UPDATE OF account_id ON snapshot
        WHEN NEW.kind = 'deal' AND OLD.account_id IS NOT NEW.account_id BEGIN
        INSERT INTO memory_due(kind, record_id) {CHILDREN} AND deal_id = NEW.id; END""",
    f"""CREATE TRIGGER memory_due_account AFTER INSERT ON snapshot WHEN NEW.kind = 'account' BEGIN
        INSERT INTO memory_due(kind, record_id) {CHILDREN} AND account_id = NEW.id; END""",
    """CREATE TRIGGER memory_due_change AFTER INSERT ON "change" WHEN NEW.record_kind IN ('account', 'deal', 'contact') BEGIN
        INSERT INTO memory_due(kind, record_id) VALUES ('change', NEW.id); END""",
    """CREATE TRIGGER memory_due_proposal AFTER INSERT ON proposal BEGIN
        INSERT INTO memory_due(kind, record_id) VALUES ('proposal', NEW.id); END""",
    """CREATE TRIGGER memory_due_decided AFTER UPDATE OF state ON proposal WHEN OLD.state <> NEW.state BEGIN
        INSERT INTO memory_due(kind, record_id) VALUES ('proposal', NEW.id); END""",
    """CREATE TRIGGER memory_due_outcome AFTER UPDATE OF verdict ON outcome WHEN OLD.verdict IS NOT NEW.verdict BEGIN
        INSERT INTO memory_due(kind, record_id) VALUES ('outcome', NEW.proposal_id); END""",
)

# PostgreSQL's parser reads tags, addresses and paths as one word or none; without punctuation it reads the words.
PUNCTUATION = r"""!"#$%&()*+,-./:;<=>?@[\]^_`{|}~"""
PLAIN = f"'{PUNCTUATION}', '{' ' * len(PUNCTUATION)}'"

POSTGRESQL = (
    f"""ALTER TABLE memory_passage ADD COLUMN words tsvector GENERATED ALWAYS AS
       (setweight(to_tsvector('english', translate(title, {PLAIN})), 'A')
        || setweight(to_tsvector('english', translate(text, {PLAIN})), 'B')) STORED""",
    "CREATE INDEX memory_words ON memory_passage USING gin (words)",
    f"""
    CREATE FUNCTION memory_due_of_snapshot() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'DELETE' THEN
            IF OLD.kind IN ('account', 'activity', 'note') THEN
                INSERT INTO memory_due(kind, record_id) VALUES (OLD.kind, OLD.id);
            END IF;
        ELSIF NEW.kind IN ('activity', 'note') THEN
            INSERT INTO memory_due(kind, record_id) VALUES (NEW.kind, NEW.id);
        ELSIF NEW.kind = 'deal' THEN
            IF TG_OP = 'INSERT' OR OLD.account_id IS DISTINCT FROM NEW.account_id THEN
                INSERT INTO memory_due(kind, record_id) {CHILDREN} AND deal_id = NEW.id;
            END IF;
        ELSIF NEW.kind = 'account' AND TG_OP = 'INSERT' THEN
            INSERT INTO memory_due(kind, record_id) {CHILDREN} AND account_id = NEW.id;
        END IF;
        RETURN NULL;
    END $$
    """,
    """CREATE TRIGGER memory_due_record AFTER INSERT OR UPDATE OR DELETE ON snapshot
       FOR EACH ROW EXECUTE FUNCTION memory_due_of_snapshot()""",
    """
    CREATE FUNCTION memory_due_of_row() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        INSERT INTO memory_due(kind, record_id) VALUES (TG_ARGV[0], to_jsonb(NEW) ->> TG_ARGV[1]);
        RETURN NULL;
    END $$
    """,
    """CREATE TRIGGER memory_due_change AFTER INSERT ON "change" FOR EACH ROW
       WHEN (NEW.record_kind IN ('account', 'deal', 'contact')) EXECUTE FUNCTION memory_due_of_row('change', 'id')""",
    """CREATE TRIGGER memory_due_proposal AFTER INSERT ON proposal FOR EACH ROW
       EXECUTE FUNCTION memory_due_of_row('proposal', 'id')""",
    """CREATE TRIGGER memory_due_decided AFTER UPDATE OF state ON proposal FOR EACH ROW
       WHEN (OLD.state <> NEW.state) EXECUTE FUNCTION memory_due_of_row('proposal', 'id')""",
    """CREATE TRIGGER memory_due_outcome AFTER UPDATE OF verdict ON outcome FOR EACH ROW
       WHEN (OLD.verdict IS DISTINCT FROM NEW.verdict) EXECUTE FUNCTION memory_due_of_row('outcome', 'proposal_id')""",
)

# What was kept before there was a memory.
BACKLOG = (
    "INSERT INTO memory_due(kind, record_id) SELECT kind, id FROM snapshot WHERE kind IN ('activity', 'note')",
    """INSERT INTO memory_due(kind, record_id) SELECT 'change', id FROM "change"
       WHERE record_kind IN ('account', 'deal', 'contact') ORDER BY at""",
    "INSERT INTO memory_due(kind, record_id) SELECT 'proposal', id FROM proposal ORDER BY seq",
)


def upgrade() -> None:
    _passages()
    _outcomes()
    is_postgres = op.get_context().dialect.name == "postgresql"
    for statement in (*(POSTGRESQL if is_postgres else SQLITE), *BACKLOG):
        op.execute(statement)


def _moment(name: str, *, nullable: bool = False) -> sa.Column[datetime]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _text(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(), nullable=nullable)


def _passages() -> None:
    op.create_table(
        "memory_passage",
        sa.Column("number", BIG, nullable=False),
        _text("id"),
        sa.Column("seq", BIG, nullable=False),
        *(_text(name) for name in ("account_id", "kind", "record_id")),
        *(_text(name, nullable=True) for name in ("deal_id", "contact_id")),
        _text("author"),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        _moment("at"),
        _text("digest"),
        sa.Column("gone", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.PrimaryKeyConstraint("number", name="pk_memory_passage"),
        sa.UniqueConstraint("id", name="uq_memory_passage_id"),
        sa.UniqueConstraint("seq", name="uq_memory_passage_seq"),
    )
    op.create_index("ix_memory_passage_account_id_at", "memory_passage", ["account_id", "at"])
    for name in ("record_id", "deal_id", "contact_id"):
        op.create_index(f"ix_memory_passage_{name}", "memory_passage", [name])
    op.create_table(
        "memory_due",
        sa.Column("seq", BIG, nullable=False),
        _text("kind"),
        _text("record_id"),
        sa.PrimaryKeyConstraint("seq", name="pk_memory_due"),
    )
    op.create_table(
        "memory_forgotten",
        *(_text(name) for name in ("kind", "id", "account_id")),
        _moment("at"),
        _text("by"),
        sa.PrimaryKeyConstraint("kind", "id", name="pk_memory_forgotten"),
    )
    op.create_index("ix_memory_forgotten_account_id", "memory_forgotten", ["account_id"])


def _outcomes() -> None:
    op.create_table(
        "outcome",
        *(_text(name) for name in ("proposal_id", "account_id", "movement", "record_id")),
        _moment("since"),
        _moment("until"),
        _text("verdict", nullable=True),
        sa.Column("score", sa.Float(), nullable=True),
        sa.Column("because", sa.Text(), nullable=True),
        sa.Column("evidence", sa.Text(), nullable=False, server_default=sa.text("'[]'")),
        _moment("measured_at", nullable=True),
        sa.PrimaryKeyConstraint("proposal_id", name="pk_outcome"),
    )
    op.create_index("ix_outcome_account_id_measured_at", "outcome", ["account_id", "measured_at"])
    is_open = sa.text("verdict IS NULL")
    op.create_index("open_outcome", "outcome", ["until"], sqlite_where=is_open, postgresql_where=is_open)
