"""The sloppy character: a competent answer with the typical mistakes of models.

Citations are swapped or made up, numbers changed, names mixed up, texts much too long, verdicts left out, fields forgotten
unless a schema requires them. An answer has one to three of these faults, chosen by the dice.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from random import Random
from typing import Any

from integrations.sandbox.claude.answers import Said
from integrations.sandbox.claude.characters.competent import Competent
from integrations.sandbox.claude.prompt import Prompt

_CITED = frozenset({"cites", "rests_on"})
_REFERENCES = frozenset({"candidate", "recommendation", "record_id", "proposal"})
_PROSE = frozenset({"summary", "title", "rationale", "subject", "text", "email", "answer", "reason"})
_DIGITS = re.compile(r"\d+")
_PADDING = " This matters a great deal, and it is worth saying once more how much it matters to everybody involved."

Change = Callable[[str, Any, Random], Any]


class Sloppy:
    def __init__(self) -> None:
        self._competent = Competent()

    def say(self, prompt: Prompt, dice: Random) -> Said:
        said = self._competent.say(prompt, dice)
        if said.value is None:
            return said
        value: Any = said.value
        for fault in dice.sample(_FAULTS, k=dice.randint(1, 3)):
            value = fault(value, dice)
        return Said(value=value)


def _wrong_citations(value: Any, dice: Random) -> Any:
    """Replace every citation by another one in the answer, or by one that does not exist."""
    cited = [each for name, found in _walk(value) if name in _CITED for each in found]
    return _changed(
        value,
        dice,
        lambda name, old, dice: [_other(each, cited, dice) for each in old] or ["f99"] if name in _CITED else old,
    )


def _invented_ids(value: Any, dice: Random) -> Any:
    return _changed(
        value,
        dice,
        lambda name, old, dice: f"{str(old)[:1] or 'c'}{dice.randint(70, 99)}" if name in _REFERENCES else old,
    )


def _wrong_numbers(value: Any, dice: Random) -> Any:
    """Change every figure in the texts; add one to a text without any."""
    return _changed(value, dice, lambda name, old, dice: _miscounted(old, dice) if name in _PROSE and old else old)


def _too_long(value: Any, dice: Random) -> Any:
    """Make every third text far longer than any limit."""

    def padded(name: str, old: Any, dice: Random) -> Any:
        return old + _PADDING * 12 if name in _PROSE and isinstance(old, str) and dice.random() < 0.3 else old

    return _changed(value, dice, padded)


def _foreign_names(value: Any, dice: Random) -> Any:
    name = dice.choice(("Halvorsen Shipping", "Dr. Amelia Strand", "Kowalski & Sons"))
    return _changed(
        value,
        dice,
        lambda key, old, dice: f"{old} {name} agrees." if key in ("rationale", "summary", "answer") else old,
    )


def _forgotten(value: Any, dice: Random) -> Any:
    """Drop half of the fields; a schema that requires them gets them back empty."""
    if isinstance(value, Mapping):
        return {
            name: _forgotten(each, dice)
            for name, each in value.items()
            if isinstance(each, list | dict) or dice.random() < 0.5
        }
    return [_forgotten(each, dice) for each in value] if isinstance(value, list) else value


def _said_twice(value: Any, dice: Random) -> Any:
    """Repeat every list's first entry."""
    if isinstance(value, Mapping):
        return {name: _said_twice(each, dice) for name, each in value.items()}
    return [_said_twice(each, dice) for each in [*value, *value[:1]]] if isinstance(value, list) else value


_FAULTS: Sequence[Callable[[Any, Random], Any]] = (
    _wrong_citations,
    _invented_ids,
    _wrong_numbers,
    _too_long,
    _foreign_names,
    _forgotten,
    _said_twice,
)


def _changed(value: Any, dice: Random, change: Change, name: str = "") -> Any:
    if isinstance(value, Mapping):
        return {key: _changed(each, dice, change, key) for key, each in value.items()}
    if isinstance(value, list) and name not in _CITED:
        return [_changed(each, dice, change, name) for each in value]
    return change(name, value, dice)


def _walk(value: Any, name: str = "") -> list[tuple[str, Any]]:
    if isinstance(value, Mapping):
        return [pair for key, each in value.items() for pair in _walk(each, key)]
    if isinstance(value, list) and name not in _CITED:
        return [pair for each in value for pair in _walk(each, name)]
    return [(name, value)]


def _other(cited: str, among: Sequence[str], dice: Random) -> str:
    others = sorted(set(among) - {cited})
    return dice.choice([*others, f"f{dice.randint(60, 99)}", f"h{dice.randint(60, 99)}", "note:0000#0"])


def _miscounted(text: Any, dice: Random) -> Any:
    if not isinstance(text, str):
        return text
    wrong = _DIGITS.sub(lambda found: str(int(found[0]) + dice.randint(1, 40)), text)
    return wrong if wrong != text else f"{text} That is {dice.randint(30, 90)} days and EUR {dice.randint(11, 99)},400."
