"""Public holidays: of a country or a part of it that a person named, else of the country of their time zone. Pure: both tables
are data of installed packages.

A time zone names one country (tz database, `zone.tab`); a zone without one, such as UTC, has no holidays.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache
from importlib import resources


def is_public_holiday(timezone: str, day: date) -> bool:
    """Whether this is a national holiday in the country of an IANA time zone."""
    country = country_of(timezone)
    return country is not None and is_holiday_in(country, None, day)


def is_holiday_in(country: str, region: str | None, day: date) -> bool:
    """Whether this is a public holiday in a country (ISO 3166), or in a region of it."""
    return day in _holidays(country, region, day.year)


def country_of(timezone: str) -> str | None:
    """The ISO 3166 code of a time zone's country; None if it has none."""
    countries = _countries()
    return countries.get(timezone) or countries.get(_renamed().get(timezone, ""))


def load() -> None:
    """Import the calendars, which takes tenths of a second, beside whatever must not wait for it."""
    import holidays  # noqa: F401 - only to have it in memory


@cache
def country_names() -> Mapping[str, str]:
    """Every country's English name by ISO 3166 code, by name."""
    rows = (line.split("\t") for line in _table("iso3166.tab") if line and not line.startswith("#"))
    return dict(sorted(((row[0], row[1]) for row in rows), key=lambda pair: pair[1].casefold()))


def has_calendar(country: str, year: int) -> bool:
    """Whether any public holiday of that year is known."""
    return bool(_holidays(country, None, year))


@cache
def regions_of(country: str) -> Mapping[str, str]:
    """The names of a country's regions that have holidays of their own, by code, by name."""
    import holidays  # as below

    if country not in holidays.list_supported_countries():
        return {}
    aliases = holidays.country_holidays(country).get_subdivision_aliases()
    return dict(sorted(((code, names[-1] if names else code) for code, names in aliases.items()), key=_by_name))


@cache
def _holidays(country: str, region: str | None, year: int) -> frozenset[date]:
    import holidays  # takes a tenth of a second, which no start should wait for

    if country not in holidays.list_supported_countries():
        return frozenset()
    known = region if region in regions_of(country) else None
    return frozenset(holidays.country_holidays(country, subdiv=known, years=year))


def _by_name(pair: tuple[str, str]) -> str:
    return pair[1].casefold()


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
