"""A person's settings in words: `brief at 07:30 · Mon–Thu · quiet 17:00–09:00`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import time

from bot.views.text import mrkdwn
from store.domain.crm.public_holidays import country_names, regions_of
from store.domain.people.settings import InForce, Setting
from store.domain.signals.kinds import SignalKind
from store.domain.text.wording import some_of

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
NAMES: Mapping[Setting, str] = {
    Setting.BRIEF_TIME: "brief time",
    Setting.WORKING_DAYS: "working days",
    Setting.QUIET: "quiet hours",
    Setting.HOLIDAYS: "public holidays",
    Setting.ASKS: "decisions a day",
    Setting.SIGNALS: "signals left out",
    Setting.MAIL: "e-mail",
}


def own_line(settings: InForce, personal: Sequence[Setting]) -> str:
    """`Your settings: brief at 07:30 · Mon–Thu · quiet 17:00–09:00`: what a person set; "" if nothing."""
    told = [said(name, settings) for name in personal]
    return f"Your settings: {' · '.join(told)}" if told else ""


def said(name: Setting, settings: InForce) -> str:
    match name:
        case Setting.BRIEF_TIME:
            return f"brief at {clock(settings.brief_time)}"
        case Setting.WORKING_DAYS:
            return _weekdays(settings.working_days)
        case Setting.QUIET:
            return f"quiet {clock(settings.quiet[0])}–{clock(settings.quiet[1])}"
        case Setting.HOLIDAYS:
            return f"holidays of {mrkdwn(holidays_of(settings), limit=80)}"
        case Setting.ASKS:
            return f"at most {settings.asks} to decide"
        case Setting.SIGNALS:
            left_out = [SignalKind(each).label.lower() for each in sorted(settings.signals_off)]
            return f"without {some_of(left_out[:3], len(left_out))}"
        case Setting.MAIL:
            return "by e-mail, too" if settings.by_mail else "not by e-mail"


def holidays_of(settings: InForce) -> str:
    """`Bayern, Germany`; “no country” for none."""
    if not settings.country:
        return "no country"
    country = country_names().get(settings.country, settings.country)
    region = regions_of(settings.country).get(settings.region or "")
    return f"{region}, {country}" if region else country


def _weekdays(days: Iterable[int]) -> str:
    """`Mon–Thu`, `Mon, Wed`."""
    numbers = sorted(days)
    if len(numbers) > 2 and numbers == list(range(numbers[0], numbers[-1] + 1)):
        return f"{DAYS[numbers[0]]}–{DAYS[numbers[-1]]}"
    return ", ".join(DAYS[number] for number in numbers)


def clock(at: time) -> str:
    return at.strftime("%H:%M")
