"""National holidays where a person is, by their time zone. Pure: both tables are data of installed packages.

A time zone names one country (tz database, `zone.tab`); a zone without one, such as UTC, has no holidays. Holidays of single
states or regions are not known.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache
from importlib import resources


def is_public_holiday(timezone: str, day: date) -> bool:
    """Whether this is a national holiday in the country of an IANA time zone."""
    country = country_of(timezone)
    return country is not None and day in _holidays(country, day.year)


def country_of(timezone: str) -> str | None:
    """The ISO 3166 code of a time zone's country; None if it has none."""
    countries = _countries()
    return countries.get(timezone) or countries.get(_renamed().get(timezone, ""))


def load() -> None:
    """Import the calendars, which takes tenths of a second, beside whatever must not wait for it."""
    import holidays  # noqa: F401 - only to have it in memory


@cache
def _holidays(country: str, year: int) -> frozenset[date]:
    import holidays  # takes a tenth of a second, which no start should wait for

    if country not in holidays.list_supported_countries():
        return frozenset()
    return frozenset(holidays.country_holidays(country, years=year))


@cache
def _countries() -> Mapping[str, str]:
    rows = (line.split("\t") for line in _table("zone.tab") if not line.startswith("#"))
    return {row[2]: row[0] for row in rows if len(row) > 2}


@cache
def _renamed() -> Mapping[str, str]:
    """The present names of time zones by their former ones."""
    links = (line.split() for line in _table("tzdata.zi") if line.startswith("L "))
    return {old: new for _, new, old in links}


def _table(name: str) -> list[str]:
    return resources.files("tzdata.zoneinfo").joinpath(name).read_text(encoding="utf-8").splitlines()
