"""My settings: the form, with every value in force and a way back to its default; the pause; and their line on the Home.

Slack keeps what was entered in a block as long as the block's id stays. So ids carry a number, `brief_time.2`, that rises when the
form itself puts a value in.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, time
from typing import Any

from bot.views.blocks import (
    Block,
    View,
    actions,
    alert,
    button,
    context,
    input_block,
    modal,
    option,
    select,
    submitted,
)
from bot.views.reader import Reader
from bot.views.text import mrkdwn, plain
from store.domain.attention.policy import MOST_ASKS
from store.domain.crm.personal_settings import PersonalSettings
from store.domain.crm.public_holidays import country_names, regions_of
from store.domain.gate.adjust_proposal import FieldProblems
from store.domain.people.settings import Defaults, InForce, Setting
from store.domain.signals.kinds import SignalKind

SETTINGS, SETTINGS_MODAL = "my_settings", "my_settings_modal"
COUNTRY, TO_DEFAULT, UNDO_SETTINGS = "settings_country", "settings_to_default", "undo_settings"
PAUSE, PAUSE_MODAL, RESUME = "pause_brief", "pause_modal", "resume_brief"

ALL, NO_HOLIDAYS, WHOLE = "all", "none", "whole"
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_NAMES: Mapping[Setting, str] = {
    Setting.BRIEF_TIME: "brief time",
    Setting.WORKING_DAYS: "working days",
    Setting.QUIET: "quiet hours",
    Setting.HOLIDAYS: "public holidays",
    Setting.ASKS: "decisions a day",
    Setting.SIGNALS: "signals left out",
    Setting.MAIL: "e-mail",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingsForm:
    """The form of a person (`whose`, their id). `shown` are the values in it, `default` those in force without any of their own,
    `personal` what they set. `skipped` is the next day on which the clocks skip the brief's time, and what they show instead.
    `round` rises when the form puts a value in; `done` says what just happened."""

    whose: str
    shown: InForce
    default: InForce
    defaults: Defaults
    personal: Sequence[Setting]
    may_undo: bool
    skipped: tuple[date, time] | None = None
    round: int = 0
    done: str = ""


def settings_modal(form: SettingsForm, reader: Reader) -> View:
    blocks = [
        *([alert(form.done, level="success")] if form.done else []),
        *_times(form, reader),
        *_holidays(form),
        *_contents(form),
        *_ways_back(form),
    ]
    numbered = [_numbered(block, form.round) for block in blocks]
    metadata = f"{form.whose}:{form.round}"
    return modal("My settings", numbered, callback_id=SETTINGS_MODAL, private_metadata=metadata, submit="Save")


def pause_modal() -> View:
    blocks = [
        input_block(
            "until",
            "Next brief on",
            {"type": "datepicker", "action_id": "until"},
            hint="Empty: until you resume. Reminders of what is open still come.",
            optional=True,
        )
    ]
    return modal("Pause brief", blocks, callback_id=PAUSE_MODAL, submit="Pause")


def whose_and_round(private_metadata: str) -> tuple[str, int]:
    """The person whose form it is, and its round."""
    whose, _, number = private_metadata.partition(":")
    return whose, int(number) if number.isdecimal() else 0


def settings_from(state: Mapping[str, Any]) -> PersonalSettings:
    """What a form shows. Raises: FieldProblems for a value that can't be read."""
    values, problems = _unnumbered(state), list[tuple[str, str]]()
    times = {name: _time(values, name, problems) for name in ("brief_time", "quiet", "quiet_until")}
    days = [each for each in _several(values, "working_days") if each in DAYS]
    asks = submitted(values, "asks") or ""
    if problems:
        raise FieldProblems(problems)
    country, region = submitted(values, "country") or NO_HOLIDAYS, submitted(values, "region") or WHOLE
    quiet = times["quiet"], times["quiet_until"]
    return PersonalSettings(
        brief_time=times["brief_time"],
        working_days=frozenset(DAYS.index(each) for each in days),
        quiet=(quiet[0], quiet[1]) if quiet[0] is not None and quiet[1] is not None else None,
        country="" if country == NO_HOLIDAYS else country,
        region=None if region == WHOLE or country == NO_HOLIDAYS else region,
        asks=int(asks) if asks.isdecimal() else 0,
        signals_off=frozenset(_several(values, "signals_off")),
        by_mail=bool(_several(values, "by_mail")) if "by_mail" in values else None,
    )


