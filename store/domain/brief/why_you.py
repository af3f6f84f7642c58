"""Why a card came to this reader: the role, and the setting that let it in, in one or two short sentences. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from store.domain.access.rules import Standing
from store.domain.text.wording import on_day, plural

Cause = Literal["", "expiring", "second", "passed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Came:
    """How a card came to someone, `standing` as they see its account. `owner` is the name of whose decision it is; `account_owner`
    says that the reader owns the account itself, not only a deal; `until` is the last day on which they cover for the owner.
    `reason` is why someone else than the owner was asked; `asks` is the most decisions of the reader's own morning brief, None in
    another message, `is_own` whether they set that themselves."""

    standing: Standing
    owner: str
    has_account: bool = True
    account_owner: bool = True
    until: date | None = None
    reason: Cause = ""
    asks: int | None = None
    is_own: bool = False


def why_you(came: Came, *, today: date) -> str:
    """Plain text."""
    said = _role(came, today)
    if came.standing is not Standing.OWNER and (came.standing is not Standing.DELEGATE or came.reason != "expiring"):
        said += _REASONS.get(came.reason, "").format(owner=came.owner)
    if came.asks is not None:
        whose = "your setting" if came.is_own else "the default"
        said += f" Your brief asks for at most {plural(came.asks, 'decision')}, which is {whose}."
    return said


_REASONS = {
    "expiring": " It is about to expire.",
    "second": " It needs a second approver.",
    "passed": " {owner} said that it isn't theirs.",
}


def _role(came: Came, today: date) -> str:
    match came.standing:
        case Standing.OWNER if not came.has_account:
            return "You own this deal."
        case Standing.OWNER:
            return "You own this account." if came.account_owner else "You own a deal on this account."
        case Standing.MANAGER:
            return f"You manage {came.owner}, who owns this."
        case Standing.DELEGATE:
            until = f" until {on_day(came.until, today=today)}" if came.until else ""
            return f"You cover for {came.owner}{until}."
        case Standing.ADMIN:
            return f"As an administrator, you were asked about this decision of {came.owner}."
