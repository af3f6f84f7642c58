"""The tables: one SQLModel each, with the columns that queries need beside whole values as JSON (`body`).

The same tables serve SQLite and PostgreSQL. Rows never leave the store: repositories take and return domain values.
Enumerations are stored as text, so that adding a member needs no migration.
"""

from __future__ import annotations

from datetime import UTC, date, datetime

from sqlalchemy import (
    DateTime,
    Dialect,
    Index,
    MetaData,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    false,
    text,
    true,
)
from sqlmodel import Field, SQLModel

from store.tables.sealed import Sealed, SealedString, brief_in_clear, record_in_clear


class UtcDateTime(TypeDecorator[datetime]):
    """An aware datetime, in UTC on the way in and out; SQLite itself has no time zones.

    Raises: ValueError for a naive datetime, which would silently mean different moments on different machines.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("Only datetimes with a time zone are stored.")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Row(SQLModel):
    """Base of all tables, with a catalogue of their own and constraint names that migrations can rely on."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class PersonRow(Row, table=True):
    """`email_key` is the e-mail address normalised for looking up, empty if it is not ASCII."""

    __tablename__ = "person"
    id: str = Field(primary_key=True)
    name: str = Field(sa_type=SealedString("person.name"))
    email_key: str = Field(index=True, sa_type=SealedString("person.email_key"))
    active: bool
    manager_id: str | None = Field(default=None, index=True)
    body: str = Field(sa_type=Sealed("person.body"))


class SnapshotRow(Row, table=True):
    """The current version of a CRM record. An account has its own id as `account_id`, a deal its own as `deal_id`, so that
    one column finds everything on an account or a deal. `stage_since` is set for deals, `name_key` for accounts."""

    __tablename__ = "snapshot"
    __table_args__ = (
        Index(None, "kind", "owner_id"),
        Index(None, "kind", "account_id"),
        Index(None, "kind", "deal_id"),
        Index(None, "kind", "name_key"),
    )
    kind: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    owner_id: str
    account_id: str | None
    deal_id: str | None
    name_key: str | None = Field(sa_type=SealedString("snapshot.name_key"))
    stage: str | None
    stage_since: datetime | None = Field(sa_type=UtcDateTime)
    seen_at: datetime = Field(sa_type=UtcDateTime)
    body: str = Field(sa_type=Sealed("snapshot.body", record_in_clear))


class DepartedRow(Row, table=True):
    """A contact as it last was at an account that it left (moved or deleted)."""

    __tablename__ = "departed"
    account_id: str = Field(primary_key=True)
    contact_id: str = Field(primary_key=True)
    at: datetime = Field(sa_type=UtcDateTime)
    body: str = Field(sa_type=Sealed("departed.body"))


class QuarantineRow(Row, table=True):
    """A field of a record whose value in the CRM cannot be read: `field` is our name, `name` the CRM's. `last` is the text form of
    the last value that could be read, if there was one (`was_known`)."""

    __tablename__ = "quarantine"
    kind: str = Field(primary_key=True)
    record_id: str = Field(primary_key=True)
    field: str = Field(primary_key=True)
    account_id: str | None = None
    name: str
    why: str
    since: datetime = Field(sa_type=UtcDateTime)
    looked_at: datetime = Field(sa_type=UtcDateTime, index=True)
    was_known: bool
    last: str | None = Field(default=None, sa_type=Sealed("quarantine.last"))


class ChangeRow(Row, table=True):
    __tablename__ = "change"
    __table_args__ = (Index(None, "account_id", "at"), Index(None, "record_kind", "record_id"))
    id: str = Field(primary_key=True)
    kind: str
    record_kind: str
    record_id: str
    account_id: str | None
    owner_id: str
    field: str
    before: str | None = Field(sa_type=Sealed("change.before"))
    after: str | None = Field(sa_type=Sealed("change.after"))
    at: datetime = Field(sa_type=UtcDateTime)
    seen_at: datetime = Field(sa_type=UtcDateTime)
    since: datetime | None = Field(default=None, sa_type=UtcDateTime)


