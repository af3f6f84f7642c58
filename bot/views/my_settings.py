"""My settings: the form, with every value in force and a way back to its default; and the pause.

Slack keeps an entered value as long as its block's id stays. So ids carry a number, `brief_time.2`, that rises when the form itself
puts a value in.
"""

from __future__ import annotations

from collections.abc import Sequence
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
    plain_text,
    select,
)
from bot.views.reader import Reader
from bot.views.settings_entered import BY_ZONE, NO_HOLIDAYS, WHOLE
from bot.views.settings_said import DAYS, NAMES, clock, holidays_of, said
from bot.views.text import plain
from store.domain.attention.policy import MOST_ASKS
from store.domain.crm.public_holidays import country_names, regions_of
from store.domain.people.settings import Defaults, InForce, Setting
from store.domain.signals.kinds import SignalKind

SETTINGS, SETTINGS_MODAL = "my_settings", "my_settings_modal"
COUNTRY, TO_DEFAULT, UNDO_SETTINGS = "settings_country", "settings_to_default", "undo_settings"
PAUSE, PAUSE_MODAL, RESUME = "pause_brief", "pause_modal", "resume_brief"

ALL = "all"
SET_HERE = "set by an administrator"


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingsForm:
    """The form of a person (`whose`, their id). `shown` are the values in it, `default` those in force without any of their own,
    `personal` the settings of their own, `set_here` the defaults that an administrator set. `mail_is_off`: an administrator
    switched e-mails off. `skipped` is the next day on which the clocks skip the brief's time, and the time instead.
    `own_country` says that they named the country, `round` rises when the form puts a value in, `done` says what just happened."""

    whose: str
    shown: InForce
    default: InForce
    defaults: Defaults
    personal: Sequence[Setting]
    may_undo: bool
    set_here: frozenset[Setting] = frozenset()
    mail_is_off: bool = False
    own_country: bool = False
    skipped: tuple[date, time] | None = None
    round: int = 0
    done: str = ""


