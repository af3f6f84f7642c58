"""Find the days that a text names, in any form people write, and check whether a given day is meant.

A form without a year means the nearest such day; a weekday one within two weeks; “in three weeks” is counted from today and
may be three days off, “in two months” half a month.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)"
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_COUNTS = {
    word: number
    for number, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve".split()  # noqa: SIM905 - words read better than a list of strings
    )
} | {"a": 1, "an": 1, "a couple of": 2, "couple of": 2}
_COUNT = rf"(?:\d{{1,4}}|{'|'.join(sorted(_COUNTS, key=len, reverse=True))})"
_UNIT = r"(?:day|week|fortnight|month|quarter|year)s?"
_SPANS = {"day": 1, "week": 7, "fortnight": 14, "month": 30, "quarter": 91, "year": 365}
_PLAY = {"day": 0, "week": 3, "fortnight": 3, "month": 15, "quarter": 20, "year": 45}
_ORDINALS = ("first", "second", "third", "fourth")
_NEAR = 200  # days to either side to search for a day without a year


@dataclass(frozen=True, slots=True)
class ClaimedDay:
    """`text` verbatim, from `start` to `end`; `exact` is the day if the form names just one."""

    text: str
    start: int
    end: int
    fits: Callable[[date], bool]
    exact: date | None = None


def days_in(text: str, today: date) -> list[ClaimedDay]:
    """Return all days that the text names, from left to right, none inside another."""
    found: list[ClaimedDay] = []
    taken = bytearray(len(text))  # a mark for each character of a day that was found
    for pattern, make in _FORMS:
        for match in pattern.finditer(text):
            if taken.find(1, *match.span()) >= 0:
                continue
            if (claimed := make(match, today)) is not None:
                found.append(claimed)
                taken[claimed.start : claimed.end] = b"\1" * (claimed.end - claimed.start)
    return sorted(found, key=lambda each: each.start)


def with_days(text: str, today: date, wording: Callable[[ClaimedDay], str]) -> str:
    """The text with each day in other words."""
    pieces, at = [], 0
    for day in days_in(text, today):
        pieces += [text[at : day.start], wording(day)]
        at = day.end
    return "".join([*pieces, text[at:]])


def exact_days(texts: Sequence[str], today: date) -> Iterator[date]:
    """Yield the single days that these texts name."""
    for text in texts:
        yield from (each.exact for each in days_in(text, today) if each.exact)


def _claim(match: re.Match[str], fits: Callable[[date], bool], exact: date | None = None) -> ClaimedDay:
    return ClaimedDay(match[0], match.start(), match.end(), fits, exact)


def _full(year: str | None, month: int, day: int, match: re.Match[str], today: date) -> ClaimedDay:
    meant = _day(int(year), month, day) if year else _nearest(month, day, today)
    return _claim(match, lambda each: each == meant, meant)


def _iso(match: re.Match[str], today: date) -> ClaimedDay:
    return _full(match["y"], int(match["m"]), int(match["d"]), match, today)


def _named(match: re.Match[str], today: date) -> ClaimedDay:
    return _full(match["y"], _month(match["m"]), int(match["d"]), match, today)


def _numeric(match: re.Match[str], today: date) -> ClaimedDay | None:
    """Read day before month or month before day: either may be meant, so no single day is exact."""
    one, other = int(match["a"]), int(match["b"])
    year = int(match["y"]) + (2000 if match["y"] and len(match["y"]) == 2 else 0) if match["y"] else None
    meant = {_day(year, m, d) if year else _nearest(m, d, today) for m, d in ((other, one), (one, other))} - {None}
    if not meant:
        return None
    return _claim(match, lambda each: each in meant, next(iter(meant)) if len(meant) == 1 else None)


def _month_of_year(match: re.Match[str], today: date) -> ClaimedDay | None:
    name, month = match["m"], _month(match["m"])
    if not name[0].isupper() or (name in ("May", "March", "Mar") and match.start() == 0 and not match["y"]):
        return None
    year = int(match["y"]) if match["y"] else None
    return _claim(match, lambda each: each.month == month and _in_year(each, year, today))


def _quarter(match: re.Match[str], today: date) -> ClaimedDay:
    named = match["q"] or str(_ORDINALS.index((match["word"] or "first").casefold()) + 1)
    number, year = int(named), int(match["y"]) if match["y"] else None
    return _claim(match, lambda each: (each.month + 2) // 3 == number and _in_year(each, year, today))


def _weekday(match: re.Match[str], today: date) -> ClaimedDay:
    number = _WEEKDAYS.index(match["day"][:3].casefold())
    return _claim(match, lambda each: each.weekday() == number and -14 <= (each - today).days <= 14)


def _counted(match: re.Match[str], today: date) -> ClaimedDay:
    """`in three weeks`, `47 days ago`."""
    said = " ".join(match["count"].casefold().split())
    unit = match["unit"].casefold().removesuffix("s")
    span = (int(said) if said.isdigit() else _COUNTS[said]) * _SPANS[unit]
    meant = _moved(today, -span if "ago" in match[0].casefold() else span)
    play = _PLAY[unit]
    return _claim(
        match, lambda each: meant is not None and abs((each - meant).days) <= play, meant if play == 0 else None
    )


def _tomorrow(match: re.Match[str], today: date) -> ClaimedDay:
    said = match[0].casefold()
    meant = today + timedelta(days=-1 if said == "yesterday" else 2 if said.startswith("the") else 1)
    return _claim(match, lambda each: each == meant, meant)


def _next(match: re.Match[str], today: date) -> ClaimedDay:
    """`next week`, `last quarter`: all of it."""
    step = 1 if match["which"].casefold() in ("next", "coming") else -1
    unit = match["unit"].casefold()
    return _claim(match, lambda each: _ordinal(each, unit) == _ordinal(today, unit) + step)


def _end_of(match: re.Match[str], today: date) -> ClaimedDay:
    """`end of the month`: its last eight days; of the week its last three; of the year its last five weeks."""
    unit = match["unit"].casefold()
    last = {"week": 3, "month": 8, "quarter": 16, "year": 35}[unit]

    def fits(each: date) -> bool:
        following = each + timedelta(days=last)
        return _ordinal(each, unit) == _ordinal(today, unit) < _ordinal(following, unit)

    return _claim(match, fits)


def _year(match: re.Match[str], today: date) -> ClaimedDay:
    year = int(match[0])
    return _claim(match, lambda each: each.year == year)


_YEAR = r"(?:,? (?P<y>\d{4})(?!\d))?"
_FORMS: Sequence[tuple[re.Pattern[str], Callable[[re.Match[str], date], ClaimedDay | None]]] = (
    (re.compile(r"(?<![\d-])(?P<y>\d{4})-(?P<m>\d{2})-(?P<d>\d{2})(?!\d)"), _iso),
    (
        re.compile(
            rf"(?<![\d.,])(?P<d>\d{{1,2}})(?:st|nd|rd|th|\.)?(?: of)? (?P<m>{_MONTH})\b\.?{_YEAR}", re.IGNORECASE
        ),
        _named,
    ),
    (
        re.compile(
            rf"\b(?P<m>{_MONTH})\b\.? (?:the )?(?P<d>\d{{1,2}})(?:st|nd|rd|th)?(?![\d%]|[.,:]\d){_YEAR}", re.IGNORECASE
        ),
        _named,
    ),
    (
        re.compile(r"(?<![\d./])(?P<a>\d{1,2})(?P<dot>[./])(?P<b>\d{1,2})(?P=dot)(?P<y>\d{4}|\d{2})(?![\d./]\d)"),
        _numeric,
    ),
    (re.compile(r"(?<![\d./])(?P<a>\d{1,2})/(?P<b>\d{1,2})(?P<y>)(?![\d/])"), _numeric),
    (
        re.compile(
            rf"\b(?:Q(?P<q>[1-4])|(?P<word>{'|'.join(_ORDINALS)}) quarter)\b(?:(?: of|/|-)? ?(?P<y>\d{{4}}))?",
            re.IGNORECASE,
        ),
        _quarter,
    ),
    (re.compile(rf"\b(?:in|within) (?P<count>{_COUNT}) (?P<unit>{_UNIT})\b", re.IGNORECASE), _counted),
    (re.compile(rf"\b(?P<count>{_COUNT}) (?P<unit>{_UNIT}) (?:ago|from now|from today)\b", re.IGNORECASE), _counted),
    (re.compile(r"\b(?:the day after tomorrow|tomorrow|yesterday)\b", re.IGNORECASE), _tomorrow),
    (re.compile(r"\bend of (?:the |this )?(?P<unit>week|month|quarter|year)\b", re.IGNORECASE), _end_of),
    (re.compile(r"\b(?P<which>next|coming|last|past) (?P<unit>week|month|quarter|year)\b", re.IGNORECASE), _next),
    (
        re.compile(
            r"\b(?P<day>(?:Mon|Tues?|Wed(?:nes)?|Thu(?:rs?)?|Fri|Sat(?:ur)?|Sun)(?:day)?|"
            r"(?:mon|tues|wednes|thurs|fri|satur|sun)day)s?\b"
        ),
        _weekday,
    ),
    (re.compile(rf"\b(?P<m>{_MONTH})\b\.?(?: (?P<y>\d{{4}})(?!\d))?", re.IGNORECASE), _month_of_year),
    (re.compile(r"(?<![\d.,$€£¥/-])(?:19|20)\d{2}(?![\d%]|[.,]\d|/)"), _year),
)


def _month(name: str) -> int:
    return _MONTHS.index(name[:3].casefold()) + 1


def _in_year(each: date, year: int | None, today: date) -> bool:
    return each.year == year if year else abs((each - today).days) <= _NEAR + 165


def _nearest(month: int, day: int, today: date) -> date | None:
    """Return the nearest such day to today."""
    days = [_day(today.year + step, month, day) for step in (-1, 0, 1)]
    return min((each for each in days if each), key=lambda each: abs((each - today).days), default=None)


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _moved(today: date, days: int) -> date | None:
    try:
        return today + timedelta(days=days)
    except OverflowError:
        return None


def _ordinal(day: date, unit: str) -> int:
    """Number the week, month, quarter or year consecutively."""
    if unit == "week":
        return (day.toordinal() - 1) // 7
    return {"month": day.year * 12 + day.month, "quarter": day.year * 4 + (day.month + 2) // 3, "year": day.year}[unit]
