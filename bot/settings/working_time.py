"""When people work, and which public holidays they have, unless they say otherwise under My settings."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

from pydantic import Field, field_validator

from bot.settings.section import Section, check_names, split
from store.domain.crm.personal_settings import PersonalSettings
from store.domain.crm.public_holidays import has_calendar, regions_of
from store.domain.gate.adjust_proposal import FieldProblems
from store.domain.people.settings import check_settings

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
NO_HOLIDAYS = "none"


class WorkingTimeSettings(Section):
    working_days: str = Field(
        "Mon,Tue,Wed,Thu,Fri",
        description="Working days of people who set none of their own, separated by commas.",
    )
    quiet_hours: str = Field(
        "18:00-08:00",
        description="Hours without reminders for people who set none of their own, from and until.",
    )
    holidays: str = Field(
        "",
        description="Country, or country and region, whose public holidays bring no brief and no reminders to people who choose "
        "none of their own: an ISO 3166 code such as DE or DE-BY; none for none; empty means the country of each person's time "
        "zone, for reminders alone.",
    )

    @field_validator("working_days")
    @classmethod
    def _some_days(cls, value: str) -> str:
        if not split(check_names(value, DAYS)):
            raise ValueError("give at least one day, such as Mon")
        return value

    @field_validator("quiet_hours")
    @classmethod
    def _some_quiet(cls, value: str) -> str:
        try:
            check_settings(PersonalSettings(quiet=_span(value)), today=date.min)
        except FieldProblems as problems:
            raise ValueError(problems.problems[0][1].rstrip(".")) from problems
        return value

    @field_validator("holidays")
    @classmethod
    def _known_place(cls, value: str) -> str:
        country, region = _place(value)
        if country and not has_calendar(country, datetime.now(UTC).year):
            raise ValueError(f"no public holidays of “{country}” are known; give a code such as DE or DE-BY, or none")
        if country and region and region not in regions_of(country):
            known = f"known are {', '.join(sorted(regions_of(country)))}" if regions_of(country) else "it has none"
            raise ValueError(f"“{region}” is no region of {country} with holidays of its own; {known}")
        return value

    @property
    def usual(self) -> PersonalSettings:
        """What holds for people who set nothing else."""
        country, region = _place(self.holidays)
        days = frozenset(DAYS.index(each) for each in split(self.working_days))
        return PersonalSettings(working_days=days, quiet=_span(self.quiet_hours), country=country, region=region)


def _span(value: str) -> tuple[time, time]:
    """Raises: ValueError."""
    try:
        start, end = (datetime.strptime(each.strip(), "%H:%M").time() for each in value.split("-"))
    except ValueError:
        raise ValueError("give two times of day, such as 18:00-08:00") from None
    return start, end


def _place(value: str) -> tuple[str | None, str | None]:
    """`DE-BY` as DE and BY; None for what it leaves open, and "" for no country at all."""
    if value.strip().casefold() == NO_HOLIDAYS:
        return "", None
    country, _, region = value.strip().partition("-")
    return country.upper() or None, region or None
