"""Calls of models and tools with their costs, and the answers paid for.

A call's cost is kept for long and names people only by id; an answer may describe an account, is kept for days and is
deleted when the account is forgotten.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field

from store.tables.core import Row, UtcDateTime
from store.tables.memory import BIG
from store.tables.sealed import Sealed, SealedString

_ZERO = {"server_default": text("0")}


class ModelCallRow(Row, table=True):
    """`tokens` and `usd` count as spent: while the call is open, they are the reserved amount. `number` keeps the order of
    the calls. `asked_by` is the CRM user who asked, "" for the bot's own work."""

    __tablename__ = "model_call"
    __table_args__ = (
        UniqueConstraint("id"),
        Index(None, "account_id", "at"),
        Index(None, "trace"),
        Index(None, "at"),
        Index(None, "batch"),
        Index(None, "asked_by", "at"),
    )
    number: int | None = Field(default=None, primary_key=True, sa_type=BIG)
    id: str
    trace: str
    owner_id: str
    account_id: str
    agent: str
    model: str
    question: str
    prompt: str
    at: datetime = Field(sa_type=UtcDateTime)
    state: str
    problem: str = ""
    attempts: int = Field(default=0, sa_column_kwargs=_ZERO)
    milliseconds: int = Field(default=0, sa_column_kwargs=_ZERO)
    plain: int = Field(default=0, sa_column_kwargs=_ZERO)
    written: int = Field(default=0, sa_column_kwargs=_ZERO)
    read: int = Field(default=0, sa_column_kwargs=_ZERO)
    output: int = Field(default=0, sa_column_kwargs=_ZERO)
    tokens: int = Field(default=0, sa_column_kwargs=_ZERO)
    usd: float = Field(default=0.0, sa_column_kwargs=_ZERO)
    batch: str | None = None
    asked_by: str = Field(default="", sa_column_kwargs={"server_default": text("''")})


class ToolCallRow(Row, table=True):
    __tablename__ = "tool_call"
    __table_args__ = (UniqueConstraint("id"), Index(None, "trace"), Index(None, "account_id"), Index(None, "at"))
    number: int | None = Field(default=None, primary_key=True, sa_type=BIG)
    id: str
    call_id: str
    trace: str
    owner_id: str
    account_id: str
    agent: str
    tool: str
    inputs: str = Field(sa_type=SealedString("tool_call.inputs"))
    is_error: bool
    characters: int
    milliseconds: int
    at: datetime = Field(sa_type=UtcDateTime)


class ModelAnswerRow(Row, table=True):
    """`body` is the answer with its tools' results, as JSON."""

    __tablename__ = "model_answer"
    __table_args__ = (Index(None, "question"), Index(None, "account_id"), Index(None, "at"))
    call_id: str = Field(primary_key=True)
    question: str
    account_id: str
    trace: str
    with_tools: bool
    body: str = Field(sa_type=Sealed("model_answer.body"))
    at: datetime = Field(sa_type=UtcDateTime)
