"""What the processes of one installation know together about their sign-in to the CRM and its limits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

ASK_WINDOW = timedelta(minutes=10)
DAY = timedelta(hours=24)
TOLD_HOLDS = timedelta(minutes=10)


class Claim(StrEnum):
    """What came of wanting to ask for a token: ours to do, somebody else is at it, somebody did it meanwhile, or it was done
    too often of late."""

    OURS = "ours"
    BUSY = "busy"
    MOVED = "moved"
    SPENT = "spent"


@dataclass(frozen=True, slots=True, kw_only=True)
class SignIn:
    """As it stands now. `sealed` is the encrypted token and `left` how long it lasts; `refusal` holds while `refused_for` is
    positive; `asked` counts the tokens asked for in the last ten minutes."""

    sealed: str | None = None
    left: timedelta = timedelta()
    expires_at: datetime | None = None
    refusal: str | None = None
    refused_for: timedelta = timedelta()
    asked: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """Calls and credits of the last 24 hours and calls of the running minute. `remaining` is what the CRM itself last said is
    left of its allowance, less what was spent since; None where it said nothing of late."""

    calls: int = 0
    credits: int = 0
    this_minute: int = 0
    remaining: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditPolicy:
    """`allowance` is the credits of 24 hours (0: not known); `reserve` is kept for approved writes: below 1 a share of the
    allowance, else a number of credits."""

    allowance: int = 0
    reserve: float = 0.05

    @property
    def reserved(self) -> int:
        """Credits kept for approved writes; 0 where a share is asked for of an allowance that is not known."""
        return round(self.allowance * self.reserve) if self.reserve < 1 else int(self.reserve)

    def left(self, spent: Spent, *, pending: int = 0) -> int | None:
        """Credits left, by the CRM's word where there is one; None where nothing is known. `pending` is not counted yet."""
        if spent.remaining is not None:
            return spent.remaining - pending
        return self.allowance - spent.credits - pending if self.allowance else None

    def may_read(self, spent: Spent, *, charge: int, pending: int = 0) -> bool:
        """Whether a read of this charge leaves the reserve alone."""
        left = self.left(spent, pending=pending)
        return left is None or left - charge >= self.reserved
