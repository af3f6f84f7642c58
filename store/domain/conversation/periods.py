"""Read from a message which days it means: `this month`, `last week`, `yesterday`, `December`, `the next 30 days`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from store.domain.text.shorthand import spelled_out
from store.domain.text.wording import on_day

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_UNIT = re.compile(
    r"\b(?P<which>this|next|last|past|previous|current|coming)\s+(?P<unit>week|month|quarter|year)\b", re.IGNORECASE
)
_END = re.compile(
    r"\b(?:by |before |until )?(?:the )?end of (?:the |this )?(?P<unit>week|month|quarter|year)\b|\beo(?P<short>[wmqy])\b",
    re.IGNORECASE,
)
_END_OF_MONTH = re.compile(
    r"\b(?:by |before |until |till )?(?:the )?end of (?P<month>january|february|march|april|may|june|july|august|september|october"
    r"|november|december|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)\b",
    re.IGNORECASE,
)
_SPAN = re.compile(
    r"\b(?P<lead>(?:in|within|over|during|next|last|past|coming)(?: (?:the|next|last|past|coming))*)"
    r" (?P<count>\d{1,3}|two|three|four|six) (?P<unit>day|week|month)s?\b",
    re.IGNORECASE,
)
_DAY = re.compile(r"\b(?P<day>today|tonight|tomorrow|yesterday)\b", re.IGNORECASE)
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_WEEKDAY = re.compile(r"\b(?P<name>(?:mon|tues|wednes|thurs|fri|satur|sun)day)\b", re.IGNORECASE)
_QUARTER = re.compile(r"\bq(?P<number>[1-4])\b", re.IGNORECASE)
_NAMED = re.compile(
    r"\b(?:in|for|during|until|by|before|of|this|next|last|,)?\s*(?P<month>(?i:january|february|march|april|june|july|august"
    r"|september|october|november|december|jan|feb|apr|jun|jul|aug|sept?|oct|nov|dec)|(?<=in )may|(?<=this )may|(?<=by )may|May)\b"
    r"(?: (?P<year>20\d\d))?"
)  # fmt: skip
_HALF = re.compile(
    r"\b(?P<half>first|second|early|late)(?: half of| half)? (?P<month>january|february|march|april|may|june|july|august|september"
    r"|october|november|december)\b",
    re.IGNORECASE,
)
_SEASON = re.compile(
    r"\b(?:this|next|last|in|in the|over the|during the) (?P<season>spring|summer|autumn|fall|winter)\b", re.IGNORECASE
)
_SEASONS = {"spring": 3, "summer": 6, "autumn": 9, "fall": 9, "winter": 12}
_TO_DATE = re.compile(r"\b(?:[mqy]td|(?:month|quarter|year) to date)\b", re.IGNORECASE)
_AFTER = re.compile(r"\bthe (?P<unit>week|month|quarter|year) after\b", re.IGNORECASE)
_COUNTS = {"two": 2, "three": 3, "four": 4, "six": 6}
_SPANS = {"day": 1, "week": 7, "month": 30}
_SHORT = {"w": "week", "m": "month", "q": "quarter", "y": "year"}


@dataclass(frozen=True, slots=True)
class Period:
    """The days from `first` to `last`, both included; `words` name them in a sentence: `this month`."""

    first: date
    last: date
    words: str

    def includes(self, day: date | None) -> bool:
        return day is not None and self.first <= day <= self.last


def period_in(message: str, today: date, *, ahead: bool = True) -> Period | None:
    """The period that a message names. A month without a year is the next one to come, or with `ahead` false the last one."""
    message = spelled_out(message)
    if found := _HALF.search(message):
        month = _month(_MONTHS.index(found["month"][:3].casefold()) + 1, None, today, ahead=ahead)
        first = found["half"].casefold() in ("first", "early")
        middle = month.first + timedelta(days=14)
        half = (month.first, middle) if first else (middle + timedelta(days=1), month.last)
        return Period(*half, f"in the {'first' if first else 'second'} half of {month.first:%B}")
    if found := _SEASON.search(message):
        return _season(found["season"].casefold(), today, ahead=ahead)
    if found := _TO_DATE.search(message):
        unit = {"m": "month", "q": "quarter", "y": "year"}[found[0][0].casefold()]
        return Period(_unit(unit, today, 0)[0], today, f"this {unit}")
    if found := _AFTER.search(message):
        unit = found["unit"].casefold()
        return Period(
            *_unit(unit, today, 1 if re.search(rf"\bthis {unit}", message, re.IGNORECASE) else 2), f"the {unit} after"
        )
    if found := _DAY.search(message):
        return _one_day(found["day"].casefold(), today)
    if found := _WEEKDAY.search(message):
        step = (_WEEKDAYS.index(found["name"][:3].casefold()) - today.weekday()) % 7
        day = today + timedelta(days=step if ahead else step - 7)
        return Period(day, day, f"on {day:%A}")
    if found := _SPAN.search(message):
        count = int(found["count"]) if found["count"].isdigit() else _COUNTS[found["count"].casefold()]
        back = re.search(r"last|past|over|during", found["lead"], re.IGNORECASE) is not None
        return _span(count * _SPANS[found["unit"].casefold()], today, back=back)
    if found := _END.search(message):
        unit = (found["unit"] or _SHORT[found["short"].casefold()]).casefold()
        return Period(today, _unit(unit, today, 0)[1], f"by the end of the {unit}")
    if ahead and (found := _END_OF_MONTH.search(message)):
        month = _month(_MONTHS.index(found["month"][:3].casefold()) + 1, None, today, ahead=True)
        return Period(today, month.last, f"by the end of {month.last:%B}")
    if found := _UNIT.search(message):
        return _whole_unit(found["which"].casefold(), found["unit"].casefold(), today)
    if found := _QUARTER.search(message):
        return _quarter(int(found["number"]), today, ahead=ahead)
    if found := _NAMED.search(message):
        year = int(found["year"]) if found["year"] else None
        return _month(_MONTHS.index(found["month"][:3].casefold()) + 1, year, today, ahead=ahead)
    return None


def this(unit: str, today: date) -> Period:
    """`this month`, all of it."""
    return Period(*_unit(unit, today, 0), f"this {unit}")


def _one_day(said: str, today: date) -> Period:
    day = today + timedelta(days={"tomorrow": 1, "yesterday": -1}.get(said, 0))
    return Period(day, day, "today" if said == "tonight" else said)


def _span(days: int, today: date, *, back: bool) -> Period:
    if back:
        return Period(today - timedelta(days=days), today, f"in the last {days} days")
    return Period(today, today + timedelta(days=days), f"in the next {days} days")


def _whole_unit(which: str, unit: str, today: date) -> Period:
    step = 1 if which in ("next", "coming") else -1 if which in ("last", "past", "previous") else 0
    return Period(*_unit(unit, today, step), f"{('last', 'this', 'next')[step + 1]} {unit}")


def _unit(unit: str, today: date, step: int) -> tuple[date, date]:
    if unit == "week":
        first = today - timedelta(days=today.weekday()) + timedelta(weeks=step)
        return first, first + timedelta(days=6)
    months = {"month": 1, "quarter": 3, "year": 12}[unit]
    begin = (today.year * 12 + today.month - 1) // months * months + step * months
    return _first(begin), _first(begin + months) - timedelta(days=1)


def _first(months: int) -> date:
    return date(months // 12, months % 12 + 1, 1)


def _quarter(number: int, today: date, *, ahead: bool) -> Period:
    current = (today.month + 2) // 3
    year = today.year + (1 if ahead and number < current else -1 if not ahead and number > current else 0)
    first = date(year, number * 3 - 2, 1)
    return Period(*_unit("quarter", first, 0), f"in Q{number} {year}")


def _season(name: str, today: date, *, ahead: bool) -> Period:
    """Three whole months: the coming or running ones, or with `ahead` false the last."""
    begin = today.year * 12 + _SEASONS[name] - 1
    if ahead and _first(begin + 3) <= today:
        begin += 12
    if not ahead and _first(begin) > today:
        begin -= 12
    return Period(_first(begin), _first(begin + 3) - timedelta(days=1), f"in {name}")


def _month(month: int, year: int | None, today: date, *, ahead: bool) -> Period:
    if year is None:
        year = today.year + (1 if ahead and month < today.month else -1 if not ahead and month > today.month else 0)
    first = date(year, month, 1)
    named = f"in {first:%B}" if year == today.year else f"in {first:%B} {year}"
    return Period(*_unit("month", first, 0), named)


def days_words(period: Period, today: date) -> str:
    """`1 Dec to 31 Dec`, to be clear about what was counted."""
    first, last = on_day(period.first, today=today), on_day(period.last, today=today)
    return first if first == last else f"{first} to {last}"
