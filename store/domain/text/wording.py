"""Format numbers, dates and foreign names in sentences, the same everywhere."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

QUOTE_LIMIT = 80
_QUOTATION = re.compile(r"“[^”]*”")
_COUNTED = re.compile(r"\b(?:for (?:at least )?[\d,]+ days?|[\d,]+ days? ago|today|yesterday)\b")


def money(amount: float, currency: str = "$") -> str:
    """`$84,000`: whole units, because a brief is no invoice."""
    return f"{currency}{amount:,.0f}"


def on_day(day: date, *, today: date) -> str:
    """`14 Nov`, with the year if it is not the current one."""
    return f"{day.day} {day:%b}" if day.year == today.year else f"{day.day} {day:%b} {day.year}"


def day_and_year(day: date) -> str:
    """`3 Mar 2026`: with the year, because memories are read in other years."""
    return f"{day.day} {day:%b} {day.year}"


def plural(count: int, noun: str, many: str = "") -> str:
    """`1 day`, `47 days`; `many` is the form for several if it takes more than an “s”."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {many or f'{noun}s'}"


def days_between(earlier: datetime, later: datetime, *, timezone: str) -> int:
    """Count the calendar days from one moment to another in that zone."""
    zone = ZoneInfo(timezone)
    return (later.astimezone(zone).date() - earlier.astimezone(zone).date()).days


def ago(days: int) -> str:
    """`today`, `yesterday`, `12 days ago`."""
    return ("today", "yesterday")[days] if days in (0, 1) else f"{plural(days, 'day')} ago"


def as_of(text: str, written: date, *, today: date) -> str:
    """A sentence that counts the days until it was `written` says so on any other day:
    `Nothing logged for 51 days (as of 12 Mar).`"""
    if written == today or not _COUNTED.search(_QUOTATION.sub("", text)):
        return text
    return f"{text.removesuffix('.')} (as of {on_day(written, today=today)})."


def one_line(text: str, *, limit: int = QUOTE_LIMIT) -> str:
    """Put foreign text on one line, at most `limit` characters, cut between words if it has any. It is still foreign:
    views must escape it."""
    line = " ".join(text[: limit * 4].split())
    if len(line) <= limit:
        return line
    cut = line[: limit - 1]
    if not line[limit - 1].isspace() and (gap := cut.rfind(" ")) >= limit // 2:
        cut = cut[:gap]
    return cut.rstrip() + "…"


def quoted(text: str, *, limit: int = QUOTE_LIMIT) -> str:
    """`“Renewal 2026”`."""
    return f"“{one_line(text, limit=limit)}”"


def some_of(shown: Sequence[str], count: int) -> str:
    """`a, b and 3 more`: those `shown`, and how many more of the `count` there are."""
    left = count - len(shown)
    return ", ".join(shown) + (f" and {left:,} more" if left > 0 else "")


def joined(parts: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