class WatermarkRow(Row, table=True):
    """`at` is the time from which to read a stream next, None before its first complete read. `began` and `after` belong to
    a read in progress: its start, and the place to continue from."""

    __tablename__ = "watermark"
    stream: str = Field(primary_key=True)
    at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    began: datetime | None = Field(default=None, sa_type=UtcDateTime)
    after: str | None = Field(default=None, sa_type=Text)


class SyncRunRow(Row, table=True):
    """`counts` is a JSON object; an unfinished run, or one with an `error`, is no success."""

    __tablename__ = "sync_run"
    id: str = Field(primary_key=True)
    started_at: datetime = Field(sa_type=UtcDateTime, index=True)
    finished_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    counts: str | None = Field(default=None, sa_type=Text)
    error: str | None = Field(default=None, sa_type=Text)


class ReferenceRow(Row, table=True):
    """Small facts with a name, such as the pipeline."""

    __tablename__ = "reference"
    name: str = Field(primary_key=True)
    body: str = Field(sa_type=Text)


_IN_FORCE = "state NOT IN ('superseded', 'rejected', 'undone')"


class ProposalRow(Row, table=True):
    """One version of a proposed write. `seq` keeps the order of creation; a lineage has at most one version in force,
    beside those that were replaced or taken back.
    `shown` is false from a move until its messages are rendered again."""

    __tablename__ = "proposal"
    __table_args__ = (
        UniqueConstraint("id"),
        Index(
            "one_version_in_force",
            "lineage",
            unique=True,
            sqlite_where=text(_IN_FORCE),
            postgresql_where=text(_IN_FORCE),
        ),
        Index("one_row_a_version", "lineage", "version", unique=True),
        Index(None, "owner_id", "account_id"),
        Index(None, "state", "expires_at"),
        Index(None, "state", "done_at"),
        Index("written_record", "crm_id"),
        # What a pilot's figures are counted from, so that no row needs to be read for them.
        Index("asked_in", "brief_id", "state", "key", "undoes", "done_at", "id", "lineage", "version"),
        Index("decided_when", "state", "decided_at", "decided_by"),
        Index("not_shown", "id", sqlite_where=text("NOT shown"), postgresql_where=text("NOT shown")),
    )
    seq: int | None = Field(default=None, primary_key=True)
    id: str
    lineage: str
    version: int
    brief_id: str | None = None
    owner_id: str
    account_id: str
    account_name: str = Field(sa_type=SealedString("proposal.account_name"))
    key: str = Field(index=True)
    recommendation: str = Field(sa_type=Sealed("proposal.recommendation"))
    write: str = Field(sa_type=Sealed("proposal.write"))
    digest: str
    state: str
    created_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime = Field(sa_type=UtcDateTime)
    asked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    basis: str = Field(
        default="[]", sa_type=Sealed("proposal.basis"), sa_column_kwargs={"server_default": text("'[]'")}
    )
    drifted: str = Field(
        default="[]", sa_type=Sealed("proposal.drifted"), sa_column_kwargs={"server_default": text("'[]'")}
    )
    amount: float = Field(default=0.0, sa_column_kwargs={"server_default": text("0")})
    needs_second: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    endorsed_by: str | None = None
    endorsed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    undoes: str | None = Field(default=None, index=True)
    undo_id: str | None = None
    reminded_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    offered_to: str | None = None
    passed_by: str | None = None
    snoozed_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    until_change: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    lifted_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    decided_by: str | None = None
    decided_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    reason: str | None = Field(default=None, sa_type=Sealed("proposal.reason"))
    attempt: int = 0
    run: int = 0
    sent_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    crm_id: str | None = None
    crm_modified_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    done_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    parked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    error: str | None = Field(default=None, sa_type=Sealed("proposal.error"))
    shown: bool = Field(default=True, sa_column_kwargs={"server_default": true()})


