"""Memories of accounts, things still to remember, and accounts that must not be remembered.

Triggers in the migration maintain the full text index of `memory_passage`: an FTS5 table `memory_text` on SQLite, a
generated column `words` with a GIN index on PostgreSQL. They also add the rows of `memory_due`, in the transaction of the
change itself.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, Index, Integer, Text, UniqueConstraint, false, text
from sqlmodel import Field

from store.tables.core import Row, UtcDateTime
from store.tables.sealed import Sealed, SealedString, words_in_clear

BIG = BigInteger().with_variant(Integer(), "sqlite")


class PassageRow(Row, table=True):
    """`number` is the row's own and stays, for the full text index. `seq` grows with every passage that is stored or
    removed, and is the place from which an index continues. A `gone` passage was removed, and its content erased."""

    __tablename__ = "memory_passage"
    __table_args__ = (
        UniqueConstraint("id"),
        UniqueConstraint("seq"),
        Index(None, "account_id", "at"),
        Index(None, "record_id"),
        Index(None, "deal_id"),
        Index(None, "contact_id"),
    )
    number: int | None = Field(default=None, primary_key=True, sa_type=BIG)
    id: str
    seq: int = Field(sa_type=BIG)
    account_id: str
    kind: str
    record_id: str
    deal_id: str | None = None
    contact_id: str | None = None
    author: str = Field(sa_type=SealedString("memory_passage.author"))
    title: str = Field(sa_type=Sealed("memory_passage.title", words_in_clear, indexed=True))
    text: str = Field(sa_type=Sealed("memory_passage.text", words_in_clear, indexed=True))
    at: datetime = Field(sa_type=UtcDateTime)
    digest: str = Field(sa_type=SealedString("memory_passage.digest"))
    gone: bool = Field(default=False, sa_column_kwargs={"server_default": false()})


class DueRow(Row, table=True):
    """A record, change, proposal or outcome that is new, changed or gone since it was last remembered."""

    __tablename__ = "memory_due"
    seq: int | None = Field(default=None, primary_key=True, sa_type=BIG)
    kind: str
    record_id: str


class ForgottenRow(Row, table=True):
    """An account or a deal that must not be read in again, and the person who asked for that."""

    __tablename__ = "memory_forgotten"
    kind: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    account_id: str = Field(index=True)
    at: datetime = Field(sa_type=UtcDateTime)
    by: str


class OutcomeRow(Row, table=True):
    """The goal of a write with its deadline, and the outcome. `verdict` is NULL until it is measured; `evidence` is JSON.
    `told_in` is the brief that shows it, NULL until then; "" if a release that kept no record measured it."""

    __tablename__ = "outcome"
    __table_args__ = (
        Index(None, "account_id", "measured_at"),
        Index(
            "open_outcome",
            "until",
            sqlite_where=text("verdict IS NULL"),
            postgresql_where=text("verdict IS NULL"),
        ),
    )
    proposal_id: str = Field(primary_key=True)
    account_id: str
    movement: str
    record_id: str
    since: datetime = Field(sa_type=UtcDateTime)
    until: datetime = Field(sa_type=UtcDateTime)
    verdict: str | None = None
    score: float | None = None
    because: str | None = Field(default=None, sa_type=Sealed("outcome.because"))
    evidence: str = Field(default="[]", sa_type=Text, sa_column_kwargs={"server_default": text("'[]'")})
    measured_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    told_in: str | None = None
