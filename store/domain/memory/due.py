"""The day by which something was promised, as people write it: “by Friday 6 March”, “until March 6th”, “before 06.03.2026”. Pure.

A form that may mean two days, such as 3/6, or a day that was over when it was said, names none: no due date is better than a
wrong one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, timedelta

_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_WEEKDAY = rf"(?:{'|'.join(_DAYS)}|mon|tues?|wed|thurs?|thu|fri|sat|sun)\b\.?"
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?"
    r"|dec(?:ember)?)\b\.?"
)
_HOUR = (
    r"eod|cob|close of business|(?:the )?end of (?:the )?day|end of(?! (?:the |this )?(?:week|month|quarter|year))|noon"
    r"|lunch(?:time)?"
)
_COUNTS = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "ten": 10}
_YEAR = r"(?:,? ?(?P<{0}>20\d{{2}})(?!\d))?"
_ORDER = r"(?:st|nd|rd|th)"
_BY = re.compile(
    rf"\b(?:(?:(?:no|not) later than|by|until|before|on|till|due)\s+(?:the\s+)?(?:(?:{_HOUR})(?: on)?,?\s+)?"
    r"(?:(?P<which>next|this|coming)\s+)?"
    rf"(?:(?P<weekday>{_WEEKDAY})(?P<after>\s+next week)?,?\s*(?:(?:the|on)\s+)?)?"
    r"(?:(?P<iso>\d{4}-\d{2}-\d{2})(?!\d)"
    rf"|(?P<d1>\d{{1,2}}){_ORDER}?\.?(?:\s+of)?\s+(?P<m1>{_MONTH}){_YEAR.format('y1')}"
    rf"|(?P<m2>{_MONTH})\s+(?:the\s+)?(?P<d2>\d{{1,2}}){_ORDER}?(?!\d){_YEAR.format('y2')}"
    r"|(?P<d3>\d{1,2})\.\s?(?P<m3>\d{1,2})\.\s?(?P<y3>\d{4}|\d{2}(?!\d))"
    r"|(?P<d4>\d{2})\.(?P<m4>\d{2})\b(?!\.?\d|\s?%)"
    r"|(?P<a>\d{1,2})/(?P<b>\d{1,2})(?:/(?P<y4>\d{4}|\d{2}))?(?![\d/])"
    rf"|(?P<only>\d{{1,2}}){_ORDER}\b"
    r"|(?P<word>tomorrow|today|tonight|end of (?:the |this )?(?:week|month|quarter|year)|next (?:week|month)|week|month)\b"
    r")?"
    rf"|(?:in|within)\s+(?:the next\s+)?(?P<count>\d{{1,2}}|{'|'.join(_COUNTS)})\s+(?P<unit>day|week)s?\b)",
    re.IGNORECASE,
)
_LONG_AGO = timedelta(days=180)  # a day without a year that is longer over is the next year's


def due_in(text: str, said_on: date) -> date | None:
    """Return the day that a sentence names, counted from the day it was said; None if it names none, or not just one."""
    for match in _BY.finditer(text):
        if any(value for name, value in match.groupdict().items() if name != "which"):
            return _due(match, said_on)
    return None


def without_due(text: str) -> str:
    """The sentence without the words that name its day."""
    return _BY.sub(" ", text)


def _due(match: re.Match[str], said_on: date) -> date | None:
    found = {name: value for name, value in match.groupdict().items() if value}
    for form, read in _FORMS.items():
        if form in found:
            return read(found, said_on)
    return None


def _iso(found: Mapping[str, str], _: date) -> date | None:
    year, month, day = map(int, found["iso"].split("-"))
    return _day(year, month, day)


def _day_first(found: Mapping[str, str], said_on: date) -> date | None:
    return _named(found.get("y1"), found["m1"], found["d1"], said_on)


def _month_first(found: Mapping[str, str], said_on: date) -> date | None:
    return _named(found.get("y2"), found["m2"], found["d2"], said_on)


def _dotted(found: Mapping[str, str], said_on: date) -> date | None:
    return _of(found.get("y3"), int(found["m3"]), int(found["d3"]), said_on)


def _dotted_without_year(found: Mapping[str, str], said_on: date) -> date | None:
    return _of(None, int(found["m4"]), int(found["d4"]), said_on)


def _slashed(found: Mapping[str, str], said_on: date) -> date | None:
    """Day before month or month before day: it counts if only one of them is a date, or both are the same."""
    one, other = int(found["a"]), int(found["b"])
    year = found.get("y4")
    meant = {_of(year, month, day, said_on) for month, day in ((one, other), (other, one)) if month <= 12 and day <= 31}
    return meant.pop() if len(meant) == 1 else None


def _of_month(found: Mapping[str, str], said_on: date) -> date | None:
    """“By the 6th”: the next day of that number."""
    day = int(found["only"])
    following = (said_on.replace(day=1) + timedelta(days=32)).replace(day=1)
    this = _day(said_on.year, said_on.month, day)
    return this if this and this >= said_on else _day(following.year, following.month, day)


def _word(found: Mapping[str, str], said_on: date) -> date | None:
    word, friday = " ".join(found["word"].lower().split()), said_on + timedelta(days=(4 - said_on.weekday()) % 7)
    if word in ("week", "month"):
        if found.get("which", "").lower() not in ("next", "coming"):
            return None
        word = f"next {word}"
    if word in ("today", "tonight", "tomorrow"):
        return said_on + timedelta(days=word == "tomorrow")
    if word == "next month":
        return _last_of_month(_last_of_month(said_on) + timedelta(days=1))
    if word.endswith("month"):
        return _last_of_month(said_on)
    if word.endswith("quarter"):
        return _last_of_month(date(said_on.year, (said_on.month + 2) // 3 * 3, 1))
    if word.endswith("year"):
        return date(said_on.year, 12, 31)
    return friday + timedelta(days=7) if word == "next week" else friday


def _counted(found: Mapping[str, str], said_on: date) -> date | None:
    said = found["count"].lower()
    count = int(said) if said.isdigit() else _COUNTS[said]
    return said_on + timedelta(days=count * (7 if found["unit"].lower() == "week" else 1))


def _on_weekday(found: Mapping[str, str], said_on: date) -> date | None:
    number = next(n for n, day in enumerate(_DAYS) if day.startswith(found["weekday"].lower().rstrip(".")[:3]))
    coming = said_on + timedelta(days=(number - said_on.weekday()) % 7 or 7)
    is_this_week = coming.isocalendar()[:2] == said_on.isocalendar()[:2]
    if "after" in found:
        return coming + timedelta(days=7) if is_this_week else coming
    if is_this_week and found.get("which", "").lower() == "next":
        return None  # some mean this one, some the one after
    return coming


_FORMS: Mapping[str, Callable[[Mapping[str, str], date], date | None]] = {
    "iso": _iso, "d1": _day_first, "d2": _month_first, "d3": _dotted, "d4": _dotted_without_year, "a": _slashed,
    "only": _of_month, "word": _word, "count": _counted, "weekday": _on_weekday,
}  # fmt: skip


def _named(year: str | None, month: str, day: str, said_on: date) -> date | None:
    return _of(year, _MONTHS.index(month[:3].lower()) + 1, int(day), said_on)


def _of(year: str | None, month: int, day: int, said_on: date) -> date | None:
    """Without a year, the next such day; none if it was over a short while ago, for then it is no due date."""
    if year:
        return _day(int(year) + (2000 if len(year) == 2 else 0), month, day)
    this = _day(said_on.year, month, day)
    if this is None or this >= said_on:
        return this
    return _day(said_on.year + 1, month, day) if said_on - this > _LONG_AGO else None


def _last_of_month(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1) - timedelta(days=1)


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