def settings_modal(form: SettingsForm, reader: Reader) -> View:
    blocks = [
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


def _times(form: SettingsForm, reader: Reader) -> list[Block]:
    """All may be left empty: Slack's own word on a missing value wouldn't say what to do."""
    shown = form.shown
    skip = ""
    if form.skipped:
        day, instead = form.skipped
        skip = f" The clocks skip it on {reader.day(day)}: that day it comes at {clock(instead)}."
    days = [option(name, name) for name in DAYS]
    chosen = [days[number] for number in sorted(shown.working_days)] or days
    menu = {"type": "multi_static_select", "action_id": "working_days", "options": days, "initial_options": chosen}
    return [
        input_block(
            "brief_time",
            "Brief at",
            _picker("brief_time", shown.brief_time),
            hint=_usual(form, Setting.BRIEF_TIME, clock(form.default.brief_time)) + skip,
            optional=True,
        ),
        input_block(
            "working_days",
            "Working days",
            menu,
            hint=_usual(form, Setting.WORKING_DAYS, said(Setting.WORKING_DAYS, form.default)),
            optional=True,
        ),
        input_block("quiet", "Quiet from", _picker("quiet", shown.quiet[0]), optional=True),
        input_block(
            "quiet_until",
            "Quiet until",
            _picker("quiet_until", shown.quiet[1]),
            hint=f"No reminders and no one else's decisions in these hours. {_usual_quiet(form)}",
            optional=True,
        ),
    ]


def _holidays(form: SettingsForm) -> list[Block]:
    country = (form.shown.country or NO_HOLIDAYS) if form.own_country else BY_ZONE
    whence = SET_HERE if Setting.HOLIDAYS in form.set_here else "by your time zone"
    chooser = input_block(
        "country",
        "Public holidays of",
        _countries(country, usual=f"Default: {holidays_of(form.default)}, {whence}"),
        hint="No reminders on them; nor a brief, if you choose the country.",
    ) | {"dispatch_action": True}
    regions = regions_of(country)
    if not regions:
        return [chooser]
    offered = [(WHOLE, "Whole country"), *((code, plain(name, limit=70)) for code, name in regions.items())]
    region = form.shown.region if form.shown.region in regions else WHOLE
    return [chooser, input_block(f"region-{country}", "Region", select(offered, action_id="region", chosen=region))]


def _countries(chosen: str, *, usual: str) -> Block:
    """A menu that begins with the default and with no country at all."""
    named = ((code, plain(name, limit=70)) for code, name in country_names().items())
    menu = select(named, action_id=COUNTRY, chosen=chosen, placeholder="Choose a country")
    first = [option(BY_ZONE, plain(usual, limit=70)), option(NO_HOLIDAYS, "None")]
    menu["option_groups"].insert(0, {"label": plain_text("No country chosen"), "options": first})
    initial = next((each for each in first if each["value"] == chosen), None)
    return menu | {"initial_option": initial} if initial else menu


def _contents(form: SettingsForm) -> list[Block]:
    shown = form.shown
    numbers = [(str(number), str(number)) for number in range(1, MOST_ASKS + 1)]
    kinds = [option(str(kind), kind.label) for kind in SignalKind if kind in form.defaults.signals]
    off = [each for each in kinds if each["value"] in shown.signals_off]
    menu: Block = {"type": "multi_static_select", "action_id": "signals_off", "options": kinds}
    blocks = [
        input_block(
            "asks",
            "Decisions a day, at most",
            select(numbers, action_id="asks", chosen=str(shown.asks)),
            hint=_usual(form, Setting.ASKS, str(form.default.asks)),
        ),
        input_block(
            "signals_off",
            "Leave out",
            menu | ({"initial_options": off} if off else {}),
            hint="Decisions that rest on these end with your next brief.",
            optional=True,
        ),
    ]
    if form.defaults.by_mail is not None and form.mail_is_off:
        blocks.append(context("E-mail: an administrator switched it off for everyone."))
    elif form.defaults.by_mail is not None:
        box = [option("yes", "Send me the brief by e-mail, too")]
        ticked = {"initial_options": box} if shown.by_mail else {}
        element = {"type": "checkboxes", "action_id": "by_mail", "options": box, **ticked}
        blocks.append(input_block("by_mail", "E-mail", element, optional=True))
    return blocks


def _ways_back(form: SettingsForm) -> list[Block]:
    elements = []
    if form.personal:
        offered = [(ALL, "All"), *((str(name), NAMES[name].capitalize()) for name in form.personal)]
        elements.append(select(offered, action_id=TO_DEFAULT, placeholder="Back to default"))
    if form.may_undo:
        elements.append(button("Undo last change", action_id=UNDO_SETTINGS, value=form.whose))
    yours = f"Yours: {', '.join(NAMES[name] for name in form.personal)}. " if form.personal else ""
    told = f"{yours}{'The rest' if yours else 'Everything'} is the default."
    done = [alert(form.done, level="success")] if form.done else []
    return [*done, context(told), *([actions("ways_back", *elements)] if elements else [])]


def with_default(form: SettingsForm, name: str) -> SettingsForm:
    """The form with the default in place of a setting, or of ALL; Save stores it."""
    names = [str(each) for each in form.personal] if name == ALL else [name]
    back: dict[str, Any] = {each: getattr(form.default, each) for each in names if each in set(Setting)}
    own_country = form.own_country and Setting.HOLIDAYS not in back
    if Setting.HOLIDAYS in back:
        back["region"] = form.default.region
    what = "the defaults" if name == ALL else f"the default: {said(Setting(name), replace(form.shown, **back))}"
    return replace(
        form,
        shown=replace(form.shown, **back),
        own_country=own_country,
        round=form.round + 1,
        done=f"Back to {what}. Save to keep it.",
    )


def _numbered(block: Block, number: int) -> Block:
    return block | {"block_id": f"{block['block_id']}.{number}"} if "block_id" in block else block


def _picker(action_id: str, at: time) -> Block:
    return {"type": "timepicker", "action_id": action_id, "initial_time": clock(at)}


def _usual(form: SettingsForm, name: Setting, value: str) -> str:
    return f"Default: {value}{f', {SET_HERE}' if name in form.set_here else ''}."


def _usual_quiet(form: SettingsForm) -> str:
    return _usual(form, Setting.QUIET, said(Setting.QUIET, form.default).removeprefix("quiet "))
