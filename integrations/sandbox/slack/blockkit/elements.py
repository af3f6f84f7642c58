"""Block Kit's interactive elements, and which block accepts which.

Source: https://docs.slack.dev/reference/block-kit/block-elements
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from integrations.sandbox.slack.blockkit.objects import CONFIRM, NAME, URL, option, option_groups, options, plain, text
from integrations.sandbox.slack.blockkit.rules import (
    Rule,
    anything,
    boolean,
    by_type,
    items,
    one_of,
    problem,
    shape,
    string,
    whole,
)

DATE = string(at_most=10, pattern=r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])")
TIME = string(at_most=5, pattern=r"([01]\d|2[0-3]):[0-5]\d")
NUMBER = string(at_most=40, pattern=r"-?\d+(\.\d+)?")
COMMON: Mapping[str, Rule] = {"action_id": NAME, "confirm": CONFIRM, "focus_on_load": boolean}
CHOICE_LABEL = text(75)

BUTTON = shape(
    {"type": anything, "text": plain(75)},
    {
        "action_id": NAME,
        "url": URL,
        "value": string(at_most=2000),
        "style": one_of("primary", "danger"),
        "confirm": CONFIRM,
        "accessibility_label": string(at_most=75),
    },
)
OVERFLOW = shape(
    {"type": anything, "options": options(at_most=5, with_url=True)},
    {"action_id": NAME, "confirm": CONFIRM},
)
USERS_SELECT = shape({"type": anything}, {**COMMON, "placeholder": plain(150), "initial_user": string(at_most=255)})
ICON_BUTTON = shape(
    {"type": anything, "icon": string(at_most=255), "text": plain(75)},
    {
        "action_id": NAME,
        "accessibility_label": string(at_most=75),
        "value": string(at_most=2000),
        "visible_to_user_ids": items(string(at_most=255), at_most=10),
        "confirm": CONFIRM,
    },
)
FEEDBACK_BUTTON = shape({"text": plain(75), "value": string(at_most=2000)}, {"accessibility_label": string(at_most=75)})
FEEDBACK_BUTTONS = shape(
    {"type": anything, "positive_button": FEEDBACK_BUTTON, "negative_button": FEEDBACK_BUTTON}, {"action_id": NAME}
)
DATEPICKER = shape({"type": anything}, {**COMMON, "placeholder": plain(150), "initial_date": DATE})
TIMEPICKER = shape(
    {"type": anything}, {**COMMON, "placeholder": plain(150), "initial_time": TIME, "timezone": string(at_most=100)}
)
DISPATCH = shape({}, {"trigger_actions_on": items(one_of("on_enter_pressed", "on_character_entered"), at_most=2)})
IMAGE = shape(
    {"type": anything, "alt_text": string(at_most=2000)},
    {"image_url": URL, "slack_file": anything},
    also=lambda value, at: exactly_one(value, at, "image_url", "slack_file"),
)


def exactly_one(value: Mapping[str, Any], at: str, *names: str) -> Iterator[str]:
    """Exactly one of these keys is present."""
    if sum(name in value for name in names) != 1:
        yield problem(f"must define exactly one of: {', '.join(names)}", at)


def _initial_is_offered(value: Mapping[str, Any], at: str) -> Iterator[str]:
    """The initial choice must match one of the options exactly."""
    groups = value.get("option_groups")
    offered = value.get("options") or [
        each
        for group in (groups if isinstance(groups, list) else [])
        if isinstance(group, dict) and isinstance(group.get("options"), list)
        for each in group["options"]
    ]
    if "initial_option" in value and value["initial_option"] not in offered:
        yield problem("initial option must be one of the options", f"{at}/initial_option")
    chosen = value.get("initial_options")
    for index, each in enumerate(chosen if isinstance(chosen, list) else []):
        if each not in offered:
            yield problem("initial option must be one of the options", f"{at}/initial_options/{index}")


def _select(*, several: bool) -> Rule:
    initial: dict[str, Rule] = (
        {"initial_options": items(option(), at_most=100), "max_selected_items": whole(low=1, high=100)}
        if several
        else {"initial_option": option()}
    )

    def also(value: Mapping[str, Any], at: str) -> Iterator[str]:
        yield from exactly_one(value, at, "options", "option_groups")
        yield from _initial_is_offered(value, at)

    return shape(
        {"type": anything},
        {
            **COMMON,
            "placeholder": plain(150),
            "options": options(at_most=100),
            "option_groups": option_groups(),
            **initial,
        },
        also=also,
    )


def _choices(*, several: bool) -> Rule:
    chosen = option(label=CHOICE_LABEL)
    initial: dict[str, Rule] = {"initial_options": items(chosen, at_most=10)} if several else {"initial_option": chosen}
    return shape(
        {"type": anything, "options": options(at_most=10, label=CHOICE_LABEL)},
        {**COMMON, **initial},
        also=_initial_is_offered,
    )


def _lengths_agree(value: Mapping[str, Any], at: str) -> Iterator[str]:
    low, high, initial = value.get("min_length", 0), value.get("max_length", 3000), value.get("initial_value", "")
    if isinstance(low, int) and isinstance(high, int):
        if low > high:
            yield problem("min_length must not be greater than max_length", f"{at}/min_length")
        if isinstance(initial, str) and len(initial) > high:
            yield problem(f"must be less than {high + 1} characters", f"{at}/initial_value")


PLAIN_TEXT_INPUT = shape(
    {"type": anything},
    {
        "action_id": NAME,
        "focus_on_load": boolean,
        "placeholder": plain(150),
        "initial_value": string(at_most=3000, at_least=0),
        "multiline": boolean,
        "min_length": whole(low=0, high=3000),
        "max_length": whole(low=1, high=3000),
        "dispatch_action_config": DISPATCH,
    },
    also=_lengths_agree,
)
NUMBER_INPUT = shape(
    {"type": anything, "is_decimal_allowed": boolean},
    {
        "action_id": NAME,
        "focus_on_load": boolean,
        "placeholder": plain(150),
        "initial_value": NUMBER,
        "min_value": NUMBER,
        "max_value": NUMBER,
        "dispatch_action_config": DISPATCH,
    },
)
CHOOSERS: Mapping[str, Rule] = {
    "static_select": _select(several=False),
    "users_select": USERS_SELECT,
    "datepicker": DATEPICKER,
    "timepicker": TIMEPICKER,
    "radio_buttons": _choices(several=False),
    "checkboxes": _choices(several=True),
}
MULTI_STATIC_SELECT = _select(several=True)

IN_ACTIONS = by_type({**CHOOSERS, "button": BUTTON, "overflow": OVERFLOW})
IN_SECTION = by_type(
    {**CHOOSERS, "button": BUTTON, "overflow": OVERFLOW, "multi_static_select": MULTI_STATIC_SELECT, "image": IMAGE}
)
IN_INPUT = by_type(
    {
        **CHOOSERS,
        "multi_static_select": MULTI_STATIC_SELECT,
        "plain_text_input": PLAIN_TEXT_INPUT,
        "number_input": NUMBER_INPUT,
    }
)
