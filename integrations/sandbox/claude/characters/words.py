"""Text helpers for all characters: cut at a sentence, compare words, find numbers and promises."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[“\"'A-ZÀ-Þ0-9])")
_WORD = re.compile(r"[^\W\d_]{3,}")
_NUMBER = re.compile(r"\d+(?:[.,:/-]\d+)*")
_PROMISE = re.compile(
    r"\b(?:promis\w*|agreed to|committed to|will (?:send|call|bring|prepare|share|come back|follow|get|have)|owes?)\b",
    re.IGNORECASE,
)
_SMALL_WORDS = (
    "the and for with that this from has had have was were are not but they them their our you your who its it's will "
    "been what when which into than then there here about after before more most some any all one two"
)
_COMMON = frozenset(_SMALL_WORDS.split())


def sentences(text: str) -> list[str]:
    return [each.strip() for each in _SENTENCE.split(text.strip()) if each.strip()]


def closed(text: str) -> str:
    """End the text with a full stop, if it has none."""
    text = text.strip()
    return text if not text or text[-1] in ".!?”" else f"{text}."


def clip(text: str, most: int) -> str:
    """Return as many whole sentences as fit; if none does, as many words, and an ellipsis."""
    text = text.strip()
    if len(text) <= most:
        return text
    kept = ""
    for sentence in sentences(text):
        longer = f"{kept} {sentence}".strip()
        if len(longer) > most:
            break
        kept = longer
    return kept or text[: most - 1].rsplit(" ", 1)[0].rstrip(" ,;:") + "…"


def day_text(at: str, today: date) -> str:
    """`30 Nov` of a date or time in ISO form, with the year if it is another one; anything else as it is."""
    try:
        day = date.fromisoformat(at[:10])
    except ValueError:
        return clip(at, 10)
    return f"{day.day} {day:%b}{'' if day.year == today.year else f' {day.year}'}"


def joined(parts: Iterable[str], most: int) -> str:
    """Join the parts that fit whole, in order."""
    kept = ""
    for part in parts:
        longer = f"{kept} {part.strip()}".strip()
        if part.strip() and len(longer) <= most:
            kept = longer
    return kept


def key_words(text: str) -> set[str]:
    return {word for word in _WORD.findall(text.casefold()) if word not in _COMMON}


def numbers(text: str) -> set[str]:
    return set(_NUMBER.findall(text))


def rests_on(text: str, sources: Iterable[str]) -> bool:
    """Whether every number in the text appears in one of its sources."""
    return numbers(text) <= numbers(" ".join(sources))


def is_promise(text: str) -> bool:
    return _PROMISE.search(text) is not None


def text_of(value: Mapping[str, Any], name: str) -> str:
    found = value.get(name)
    return found.strip() if isinstance(found, str) else ""


def listed(value: Mapping[str, Any], name: str) -> Sequence[Mapping[str, Any]]:
    """Return the objects of a list in the data; none if it is not a list."""
    found = value.get(name)
    return [each for each in found if isinstance(each, Mapping)] if isinstance(found, list) else []


def ids(value: Mapping[str, Any], name: str) -> list[str]:
    """Return the strings of a list in the data."""
    found = value.get(name)
    return [each for each in found if isinstance(each, str)] if isinstance(found, list) else []