def pause_from(values: Mapping[str, Any]) -> date | None:
    """The day of the next brief; None for an endless pause. Raises: FieldProblems."""
    chosen = submitted(values, "until")
    try:
        return date.fromisoformat(chosen) if chosen else None
    except ValueError:
        raise FieldProblems([("until", "Please choose a day.")]) from None


def beside(problems: FieldProblems, state: Mapping[str, Any]) -> dict[str, str]:
    """The sentences by the ids of the form's blocks."""
    ids = {block_id.partition(".")[0]: block_id for block_id in state}
    first = next(iter(ids.values()), "")
    return {ids.get(name, first): sentence for name, sentence in problems.problems}


def own_line(settings: InForce, personal: Sequence[Setting]) -> str:
    """`Your settings: brief at 07:30 · Mon–Thu · quiet 17:00–09:00`: what a person set; "" if nothing."""
    said = [_said(name, settings) for name in personal]
    return f"Your settings: {' · '.join(said)}" if said else ""


def _times(form: SettingsForm, reader: Reader) -> list[Block]:
    shown, default = form.shown, form.default
    skip = ""
    if form.skipped:
        day, instead = form.skipped
        skip = f" The clocks skip it on {reader.day(day)}: that day it comes at {_clock(instead)}."
    days = [option(name, name) for name in DAYS]
    chosen = [days[number] for number in sorted(shown.working_days)] or days
    return [
        input_block(
            "brief_time",
            "Brief at",
            _picker("brief_time", shown.brief_time),
            hint=_usual(_clock(default.brief_time)) + skip,
        ),
        input_block(
            "working_days",
            "Working days",
            {"type": "multi_static_select", "action_id": "working_days", "options": days, "initial_options": chosen},
        ),
        input_block("quiet", "Quiet from", _picker("quiet", shown.quiet[0])),
        input_block(
            "quiet_until",
            "Quiet until",
            _picker("quiet_until", shown.quiet[1]),
            hint="No reminders and no one else's decisions in these hours.",
        ),
    ]


def _holidays(form: SettingsForm) -> list[Block]:
    country = form.shown.country or NO_HOLIDAYS
    countries = [(NO_HOLIDAYS, "None"), *((code, plain(name, limit=70)) for code, name in country_names().items())]
    chooser = input_block(
        "country",
        "Public holidays of",
        select(countries, action_id=COUNTRY, chosen=country, placeholder="Choose a country"),
        hint="No brief and no reminders on them.",
    ) | {"dispatch_action": True}
    regions = regions_of(form.shown.country or "")
    if not regions:
        return [chooser]
    offered = [(WHOLE, "All of it"), *((code, plain(name, limit=70)) for code, name in regions.items())]
    region = form.shown.region if form.shown.region in regions else WHOLE
    return [chooser, input_block(f"region-{country}", "Region", select(offered, action_id="region", chosen=region))]


def _contents(form: SettingsForm) -> list[Block]:
    shown, default = form.shown, form.default
    numbers = [(str(number), str(number)) for number in range(1, MOST_ASKS + 1)]
    kinds = [option(str(kind), kind.label) for kind in SignalKind if kind in form.defaults.signals]
    off = [each for each in kinds if each["value"] in shown.signals_off]
    menu: Block = {"type": "multi_static_select", "action_id": "signals_off", "options": kinds}
    blocks = [
        input_block(
            "asks",
            "Decisions a day, at most",
            select(numbers, action_id="asks", chosen=str(shown.asks)),
            hint=_usual(str(default.asks)),
        ),
        input_block(
            "signals_off",
            "Leave out",
            menu | ({"initial_options": off} if off else {}),
            hint="Decisions that rest on these end with your next brief.",
            optional=True,
        ),
    ]
    if form.defaults.by_mail is not None:
        box = [option("yes", "Send me the brief by e-mail, too")]
        ticked = {"initial_options": box} if shown.by_mail else {}
        element = {"type": "checkboxes", "action_id": "by_mail", "options": box, **ticked}
        blocks.append(input_block("by_mail", "E-mail", element, optional=True))
    return blocks


