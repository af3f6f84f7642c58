"""The installation's shared data about its sign-in to the CRM and the CRM's limits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

ASK_WINDOW = timedelta(minutes=10)
DAY = timedelta(hours=24)
TOLD_HOLDS = timedelta(minutes=10)


class Claim(StrEnum):
    """The result of claiming the right to ask for a token: granted, held by someone else, already used by someone else, or
    used too often lately."""

    OURS = "ours"
    BUSY = "busy"
    MOVED = "moved"
    SPENT = "spent"


@dataclass(frozen=True, slots=True, kw_only=True)
class SignIn:
    """The current sign-in. `sealed` is the encrypted token and `left` its remaining lifetime; `refusal` holds while
    `refused_for` is positive; `asked` counts the tokens asked for in the last ten minutes."""

    sealed: str | None = None
    left: timedelta = timedelta()
    expires_at: datetime | None = None
    refusal: str | None = None
    refused_for: timedelta = timedelta()
    asked: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """Calls and credits of the last 24 hours and calls of the current minute. `remaining` is the CRM's own last figure for
    its allowance, minus later spending; None if it gave none recently."""

    calls: int = 0
    credits: int = 0
    this_minute: int = 0
    remaining: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditPolicy:
    """`allowance` is the credits for 24 hours (0: not known); `reserve` is kept for approved writes: below 1 a share of the
    allowance, else a number of credits."""

    allowance: int = 0
    reserve: float = 0.05

    @property
    def reserved(self) -> int:
        """Credits kept for approved writes; 0 if it is a share of an unknown allowance."""
        return round(self.allowance * self.reserve) if self.reserve < 1 else int(self.reserve)

    def left(self, spent: Spent, *, pending: int = 0) -> int | None:
        """Return the credits left, by the CRM's figure if there is one; None if unknown. `pending` is not counted yet."""
        if spent.remaining is not None:
            return spent.remaining - pending
        return self.allowance - spent.credits - pending if self.allowance else None

    def may_read(self, spent: Spent, *, charge: int, pending: int = 0) -> bool:
        """Whether a read with this charge leaves the reserve untouched."""
        left = self.left(spent, pending=pending)
        return left is None or left - charge >= self.reserved
