"""Read a person's wish about a recommendation from one message: change it, hand it on, put it off, drop it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
_COUNTS = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "couple of": 2}
_UNITS = {"day": 1, "week": 7, "fortnight": 14, "month": 30}
_SPAN = re.compile(
    r"\b(?P<count>\d{1,3}|an?|one|two|three|four|five|six|(?:a )?couple of) (?P<unit>day|week|fortnight|month)s?\b"
)
_MONTH_DAY = re.compile(
    rf"\b(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?: of)? (?P<month>{'|'.join(_MONTHS)})\b"
    rf"|\b(?P<month2>{'|'.join(_MONTHS)}) (?P<day2>\d{{1,2}})(?:st|nd|rd|th)?\b"
)
_SNOOZE = re.compile(r"\b(?:skip|snooze|pause|park|hide|leave|put off|postpone|not now)\b")
_DISMISS = re.compile(
    r"\bnot this one\b|\bdismiss\b|\b(?:drop|forget|scrap|bin|cancel) (?:it|this|that)\b|\bdon[’']t (?:want|need) (?:it|this)\b"
)
_BECAUSE = re.compile(r"\b(?:because|since|as)\b[ ,:]*(?P<reason>.+)", re.DOTALL)
_ADJUST = re.compile(r"\b(?:make|move|shift|push|change|give|assign|hand|set|reschedule|rename|call)\b")
_MANAGER = re.compile(r"\b(?:to|for) (?:my|the|our) (?:manager|boss|lead)\b")
_OWNER = re.compile(r"\b(?:to|for) me\b|\bmyself\b|\bI[’']ll (?:do|take) it\b", re.IGNORECASE)
_NAMED = re.compile(
    r"\b(?:call it|rename it(?: to)?|title(?: it)?)[: ]+[“\"'](?P<words>[^”\"']{2,120})[”\"']", re.IGNORECASE
)
_WORDED = re.compile(r"\b(?:write|say|text(?: to)?|wording)[: ]+[“\"'](?P<words>[^”\"']{2,1000})[”\"']", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """`kind` None means a question. `days` belongs to a snooze, `reason` to a dismissal, the rest to an adjustment."""

    kind: Literal["adjust", "snooze", "dismiss"] | None = None
    due: date | None = None
    assignee: Literal["owner", "manager"] | None = None
    subject: str | None = None
    text: str | None = None
    days: int = 0
    reason: str = ""


def wish_in(message: str, today: date) -> Wish:
    lower = message.casefold()
    if lower.rstrip().endswith("?") and not _MANAGER.search(lower):
        return Wish()
    if _SNOOZE.search(lower) and (days := _days(lower, today)):
        return Wish(kind="snooze", days=days)
    if _DISMISS.search(lower):
        because = _BECAUSE.search(message)
        reason = because["reason"] if because else message
        return Wish(kind="dismiss", reason=reason.strip(" .!\n"))
    subject, text = _NAMED.search(message), _WORDED.search(message)
    wish = Wish(
        kind="adjust",
        due=day_in(lower, today),
        assignee="manager" if _MANAGER.search(lower) else "owner" if _OWNER.search(message) else None,
        subject=subject["words"] if subject else None,
        text=text["words"] if text else None,
    )
    meant = wish.due or wish.assignee or wish.subject or wish.text
    return wish if meant and _ADJUST.search(lower) else Wish()


def day_in(text: str, today: date) -> date | None:
    """Return the day that a lower-case text names: a weekday means its next date after today."""
    if found := re.search(r"\b(\d{4})-(\d{2})-(\d{2})\b", text):
        return _day(int(found[1]), int(found[2]), int(found[3]))
    if found := _MONTH_DAY.search(text):
        month, day = found["month"] or found["month2"], found["day"] or found["day2"]
        named = _day(today.year, _MONTHS.index(month) + 1, int(day))
        return _day(today.year + 1, named.month, named.day) if named and named < today else named
    if "tomorrow" in text:
        return today + timedelta(days=1)
    weekday = next((number for number, name in enumerate(_DAYS) if re.search(rf"\b{name}\b", text)), None)
    if weekday is not None:
        return today + timedelta(days=(weekday - today.weekday() - 1) % 7 + 1)
    if "next week" in text:
        return today + timedelta(days=7 - today.weekday())
    return today + timedelta(days=_span(text)) if re.search(r"\bin \S+ (?:day|week|month)", text) else None


def month_in(text: str, today: date) -> tuple[date, date] | None:
    """Return the month that a lower-case text names, the latest one that has begun: its first day and the first day after
    it."""
    number = next((number for number, name in enumerate(_MONTHS, start=1) if re.search(rf"\b{name}\b", text)), None)
    if number is None:
        return None
    year = today.year if number <= today.month else today.year - 1
    following = date(year + number // 12, number % 12 + 1, 1)
    return date(year, number, 1), following


def _days(text: str, today: date) -> int:
    span = _span(text)
    if span:
        return span
    until = day_in(text, today)
    return max(0, (until - today).days) if until else 0


def _span(text: str) -> int:
    found = _SPAN.search(text)
    if found is None:
        return 0
    count = found["count"].removeprefix("a c").replace("ouple of", "couple of")
    return (int(count) if count.isdigit() else _COUNTS.get(count, 1)) * _UNITS[found["unit"]]


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
