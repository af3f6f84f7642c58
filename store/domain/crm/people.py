"""Dates where a person is. Pure."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from store.domain.crm.accounts import Person


def local_day(person: Person, now: datetime) -> date:
    """The calendar date where this person is."""
    return now.astimezone(ZoneInfo(person.timezone)).date()
