"""The features that administrators switch: those that are off, as part of the Home, and the modal with all of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bot.views.blocks import Block, View, button, context, input_block, modal, option, section_with
from bot.views.reader import Reader
from bot.views.text import mrkdwn
from store.domain.errors import BadInput
from store.domain.running.features import Feature, Standing
from store.domain.text.wording import joined

SHOW_FEATURES, SWITCH_FEATURE_ON, FEATURES_MODAL = "show_features", "switch_feature_on", "features_modal"
FEATURES = "features"


def off_blocks(features: Sequence[Standing], reader: Reader) -> Iterator[Block]:
    """One line for each feature that administrators switched off, with its way back. What the settings rule out needs none."""
    for each in features:
        if each.is_off and each.switched is not None and not each.forbidden_by:
            who = f"{reader.name(each.switched.by)}, {reader.moment(each.switched.at)}"
            back = way_back(SWITCH_FEATURE_ON, each.feature, each.feature.label)
            line = f"🔕 Off for everyone: {mrkdwn(each.feature.label, limit=75)} ({who})"
            yield section_with(line, f"feature:{each.feature}", back)


def way_back(action_id: str, value: str, what: str) -> Block:
    """“Switch on”, with the feature's or signal's name for those who hear the page."""
    made = button("Switch on", action_id=action_id, value=value)
    return made | {"accessibility_label": f"Switch on: {what}"[:75]}


def features_modal(features: Sequence[Standing]) -> View:
    """All that can be switched, each with what happens without it."""
    free = [each for each in features if not each.forbidden_by]
    options = [option(each.feature, each.feature.label, each.feature.when_off) for each in free]
    boxes: Block = {"type": "checkboxes", "action_id": FEATURES, "options": options}
    if chosen := [made for made, each in zip(options, free, strict=True) if not each.is_off]:
        boxes["initial_options"] = chosen
    blocks = [input_block(FEATURES, "Tick what is on for everyone", boxes, optional=True)]
    by_setting: dict[str, list[str]] = {}
    for each in features:
        if each.forbidden_by:
            by_setting.setdefault(each.forbidden_by, []).append(each.feature.label)
    blocks += [context(f"Off by the setting {name}: {joined(labels)}.") for name, labels in by_setting.items()]
    return modal("Features", blocks, callback_id=FEATURES_MODAL, private_metadata=_seen(free), submit="Save")


def wanted_from_submission(view: Mapping[str, Any]) -> dict[Feature, bool]:
    """What this person changed: features whose box is not as the modal showed it. What others switched meanwhile stays.
    Raises: BadInput."""
    picked = view["state"]["values"].get(FEATURES, {}).get(FEATURES, {}).get("selected_options") or []
    chosen = {str(each.get("value")) for each in picked}
    return {
        pressed_feature(name): name in chosen
        for name, was in (each.partition("=")[::2] for each in str(view.get("private_metadata", "")).split(","))
        if (name in chosen) != (was == "on")
    }


def pressed_feature(value: object) -> Feature:
    """Raises: BadInput."""
    try:
        return Feature(str(value))
    except ValueError:
        raise BadInput("I can't tell which feature this is about. Please open the list again.") from None


def _seen(features: Sequence[Standing]) -> str:
    return ",".join(f"{each.feature}={'off' if each.is_off else 'on'}" for each in features)
