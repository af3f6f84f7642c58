"""Read from a message which days it means: `this month`, `last week`, `yesterday`, `December`, `the next 30 days`."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from store.domain.text.shorthand import spelled_out
from store.domain.text.wording import on_day

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_SURE = (
    "january|february|march|april|june|july|august|september|october|november|december"
    "|jan|feb|apr|jun|jul|aug|sept?|oct|nov|dec"
)
_MONTH = rf"(?:{_SURE}|mar|may)"
_UNIT = re.compile(
    r"\b(?P<which>this|of the|next|last|past|previous|current|coming)\s+(?P<unit>week|month|quarter|year)\b",
    re.IGNORECASE,
)
_AFTER_NEXT = re.compile(r"\bthe (?P<unit>week|month|quarter|year) after next\b", re.IGNORECASE)
_BESIDE = re.compile(
    r"\bthe (?P<unit>week|month|quarter|year) (?P<side>after|before)\b"
    r"|\bthe (?P<following>following) (?P<same>week|month|quarter|year)\b",
    re.IGNORECASE,
)
_END = re.compile(
    r"\b(?:by |before |until )?(?:the )?(?:end|rest|remainder) of "
    r"(?:the |this |(?P<next>next ))?(?P<unit>week|month|quarter|year)\b|\beo(?P<short>[wmqy])\b",
    re.IGNORECASE,
)
_END_OF_MONTH = re.compile(
    rf"\b(?:by |before |until |till )?(?:the )?end of (?P<month>{_MONTH})\b(?: (?P<year>20\d\d))?", re.IGNORECASE
)
_TO_DATE = re.compile(r"\b(?P<short>[wmqy])td\b|\b(?P<unit>week|month|quarter|year)[ -]to[ -]date\b", re.IGNORECASE)
_SPAN = re.compile(
    r"\b(?P<lead>(?:in|within|over|during|next|last|past|coming)(?: (?:the|next|last|past|coming))*)"
    r" (?P<count>\d{1,3}|two|three|four|six) (?P<unit>day|week|month)s?\b",
    re.IGNORECASE,
)
_DAY = re.compile(r"\b(?P<day>today|tonight|tomorrow|yesterday)\b", re.IGNORECASE)
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_WEEKDAY = re.compile(r"\b(?P<name>(?:mon|tues|wednes|thurs|fri|satur|sun)day)\b", re.IGNORECASE)
_QUARTER = re.compile(
    r"\bq(?P<number>[1-4])\b|\b(?P<nth>first|second|third|fourth|1st|2nd|3rd|4th|last) quarter\b(?: of (?:the |this )?year\b)?"
    r"(?: (?:of )?(?P<year>20\d\d))?",
    re.IGNORECASE,
)
_NTH = {"first": 1, "second": 2, "third": 3, "fourth": 4, "1st": 1, "2nd": 2, "3rd": 3, "4th": 4}
_PART = re.compile(
    r"\b(?P<part>first half|1st half|second half|2nd half|early|late|mid|middle|beginning|start)(?:[ -]of|[ -]in)?[ -](?:the )?"
    rf"(?:(?P<month>{_MONTH})\b(?: (?P<year>20\d\d))?|(?P<which>this|next|last) month\b|(?P<this>month)\b)",
    re.IGNORECASE,
)
_PARTS = {"first half": (1, 15), "1st half": (1, 15), "second half": (16, 31), "2nd half": (16, 31), "early": (1, 10),
          "beginning": (1, 10), "start": (1, 10), "mid": (11, 20), "middle": (11, 20), "late": (21, 31)}  # fmt: skip
_HALF = re.compile(
    r"\b(?:h(?P<number>[12])|(?P<nth>first|1st|second|2nd) half(?: of (?:the |this )?year)?|(?P<this>this half(?:[ -]year)?))\b"
    r"(?: (?:of )?(?P<year>20\d\d))?",
    re.IGNORECASE,
)
_SEASONS = {"spring": 3, "summer": 6, "autumn": 9, "fall": 9, "winter": 12}  # each begins with a month and has three
_SEASON = re.compile(
    r"\b(?:(?P<which>this|next|last|coming|past)|in|over|during|until|by|for|of) (?:the )?"
    r"(?P<season>spring|summer|autumn|fall|winter)\b(?: (?P<year>20\d\d))?",
    re.IGNORECASE,
)
_NAMED = re.compile(
    rf"\b(?P<lead>(?i:in|for|during|until|by|before|of|this|next|last)|,)?\s*(?P<month>(?i:{_SURE})"
    r"|(?<=in )may|(?<=this )may|(?<=by )may|(?<=until )may|(?<=before )may|May)\b(?: (?P<year>20\d\d))?"
)
_SINCE = re.compile(r"\bsince(?: the)?\s*$", re.IGNORECASE)
_COUNTS = {"two": 2, "three": 3, "four": 4, "six": 6}
_SPANS = {"day": 1, "week": 7, "month": 30}
_SHORT = {"w": "week", "m": "month", "q": "quarter", "y": "year"}
_LENGTHS = {"month": 1, "quarter": 3, "half-year": 6, "year": 12}


@dataclass(frozen=True, slots=True)
class Period:
    """The days from `first` to `last`, both included; `words` name them in a sentence: `this month`."""

    first: date
    last: date
    words: str

    def includes(self, day: date | None) -> bool:
        return day is not None and self.first <= day <= self.last


def period_in(message: str, today: date, *, ahead: bool = True) -> Period | None:
    """The period that a message names. A month without a year is the next one to come, or with `ahead` false the last one. Each
    line is a message of one thread: the last that names a period counts, and “the month after” is that after the one before."""
    found = None
    for line in message.splitlines():
        found = _beside(line, found, today) or _period(spelled_out(line), today, ahead) or found
    return found


def this(unit: str, today: date) -> Period:
    """`this month`, all of it."""
    return Period(*_unit(unit, today, 0), f"this {unit}")


def _period(message: str, today: date, ahead: bool) -> Period | None:
    readers: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], date, bool], Period | None]], ...] = (
        (_DAY, _one_day), (_WEEKDAY, _weekday), (_SPAN, _span), (_TO_DATE, _to_date), (_END, _end), (_END_OF_MONTH, _end_of_month),
        (_AFTER_NEXT, _after_next), (_PART, _part), (_HALF, _half), (_QUARTER, _quarter), (_UNIT, _whole_unit), (_SEASON, _season),
        (_NAMED, _named),
    )  # fmt: skip
    for pattern, read in readers:
        if (found := pattern.search(message)) and (period := read(found, today, ahead)):
            since = not ahead and _SINCE.search(message[: found.start()])
            return Period(period.first, today, f"since {on_day(period.first, today=today)}") if since else period
    return None


def _beside(line: str, before: Period | None, today: date) -> Period | None:
    """The unit after that of the message before, or after this one."""
    found = _BESIDE.search(line)
    if found is None or _AFTER_NEXT.search(line):
        return None
    earlier = _period(spelled_out(line[: found.start()]), today, ahead=True) or before
    if earlier is None:
        if not found["following"]:
            return None
        earlier = Period(today, today, "today")
    step = -1 if (found["side"] or "").casefold() == "before" else 1
    unit = (found["unit"] or found["same"]).casefold()
    first, last = _unit(unit, earlier.first if step < 0 else earlier.last, step)
    return Period(first, last, _in_words(unit, first, today))


def _in_words(unit: str, first: date, today: date) -> str:
    """`in May`, `in Q3 2026`, `in the week of 4 May`."""
    if unit == "month":
        return _month(first.month, first.year, today, ahead=True).words
    if unit == "quarter":
        return f"in Q{(first.month + 2) // 3} {first.year}"
    return f"in {first.year}" if unit == "year" else f"in the week of {on_day(first, today=today)}"


def _one_day(found: re.Match[str], today: date, ahead: bool) -> Period:
    said = found["day"].casefold()
    day = today + timedelta(days={"tomorrow": 1, "yesterday": -1}.get(said, 0))
    return Period(day, day, "today" if said == "tonight" else said)


def _weekday(found: re.Match[str], today: date, ahead: bool) -> Period:
    step = (_WEEKDAYS.index(found["name"][:3].casefold()) - today.weekday()) % 7
    day = today + timedelta(days=step if ahead else step - 7)
    return Period(day, day, f"on {day:%A}")


def _span(found: re.Match[str], today: date, ahead: bool) -> Period:
    count = int(found["count"]) if found["count"].isdigit() else _COUNTS[found["count"].casefold()]
    days = count * _SPANS[found["unit"].casefold()]
    if re.search(r"last|past|over|during", found["lead"], re.IGNORECASE):
        return Period(today - timedelta(days=days), today, f"in the last {days} days")
    return Period(today, today + timedelta(days=days), f"in the next {days} days")


def _to_date(found: re.Match[str], today: date, ahead: bool) -> Period:
    unit = (found["unit"] or _SHORT[found["short"].casefold()]).casefold()
    return Period(_unit(unit, today, 0)[0], today, f"so far this {unit}")


def _end(found: re.Match[str], today: date, ahead: bool) -> Period:
    unit = (found["unit"] or _SHORT[found["short"].casefold()]).casefold()
    coming = bool(found["next"])
    return Period(today, _unit(unit, today, int(coming))[1], f"by the end of {'next' if coming else 'the'} {unit}")


def _end_of_month(found: re.Match[str], today: date, ahead: bool) -> Period | None:
    month = _month_of(found, today, ahead=True)
    return Period(today, month.last, f"by the end of {month.words.removeprefix('in ')}") if ahead else None


def _after_next(found: re.Match[str], today: date, ahead: bool) -> Period:
    unit = found["unit"].casefold()
    first, last = _unit(unit, today, 2)
    return Period(first, last, _in_words(unit, first, today))


def _part(found: re.Match[str], today: date, ahead: bool) -> Period:
    """`the first half of July`, `early next month`."""
    step = {"next": 1, "last": -1}.get((found["which"] or "").casefold(), 0)
    month = _month_of(found, today, ahead=ahead) if found["month"] else Period(*_unit("month", today, step), "")
    begin, end = _PARTS[found["part"].casefold()]
    first, last = month.first.replace(day=begin), month.last.replace(day=min(end, month.last.day))
    return Period(first, last, f"from {days_words(Period(first, last, ''), today)}")


def _half(found: re.Match[str], today: date, ahead: bool) -> Period:
    current = 1 if today.month <= 6 else 2
    number = int(found["number"] or 0) or _NTH.get((found["nth"] or "").casefold(), current)
    first = date(_year(found["year"], number, current, today, ahead), number * 6 - 5, 1)
    return Period(*_unit("half-year", first, 0), f"in H{number} {first.year}")


def _quarter(found: re.Match[str], today: date, ahead: bool) -> Period | None:
    current = (today.month + 2) // 3
    said = (found["nth"] or "").casefold()
    if said == "last" and "year" not in found[0].casefold():
        return None  # the one before this
    number = int(found["number"] or 0) or _NTH.get(said, 4)
    first = date(_year(found["year"], number, current, today, ahead), number * 3 - 2, 1)
    return Period(*_unit("quarter", first, 0), f"in Q{number} {first.year}")


def _whole_unit(found: re.Match[str], today: date, ahead: bool) -> Period:
    which, unit = found["which"].casefold(), found["unit"].casefold()
    step = 1 if which in ("next", "coming") else -1 if which in ("last", "past", "previous") else 0
    return Period(*_unit(unit, today, step), f"{('last', 'this', 'next')[step + 1]} {unit}")


def _season(found: re.Match[str], today: date, ahead: bool) -> Period:
    """In the north: summer is June to August."""
    begin, which = _SEASONS[found["season"].casefold()], (found["which"] or "").casefold()
    back = which in ("last", "past") or (not ahead and which not in ("next", "coming"))
    year = int(found["year"]) if found["year"] else today.year - 1
    ends = [_first(each * 12 + begin + 2) for each in range(year, year + 4)]  # the day after
    begins_later = timedelta(days=92 if which == "next" else 0)
    after = next((each for each in ends if found["year"] or each - begins_later > today), ends[0])
    first = _first(after.year * 12 + after.month - 4)
    if back and not found["year"] and (first > today or which in ("last", "past")):
        first = date(first.year - 1, first.month, 1)
    last = _first(first.year * 12 + first.month + 2) - timedelta(days=1)
    return Period(first, last, f"from {days_words(Period(first, last, ''), today)}")


def _named(found: re.Match[str], today: date, ahead: bool) -> Period:
    month, lead = _month_of(found, today, ahead=ahead), (found["lead"] or "").casefold()
    name = month.words.removeprefix("in ")
    if ahead and lead in ("by", "until"):
        return Period(today, month.last, f"by the end of {name}")
    if ahead and lead == "before":
        return Period(today, month.first - timedelta(days=1), f"before {name}")
    return month


def _month_of(found: re.Match[str], today: date, *, ahead: bool) -> Period:
    year = int(found["year"]) if found["year"] else None
    return _month(_MONTHS.index(found["month"][:3].casefold()) + 1, year, today, ahead=ahead)


def _month(month: int, year: int | None, today: date, *, ahead: bool) -> Period:
    first = date(year or _year(None, month, today.month, today, ahead), month, 1)
    named = f"in {first:%B}" if first.year == today.year else f"in {first:%B} {first.year}"
    return Period(*_unit("month", first, 0), named)


def _year(said: str | None, number: int, current: int, today: date, ahead: bool) -> int:
    """The year of a month, quarter or half: the next to come, or the last."""
    if said:
        return int(said)
    return today.year + (1 if ahead and number < current else -1 if not ahead and number > current else 0)


def _unit(unit: str, today: date, step: int) -> tuple[date, date]:
    if unit == "week":
        first = today - timedelta(days=today.weekday()) + timedelta(weeks=step)
        return first, first + timedelta(days=6)
    months = _LENGTHS[unit]
    begin = (today.year * 12 + today.month - 1) // months * months + step * months
    return _first(begin), _first(begin + months) - timedelta(days=1)


def _first(months: int) -> date:
    return date(months // 12, months % 12 + 1, 1)


def days_words(period: Period, today: date) -> str:
    """`1 Dec to 31 Dec`, to be clear about what was counted."""
    first, last = on_day(period.first, today=today), on_day(period.last, today=today)
    return first if first == last else f"{first} to {last}"
