"""The rules of personal settings: which values are in force for a person, which they may set, and how they take one back. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from store.domain.attention.policy import MOST_ASKS
from store.domain.crm.accounts import Person
from store.domain.crm.people import MIDNIGHT, WORKING_HOURS, holidays_named, working_days_of, working_hours_of
from store.domain.crm.personal_settings import NOTHING_SET, Pause, PersonalSettings
from store.domain.crm.public_holidays import country_names, country_of, has_calendar, regions_of
from store.domain.gate.adjust_proposal import FieldProblems
from store.domain.gate.write import Problem
from store.domain.people.mornings import brief_time_of
from store.domain.signals.kinds import SignalKind

LONGEST_PAUSE = timedelta(days=366)
LEAST_AWAKE = timedelta(hours=2)


class Setting(StrEnum):
    """What a person can take back to its default, one by one."""

    BRIEF_TIME = "brief_time"
    WORKING_DAYS = "working_days"
    QUIET = "quiet"
    HOLIDAYS = "country"
    ASKS = "asks"
    SIGNALS = "signals_off"
    MAIL = "by_mail"


@dataclass(frozen=True, slots=True, kw_only=True)
class Defaults:
    """The installation's own values, in force where a person set none, beside `Person.usual`. `signals` are the kinds it notices;
    `by_mail` is None if it can send no mail."""

    brief_time: time = time(8)
    asks: int = 5
    signals: frozenset[SignalKind] = frozenset(SignalKind)
    by_mail: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class InForce:
    """The values for a person now. `country` is None if no one named one and their time zone has none, "" for no
    holidays at all."""

    brief_time: time
    working_days: frozenset[int]
    quiet: tuple[time, time]
    country: str | None
    region: str | None
    asks: int
    signals_off: frozenset[str]
    by_mail: bool
    pause: Pause | None


def in_force(person: Person, defaults: Defaults) -> InForce:
    """The settings of a person: their own, and the default of each that they did not set."""
    own, named, (begin, end) = person.settings, holidays_named(person), working_hours_of(person)
    return InForce(
        brief_time=brief_time_of(person, defaults.brief_time),
        working_days=working_days_of(person),
        quiet=(end, begin),
        country=country_of(person.timezone) if named.country is None else named.country,
        region=named.region,
        asks=asks_of(person, defaults.asks),
        signals_off=own.signals_off,
        by_mail=bool(defaults.by_mail) if own.by_mail is None else own.by_mail,
        pause=own.pause,
    )


def set_here(person: Person, defaults: Defaults) -> frozenset[Setting]:
    """Whose defaults an administrator of this installation set, to another value than the bot comes with."""
    usual, (begin, end) = person.usual, WORKING_HOURS
    found = {
        Setting.BRIEF_TIME: defaults.brief_time != Defaults().brief_time,
        Setting.WORKING_DAYS: usual.working_days not in (None, person.working_days),
        Setting.QUIET: usual.quiet not in (None, (end, begin)),
        Setting.HOLIDAYS: usual.country is not None,
        Setting.ASKS: defaults.asks != Defaults().asks,
    }
    return frozenset(name for name, is_set in found.items() if is_set)


def asks_of(person: Person, default: int) -> int:
    """How many decisions their brief asks for at most; `default` is the installation's number."""
    own = person.settings.asks
    return default if own is None else own


def personal(settings: PersonalSettings, defaults: Defaults) -> tuple[Setting, ...]:
    """Which settings a person set for themselves, as far as they can have an effect."""
    idle = {Setting.MAIL} if defaults.by_mail is None else set()
    return tuple(each for each in Setting if getattr(settings, each) != getattr(NOTHING_SET, each) and each not in idle)


def back_to_default(settings: PersonalSettings, *names: Setting) -> PersonalSettings:
    """The settings without a person's own value of these."""
    also = {"region"} if Setting.HOLIDAYS in names else set()
    back: dict[str, Any] = {name: getattr(NOTHING_SET, name) for name in {*map(str, names), *also}}
    return replace(settings, **back)


