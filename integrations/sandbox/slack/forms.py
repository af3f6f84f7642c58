"""A person's entries in the elements of a message or a view, in the shapes of `state.values` and `actions`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from integrations.sandbox.slack.blockkit import elements_of, every_block
from integrations.sandbox.slack.installation import Json
from store.domain.errors import BadInput

Values = Mapping[str, Mapping[str, Any]]  # block_id -> action_id -> entry

_KEYS = {
    "plain_text_input": "value",
    "number_input": "value",
    "datepicker": "selected_date",
    "timepicker": "selected_time",
    "users_select": "selected_user",
    "static_select": "selected_option",
    "radio_buttons": "selected_option",
    "overflow": "selected_option",
    "checkboxes": "selected_options",
    "multi_static_select": "selected_options",
}
_INITIAL = {
    "value": "initial_value",
    "selected_date": "initial_date",
    "selected_time": "initial_time",
    "selected_user": "initial_user",
    "selected_option": "initial_option",
    "selected_options": "initial_options",
}
PRESSED = frozenset({"button", "icon_button", "feedback_buttons", "overflow"})  # they leave nothing in `state.values`
REQUIRED = "Please complete this required field."


def elements(blocks: list[Json]) -> Iterator[tuple[Json, Json]]:
    """Yield every interactive element with its block, which may be inside another."""
    for block in every_block(blocks):
        for element in elements_of(block):
            if "action_id" in element:
                yield block, element


def reading(element: Json, entered: Any) -> Json:
    """Return an element's value after `entered`. Options are named by their value. Raises: BadInput."""
    if element["type"] in ("button", "icon_button"):
        return {key: element[key] for key in ("type", "icon", "text", "value", "style") if key in element}
    if element["type"] == "feedback_buttons":
        return {"type": element["type"], **_feedback(element, entered)}
    key = _KEYS[element["type"]]
    if key == "selected_option":
        return {"type": element["type"], key: None if entered is None else _option(element, entered)}
    if key == "selected_options":
        return {"type": element["type"], key: [_option(element, each) for each in entered or []]}
    return {"type": element["type"], key: str(entered) if entered not in (None, "") else None}


def state(blocks: list[Json], entered: Values) -> Json:
    """Return these blocks' `state.values`: the entries, or else the initial values."""
    values: Json = {}
    for block, element in elements(blocks):
        if element["type"] in PRESSED:
            continue
        given = entered.get(block["block_id"], {})
        said = reading(element, given[element["action_id"]]) if element["action_id"] in given else _untouched(element)
        values.setdefault(block["block_id"], {})[element["action_id"]] = said
    return values


def complaints(blocks: list[Json], values: Json) -> dict[str, str]:
    """Return the problems that Slack's own client finds before the app gets a submission: block_id -> sentence."""
    found = {}
    for block, element in elements(blocks):
        if block["type"] != "input":
            continue
        said = values[block["block_id"]][element["action_id"]]
        entered = said[_KEYS[element["type"]]]
        if sentence := _complaint(element, entered, optional=bool(block.get("optional"))):
            found[block["block_id"]] = sentence
    return found


def _untouched(element: Json) -> Json:
    key = _KEYS[element["type"]]
    empty: Any = [] if key == "selected_options" else None
    return {"type": element["type"], key: element.get(_INITIAL[key], empty)}


def _option(element: Json, value: str) -> Json:
    groups = element.get("option_groups") or []
    for option in element.get("options") or [each for group in groups for each in group["options"]]:
        if option["value"] == value:
            return dict(option)
    raise BadInput(f"{value!r} is not among the options of {element['action_id']}.")


def _feedback(element: Json, value: Any) -> Json:
    for button in (element["positive_button"], element["negative_button"]):
        if button["value"] == value:
            return {"text": button["text"], "value": value}
    raise BadInput(f"{value!r} is neither button of {element['action_id']}.")


def _complaint(element: Json, entered: Any, *, optional: bool) -> str | None:
    if entered in (None, "", []):
        return None if optional else REQUIRED
    if element["type"] == "plain_text_input":
        return _wrong_length(element, entered)
    if element["type"] == "number_input":
        return _wrong_number(element, entered)
    return None


def _wrong_length(element: Json, entered: str) -> str | None:
    if len(entered) < element.get("min_length", 0):
        return f"Please enter at least {element['min_length']} characters."
    if len(entered) > element.get("max_length", 3000):
        return f"Please enter at most {element.get('max_length', 3000)} characters."
    return None


def _wrong_number(element: Json, entered: str) -> str | None:
    try:
        number = float(entered)
    except ValueError:
        return "Please enter a number."
    if not element["is_decimal_allowed"] and not number.is_integer():
        return "Please enter a whole number."
    if number < float(element.get("min_value", "-inf")) or number > float(element.get("max_value", "inf")):
        return f"Please enter a number between {element.get('min_value', '…')} and {element.get('max_value', '…')}."
    return None
