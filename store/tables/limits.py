"""The installation's shared data about its sign-ins to the CRM and their limits; a few rows per sign-in.

`key` identifies a sign-in: a hash of the client id and the refresh token, from which neither can be recovered.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Text, text
from sqlmodel import Field

from store.tables.core import Row, UtcDateTime


class SignInRow(Row, table=True):
    """The access token, encrypted; the process asking for a new one; the times of recent requests (JSON, seconds since the
    epoch); and the last refusal, which spares further requests."""

    __tablename__ = "crm_sign_in"
    key: str = Field(primary_key=True)
    sealed: str | None = Field(default=None, sa_type=Text)
    expires_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    leased_by: str | None = None
    leased_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    asked: str = Field(default="[]", sa_type=Text, sa_column_kwargs={"server_default": text("'[]'")})
    refusal: str | None = Field(default=None, sa_type=Text)
    refused_until: datetime | None = Field(default=None, sa_type=UtcDateTime)


class UsageRow(Row, table=True):
    """Calls made and credits spent in ten minutes."""

    __tablename__ = "crm_usage"
    key: str = Field(primary_key=True)
    slot: datetime = Field(primary_key=True, sa_type=UtcDateTime)
    calls: int
    credits: int


class PaceRow(Row, table=True):
    """The end of the pause that the CRM asked for, and how many it asked for in a row; its last figure for the rest of the
    day's credits; and the calls of the current minute, for people to look at."""

    __tablename__ = "crm_pace"
    key: str = Field(primary_key=True)
    paused_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    strikes: int = Field(default=0, sa_column_kwargs={"server_default": text("0")})
    remaining: int | None = None
    remaining_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    minute: datetime | None = Field(default=None, sa_type=UtcDateTime)
    minute_calls: int = Field(default=0, sa_column_kwargs={"server_default": text("0")})


class CallRow(Row, table=True):
    """A call of the last minute, or one in progress: it holds its place until it is given back or `held_until` passes."""

    __tablename__ = "crm_call"
    id: str = Field(primary_key=True)
    key: str = Field(index=True)
    at: datetime = Field(sa_type=UtcDateTime)
    held_until: datetime = Field(sa_type=UtcDateTime)