class BriefRow(Row, table=True):
    """A brief, claimed before it is written. `local_date` is None for the review of one account, of which a day may have
    many."""

    __tablename__ = "brief"
    __table_args__ = (
        UniqueConstraint("owner_id", "local_date"),
        Index(
            "in_slack_since",
            "owner_id",
            "posted_at",
            "local_date",
            "id",
            sqlite_where=text("posted_at IS NOT NULL"),
            postgresql_where=text("posted_at IS NOT NULL"),
        ),
    )
    id: str = Field(primary_key=True)
    owner_id: str
    local_date: date | None = None
    state: str
    claimed_at: datetime = Field(sa_type=UtcDateTime)
    generated_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    posted_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    body: str | None = Field(default=None, sa_type=Sealed("brief.body", brief_in_clear))


class MessageRow(Row, table=True):
    """`seq` keeps the order of creation. `body` is the part of a message not rendered from other rows, as JSON, until it is
    posted; `sending_at` is when someone began to post or update it, until that ends; `fingerprint` identifies its last
    rendered content.
    """

    __tablename__ = "message"
    __table_args__ = (
        UniqueConstraint("id"),
        UniqueConstraint("dedupe_key"),
        Index(None, "channel", "ts"),
        Index(
            "under_way",
            "sending_at",
            sqlite_where=text("sending_at IS NOT NULL"),
            postgresql_where=text("sending_at IS NOT NULL"),
        ),
    )
    seq: int | None = Field(default=None, primary_key=True)
    id: str
    dedupe_key: str
    person_id: str
    brief_id: str | None = Field(default=None, index=True)
    part: str
    thread_of: str | None = Field(default=None, foreign_key="message.id")
    state: str = Field(index=True)
    channel: str | None = None
    ts: str | None = None
    created_at: datetime = Field(sa_type=UtcDateTime)
    body: str | None = Field(default=None, sa_type=Sealed("message.body"))
    sending_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    fingerprint: str | None = None


class LinkRow(Row, table=True):
    """Which Slack user is which CRM user: one to one. `confirmed_at` is when the person said that it is them, `refused_at`
    when they said that it is not; `looked_at` when Slack last showed who that user is, `lapsed_at` when it first showed that
    they are not the same any more. `channel` is their direct message with the bot, once it was opened."""

    __tablename__ = "link"
    __table_args__ = (UniqueConstraint("person_id"),)
    team_id: str = Field(primary_key=True)
    user_id: str = Field(primary_key=True)
    person_id: str
    at: datetime = Field(sa_type=UtcDateTime)
    confirmed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    refused_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    looked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    lapsed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    channel: str | None = None


class AbsenceRow(Row, table=True):
    """Who is away, until when, and who decides for them; one per person."""

    __tablename__ = "absence"
    person_id: str = Field(primary_key=True)
    starts: datetime = Field(sa_type=UtcDateTime)
    ends: datetime = Field(sa_type=UtcDateTime, index=True)
    delegate_id: str = Field(index=True)
    set_by: str
    set_at: datetime = Field(sa_type=UtcDateTime)


class InboxRow(Row, table=True):
    """Received Slack requests, so that repeated ones are recognised and none is lost. `body` is the request as received,
    until it was handled (`done_at`); `attempts` counts how often handling began. `person` (Slack team and user) and `errand`
    are of those that fair use counts."""

    __tablename__ = "inbox"
    __table_args__ = (Index(None, "person", "errand", "done_at"),)
    key: str = Field(primary_key=True)
    at: datetime = Field(sa_type=UtcDateTime, index=True)
    body: str | None = Field(default=None, sa_type=Sealed("inbox.body"))
    attempts: int = Field(default=0, sa_column_kwargs={"server_default": text("0")})
    taken_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    done_at: datetime | None = Field(default=None, sa_type=UtcDateTime, index=True)
    person: str | None = None
    errand: str | None = None


class AuditRow(Row, table=True):
    """Append-only; triggers refuse every other change. `detail` is canonical JSON; each `hash` covers the one before."""

    __tablename__ = "audit"
    seq: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    at: datetime = Field(sa_type=UtcDateTime)
    actor: str
    action: str
    subject: str = Field(index=True)
    detail: str = Field(sa_type=Text)
    request_id: str
    previous: str
    hash: str


def table_of(row: type[Row]) -> Table:
    """Return the table behind a row class, for statements."""
    return Row.metadata.tables[str(row.__tablename__)]
