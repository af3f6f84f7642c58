"""Read the days and times that people and programs write: `2026-01-15T09:14:58+05:00`, `15.01.2026`, `1/05/26`, `5 Mar 2026`."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from typing import Literal

Order = Literal["DMY", "MDY", "YMD"]
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_TIME = (
    r"(?:[T ,]+(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,]\d+)?)?"
    r"\s*(?P<half>[AaPp]\.?[Mm]\.?)?\s*(?P<zone>Z|UTC|GMT|[+-]\d{2}:?\d{2})?)?"
)
_NUMBERS = re.compile(rf"(?P<a>\d{{1,4}})(?P<mark>[./-])(?P<b>\d{{1,2}})(?P=mark)(?P<c>\d{{1,4}})\.?{_TIME}", re.ASCII)
_DAY_FIRST = re.compile(
    rf"(?P<day>\d{{1,2}})(?:st|nd|rd|th|\.)?[ -]?(?P<month>[A-Za-z]{{3,9}})[., -]*(?P<year>\d{{2,4}}){_TIME}", re.ASCII
)
_MONTH_FIRST = re.compile(
    rf"(?P<month>[A-Za-z]{{3,9}})[. -]*(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?[ -]+(?P<year>\d{{4}}){_TIME}", re.ASCII
)


_STAMP = re.compile(r"(?P<whole>\d{5}|\d{8}|\d{10}|\d{13})(?P<fraction>[.,]\d+)?", re.ASCII)
_SHEETS_FIRST = date(1899, 12, 30)


class Ambiguous(ValueError):
    """The text is one of two days; `choices` are the two."""

    def __init__(self, *choices: date) -> None:
        super().__init__(" or ".join(str(choice) for choice in choices))
        self.choices = choices


def moment_of(text: str, order: Order | None, *, zone: tzinfo) -> date | datetime:
    """Return a time with its zone (`zone` if it names none), or a day if the text has no time.

    Raises: Ambiguous without an `order`, where two are possible; ValueError for anything that is not in the calendar.
    """
    if match := _NUMBERS.fullmatch(text):
        day = _numeric(match, order)
    elif match := _DAY_FIRST.fullmatch(text) or _MONTH_FIRST.fullmatch(text):
        day = date(_year(match["year"]), _month(match["month"]), int(match["day"]))
    else:
        raise ValueError(text)
    if match["hour"] is None:
        return day
    return datetime.combine(day, _time(match), tzinfo=_zone(match["zone"]) or zone)


def stamp_of(text: str) -> date | datetime | None:
    """Return the moment that a bare number means: seconds or milliseconds since 1970 with ten or thirteen digits, the day of a
    spreadsheet with five (1982 to 2119), or `20261231`. None for any other text."""
    match = _STAMP.fullmatch(text)
    if match is None:
        return None
    digits = match["whole"]
    if len(digits) == 5:
        return _SHEETS_FIRST + timedelta(days=int(digits)) if 30_000 <= int(digits) <= 80_000 else None
    if match["fraction"]:
        return None
    if len(digits) == 8:
        return _day(digits[:4], digits[4:6], digits[6:])
    return datetime.fromtimestamp(int(digits[:10]), UTC)


def looks_like_day(text: str) -> bool:
    """Whether the text has the form of a day, whatever its order and whether or not it is in the calendar."""
    return bool(_NUMBERS.fullmatch(text) or _DAY_FIRST.fullmatch(text) or _MONTH_FIRST.fullmatch(text))


def order_of(texts: Iterable[str]) -> Order | None:
    """Return the order of day and month that its cells show: a number above twelve is no month, and a date with dots
    has its day first. None if nothing decides."""
    day_first = month_first = 0
    for text in texts:
        if (match := _NUMBERS.fullmatch(text)) and len(match["a"]) <= 2:
            first, second = int(match["a"]), int(match["b"])
            day_first += first > 12 or (match["mark"] == "." and second <= 12)
            month_first += second > 12 and first <= 12
    if day_first == month_first:
        return None
    return "DMY" if day_first > month_first else "MDY"


def _numeric(match: re.Match[str], order: Order | None) -> date:
    a, b, c = match["a"], match["b"], match["c"]
    if len(a) > 2 or order == "YMD":
        return date(_year(a), int(b), int(c))
    if order is None and match["mark"] == ".":
        order = "DMY"
    readings = {"DMY": (c, b, a), "MDY": (c, a, b)}
    wanted = [readings[order]] if order else list(readings.values())
    days = sorted({day for year, month, number in wanted if (day := _day(year, month, number))})
    if len(days) > 1:
        raise Ambiguous(*days)
    if not days:
        raise ValueError(match[0])
    return days[0]


def _day(year: str, month: str, day: str) -> date | None:
    try:
        return date(_year(year), int(month), int(day))
    except ValueError:
        return None


def _year(text: str) -> int:
    if len(text) not in (2, 4):
        raise ValueError(text)
    return int(text) if len(text) == 4 else 2000 + int(text)


def _month(name: str) -> int:
    return _MONTHS.index(name.lower()[:3]) + 1


def _time(match: re.Match[str]) -> time:
    hour = int(match["hour"])
    if match["half"]:
        if not 1 <= hour <= 12:
            raise ValueError(match[0])
        hour = hour % 12 + (12 if match["half"][0] in "Pp" else 0)
    return time(hour, int(match["minute"]), int(match["second"] or 0))


def _zone(text: str | None) -> tzinfo | None:
    if not text:
        return None
    if text in ("Z", "UTC", "GMT"):
        return UTC
    hours, minutes = int(text[1:3]), int(text[-2:])
    offset = timedelta(hours=hours, minutes=minutes)
    return timezone(-offset if text[0] == "-" else offset)