def _ways_back(form: SettingsForm) -> list[Block]:
    elements = []
    if form.personal:
        offered = [(ALL, "All"), *((str(name), _NAMES[name].capitalize()) for name in form.personal)]
        elements.append(select(offered, action_id=TO_DEFAULT, placeholder="Back to default"))
    if form.may_undo:
        elements.append(button("Undo last change", action_id=UNDO_SETTINGS, value=form.whose))
    yours = f"Yours: {', '.join(_NAMES[name] for name in form.personal)}. " if form.personal else ""
    said = f"{yours}{'The rest' if yours else 'Everything'} is the default."
    return [context(said), *([actions("ways_back", *elements)] if elements else [])]


def with_default(form: SettingsForm, name: str) -> SettingsForm:
    """The form with the default in place of a setting, or of ALL; Save stores it."""
    names = [str(each) for each in form.personal] if name == ALL else [name]
    back: dict[str, Any] = {each: getattr(form.default, each) for each in names if each in set(Setting)}
    if Setting.HOLIDAYS in back:
        back["region"] = None
    what = "the defaults" if name == ALL else f"the default: {_said(Setting(name), replace(form.shown, **back))}"
    return replace(
        form, shown=replace(form.shown, **back), round=form.round + 1, done=f"Back to {what}. Save to keep it."
    )


def _numbered(block: Block, number: int) -> Block:
    return block | {"block_id": f"{block['block_id']}.{number}"} if block["type"] == "input" else block


def _unnumbered(state: Mapping[str, Any]) -> dict[str, Any]:
    """The values by the names of their blocks: `brief_time.2` and `region-DE.2` are `brief_time` and `region`."""
    return {block_id.partition(".")[0].partition("-")[0]: value for block_id, value in state.items()}


def _picker(action_id: str, at: time) -> Block:
    return {"type": "timepicker", "action_id": action_id, "initial_time": _clock(at)}


def _time(values: Mapping[str, Any], name: str, problems: list[tuple[str, str]]) -> time | None:
    try:
        hour, minute = (submitted(values, name) or "").split(":")
        return time(int(hour), int(minute))
    except ValueError:
        problems.append((name, "Please choose a time of the day, such as 08:00."))
        return None


def _several(values: Mapping[str, Any], name: str) -> list[str]:
    chosen = [each for element in values.get(name, {}).values() for each in element.get("selected_options") or ()]
    return [str(each.get("value")) for each in chosen]


def _said(name: Setting, settings: InForce) -> str:
    match name:
        case Setting.BRIEF_TIME:
            return f"brief at {_clock(settings.brief_time)}"
        case Setting.WORKING_DAYS:
            return _weekdays(settings.working_days)
        case Setting.QUIET:
            return f"quiet {_clock(settings.quiet[0])}–{_clock(settings.quiet[1])}"
        case Setting.HOLIDAYS:
            return f"holidays of {mrkdwn(holidays_of(settings), limit=80)}"
        case Setting.ASKS:
            return f"at most {settings.asks} to decide"
        case Setting.SIGNALS:
            return f"without {_listed(SignalKind(each).label.lower() for each in sorted(settings.signals_off))}"
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


def _listed(names: Iterable[str]) -> str:
    found = list(names)
    return ", ".join(found[:3]) + (f" and {len(found) - 3} more" if len(found) > 3 else "")


def _usual(value: str) -> str:
    return f"Default: {value}."


def _clock(at: time) -> str:
    return at.strftime("%H:%M")
