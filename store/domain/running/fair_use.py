"""Fair use: how much one person may ask at once and per minute, so that no one keeps the others waiting.

A bucket of tokens per person and kind of errand: it holds a minute's worth and refills steadily. Decisions are no errands: a
press is never held back.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

MINUTE = timedelta(minutes=1)
SAID_AGAIN = MINUTE  # a person hears at most this often that they have to wait


class Errand(StrEnum):
    """What people ask for that takes work: an answer, a command, a review of an account."""

    MESSAGE = "message"
    COMMAND = "command"
    REVIEW = "review"


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowance:
    """One person's limits for a kind of errand: new ones per minute, and how many may run at once; 0 means no limit."""

    per_minute: int = 0
    at_once: int = 0


Allowances = Mapping[Errand, Allowance]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bucket:
    """`tokens` were left `at` that moment. `told_at` is when the person last heard that they have to wait."""

    tokens: float
    at: datetime
    told_at: datetime | None = None


class Wait(StrEnum):
    """Why an errand has to wait: the person's last ones still run, or they sent too many within a minute."""

    RUNNING = "running"
    MANY = "many"


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """The answer to an errand: to be done now unless it has to `wait`; then the person hears it if `tell`."""

    bucket: Bucket
    wait: Wait | None = None
    tell: bool = False


def full(allowance: Allowance, now: datetime) -> Bucket:
    """The bucket of someone who asked for nothing lately."""
    return Bucket(tokens=float(allowance.per_minute), at=now)


def ask(bucket: Bucket, allowance: Allowance, *, running: int, now: datetime) -> Turn:
    """Decide about one more errand while `running` others of its kind are under way. An errand that has to wait costs
    nothing."""
    bucket = _refilled(bucket, allowance, now)
    if allowance.at_once and running >= allowance.at_once:
        return _waiting(bucket, Wait.RUNNING, now)
    if allowance.per_minute and bucket.tokens < 1:
        return _waiting(bucket, Wait.MANY, now)
    return Turn(bucket=replace(bucket, tokens=max(0.0, bucket.tokens - 1)))


def _refilled(bucket: Bucket, allowance: Allowance, now: datetime) -> Bucket:
    """The clocks of two processes may differ: time that seems to run back refills nothing."""
    gained = max(timedelta(), now - bucket.at) / MINUTE * allowance.per_minute
    return replace(bucket, tokens=min(float(allowance.per_minute), bucket.tokens + gained), at=max(bucket.at, now))


def _waiting(bucket: Bucket, wait: Wait, now: datetime) -> Turn:
    tell = bucket.told_at is None or now - bucket.told_at >= SAID_AGAIN
    return Turn(bucket=replace(bucket, told_at=now) if tell else bucket, wait=wait, tell=tell)