def as_own(person: Person, chosen: PersonalSettings, defaults: Defaults) -> PersonalSettings:
    """A person's choices in a form that shows everything in force: a value equal to its default stays the default. A country
    that they name is their own choice, even if it is that of their time zone."""
    default = in_force(replace(person, settings=NOTHING_SET), defaults)
    names = [name for name in Setting if name is not Setting.HOLIDAYS]
    return back_to_default(
        chosen, *(name for name in names if (getattr(chosen, name) or None) == (getattr(default, name) or None))
    )


def check_settings(settings: PersonalSettings, *, today: date) -> None:
    """Raises: FieldProblems, by the names of the settings; `quiet` for both of its ends, `until` for a pause."""
    if problems := list(_problems(settings, today)):
        raise FieldProblems(problems)


def skipped_on(timezone: str, at: time, *, today: date, days: frozenset[int]) -> tuple[date, time] | None:
    """The next of these weekdays, within a year, on which the clocks skip this time, and the time that they show
    instead."""
    zone = ZoneInfo(timezone)
    for ahead in range(LONGEST_PAUSE.days):
        day = today + timedelta(days=ahead)
        moment = datetime.combine(day, at, zone)
        shown = datetime.fromtimestamp(moment.timestamp(), zone)
        if day.weekday() in days and shown.replace(tzinfo=None) != moment.replace(tzinfo=None):
            return day, shown.time()
    return None


def changed(before: PersonalSettings, after: PersonalSettings) -> Mapping[str, Any]:
    """The settings that differ, with their new values, for the audit trail."""
    names = [*map(str, Setting), "region", "pause"]
    return {name: _plain(getattr(after, name)) for name in names if getattr(before, name) != getattr(after, name)}


def _problems(settings: PersonalSettings, today: date) -> Iterator[Problem]:
    if settings.working_days is not None and not settings.working_days:
        yield "working_days", "Choose at least one day, or pause your brief."
    elif settings.working_days is not None and not settings.working_days <= frozenset(range(7)):
        yield "working_days", "Choose days from Monday to Sunday."
    if settings.quiet is not None and (sentence := _quiet_problem(*settings.quiet)):
        yield "quiet", sentence
    yield from _holiday_problems(settings.country, settings.region, today)
    if settings.asks is not None and not 1 <= settings.asks <= MOST_ASKS:
        yield "asks", f"Choose between 1 and {MOST_ASKS} decisions."
    yield from _signal_problems(settings.signals_off)
    if settings.pause is not None and settings.pause.until is not None:
        yield from _pause_problems(settings.pause.until, today)


def _quiet_problem(start: time, end: time) -> str | None:
    """Quiet hours go over night, so that the hours between them lie within one day; 00:00 as their start is its end."""
    until = datetime.combine(date.min, start) + timedelta(days=start == MIDNIGHT)
    awake = until - datetime.combine(date.min, end)
    if awake < timedelta():
        return "Quiet hours go over night: they start in the evening and end in the morning, such as from 18:00 until 08:00."
    if awake < LEAST_AWAKE:
        return "Leave at least two hours a day that are not quiet; otherwise decisions expire without a reminder."
    return None


def _holiday_problems(country: str | None, region: str | None, today: date) -> Iterator[Problem]:
    if not country:
        return
    name = country_names().get(country, country)
    if not has_calendar(country, today.year):
        yield "country", f"I know no public holidays of {name} in {today.year}: choose another country, or none."
    elif region and region not in regions_of(country):
        yield "region", f"I know no region “{region}” in {name}: choose one of the list, or none."


def _signal_problems(off: frozenset[str]) -> Iterator[Problem]:
    if off - {str(kind) for kind in SignalKind}:
        yield "signals_off", "I don't know one of these kinds any more; please open the settings again."
    elif off >= {str(kind) for kind in SignalKind}:
        yield "signals_off", "Leave at least one kind on, or pause your brief."


def _pause_problems(until: date, today: date) -> Iterator[Problem]:
    if until <= today:
        yield "until", "Choose a day after today."
    elif until - today > LONGEST_PAUSE:
        yield "until", "A pause can last a year at most. Leave the day empty to pause until you resume."


def _plain(value: object) -> object:
    match value:
        case time():
            return value.isoformat(timespec="minutes")
        case tuple() | frozenset():
            return [_plain(each) for each in (sorted(value) if isinstance(value, frozenset) else value)]
        case Pause():
            return value.until or "endless"
        case _:
            return value
