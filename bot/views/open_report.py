"""The way to each person's decisions, for their manager: buttons for a few people, and a menu with everyone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.views.action_ids import OPEN_NAMED, OPEN_REPORT
from bot.views.blocks import Block, actions, button, select
from bot.views.text import named_plain

NAME_LIMIT = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Someone whose decisions can be opened: how many wait, and how many of them expire today."""

    person_id: str
    name: str
    waiting: int
    today: int = 0


def open_block(choices: Sequence[Choice]) -> Block:
    """A button for each of a few people; of more, for those with the most to decide, and a menu with everyone."""
    few = len(choices) <= len(OPEN_NAMED)
    first = choices if few else [each for each in _most_first(choices) if each.waiting]
    named = [
        button(_label(each), action_id=action_id, value=each.person_id)
        for action_id, each in zip(OPEN_NAMED, first, strict=False)
    ]
    menu = select(map(_option, choices), action_id=OPEN_REPORT, placeholder="Open someone's decisions")
    return actions("team", *named, *([] if few else [menu]))


def _most_first(choices: Sequence[Choice]) -> list[Choice]:
    return sorted(choices, key=lambda each: (-each.today, -each.waiting))


def _label(choice: Choice) -> str:
    return f"{named_plain(choice.name, limit=NAME_LIMIT)} · {choice.waiting}"


def _option(choice: Choice) -> tuple[str, str]:
    counts = [f"{choice.waiting} to decide" if choice.waiting else "nothing to decide"]
    counts += [f"{choice.today} today"] if choice.today else []
    return choice.person_id, f"{named_plain(choice.name, limit=NAME_LIMIT)} · {', '.join(counts)}"
