"""Values for fields from one text: its numbers, names, days, addresses, quotations.

A field's name says what to look for: `age` the number before “years”, `email` an address, `city` the name after “in”. Each
number and each name is used for one field only.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

from integrations.sandbox.claude.characters.names import clauses, items_in, names_of
from integrations.sandbox.claude.characters.vocabulary import (
    ASKED,
    BEFORE_PLACES,
    DISLIKED,
    KINDS,
    LIKED,
    PEOPLE,
    PLACES,
    UNITS,
    WHOLE,
)
from integrations.sandbox.claude.characters.words import clip, key_words
from store.domain.memory.sentiment import BAD, DENYING, GOOD

_LONGEST = 20_000  # characters to look at
_NUMBER = re.compile(r"(?<![\w.,])-?\d{1,15}(?:[.,]\d{1,9}){0,5}(?![\w])")
_QUOTED = re.compile(r"[“\"]([^”\"\n]{1,300})[”\"]|(?<!\w)'([^'\n]{1,300})'(?!\w)")
_BEFORE = re.compile(r"(\w{1,20})\s{0,3}$")
_WORD = re.compile(r"[^\W_]{1,60}")
_OF_KIND: Mapping[str, re.Pattern[str]] = {
    "email": re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}"),
    "url": re.compile(r"https?://[^\s\"<>)]{3,400}"),
    "date": re.compile(r"\b\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d)?(?:Z|[+-]\d\d:\d\d)?)?\b"),
    "time": re.compile(r"\b\d{1,2}:\d\d(?: ?[ap]m)?\b"),
    "phone": re.compile(r"\+\d[\d ()/-]{6,20}\d"),
    "id": re.compile(r"\b(?=[\w-]{0,40}\d)[A-Za-z0-9]{1,40}(?:[-_][A-Za-z0-9]{1,40}){0,5}\b"),
}


class Material:
    """A text to fill fields from."""

    def __init__(self, text: str) -> None:
        self.said = text.strip()[:_LONGEST]
        self._lower = self.said.casefold()
        self._used: set[tuple[int, int]] = set()
        self._sure = False

    def surely(self) -> Material:
        """Return the same material, which finds a value only beside the field's own name."""
        sure = Material(self.said)
        sure._used, sure._sure = self._used, True
        return sure

    def choice(self, name: str, options: Sequence[Any]) -> Any | None:
        """Return the option that the text names; for opinions, the one with the text's mood."""
        said = f" {' '.join(_WORD.findall(self._lower))} "
        named = [each for each in options if isinstance(each, str) and f" {_spoken(each)} " in said]
        if named:
            return max(named, key=len)
        numbers = {self._value(found[0]) for found in _NUMBER.finditer(self.said)}
        counted = [
            each for each in options if isinstance(each, int | float) and not isinstance(each, bool) and each in numbers
        ]
        return counted[0] if counted else self._mood({str(each).casefold(): each for each in options})

    def text(self, name: str, about: str) -> str | None:
        words = _name_words(name)
        kind = next((KINDS[each] for each in reversed(words) if each in KINDS), None)
        if kind is not None:
            found = next((found[0] for found in _OF_KIND[kind].finditer(self.said)), None)
            return found or (self._name() if words[-1:] in (["to"], ["recipient"]) and not self._sure else None)
        if PLACES & set(words):
            return self._name(after=True)
        if PEOPLE & set(words):
            return self._labelled(words) or self._name()
        if WHOLE & set(words) and not (self._sure and not ASKED & set(words)):
            return self.said
        if self._sure:
            return self._labelled(words)
        return self._labelled(words) or self._quoted() or self._name() or clip(self.said, 300)

    def number(self, name: str, about: str) -> float | None:
        """Return the number next to a word of the field's name, else the first one left."""
        words = set(_name_words(name)) | key_words(about)
        near = words.union(*(units for word, units in UNITS.items() if word in words))
        found = [
            each for each in _NUMBER.finditer(self.said) if each.span() not in self._used and not self._in_date(each)
        ]
        if not found:
            return None
        best = max(found, key=lambda each: (len(near & self._around(each.start(), each.end())), -each.start()))
        if self._sure and not near & self._around(best.start(), best.end()):
            return None
        self._used.add(best.span())
        return self._value(best[0])

    def flag(self, name: str, about: str) -> bool | None:
        words = [each for each in _name_words(name) if len(each) > 2]
        said = _WORD.findall(self._lower)
        places = [place for place, word in enumerate(said) if any(_same(word, each) for each in words)]
        if not places:
            return None
        return not any(DENYING & set(said[max(0, place - 3) : place]) for place in places)

    def parts(self, name: str, about: str, *, of_objects: bool) -> Sequence[Material]:
        """Return a material per listed item: per sentence or clause with a name for objects, else per name or quotation."""
        if of_objects:
            return [Material(each) for each in clauses(self.said) if _NUMBER.search(each) or list(names_of(each))]
        quoted = [found[1] or found[2] for found in _QUOTED.finditer(self.said)]
        listed = quoted or items_in(self.said) or [found[0] for found in names_of(self.said)]
        return [Material(each) for each in dict.fromkeys(listed)]

    def _labelled(self, words: Sequence[str]) -> str | None:
        """Return the words after the field's name: `title: Renewal`, `called Renewal`."""
        label = " ".join(words)[:60]
        for mark in (f"{label}:", f"{label} is", f"{label} called", f"{label} named", f"{label} ="):
            at = self._lower.find(mark)
            if at >= 0:
                rest = self.said[at + len(mark) : at + len(mark) + 300].strip().splitlines()
                said = re.split(r"[,;.!?](?:\s|$)", rest[0], maxsplit=1)[0].strip(" “”\"'") if rest else ""
                if said:
                    return said
        return None

    def _quoted(self) -> str | None:
        found = next((each for each in _QUOTED.finditer(self.said) if each.span() not in self._used), None)
        if found is None:
            return None
        self._used.add(found.span())
        return found[1] or found[2]

    def _name(self, *, after: bool = False) -> str | None:
        """Return the first name not used yet; with `after`, the first one behind “in”, “at” and the like."""
        free = [each for each in names_of(self.said) if each.span() not in self._used]
        behind = [each for each in free if _word_before(self.said, each.start()) in BEFORE_PLACES]
        found = next(iter(behind if after and (behind or self._sure) else free), None)
        if found is None:
            return None
        self._used.add(found.span())
        return found[0]

    def _around(self, start: int, end: int) -> set[str]:
        return set(
            _WORD.findall(self._lower[max(0, start - 30) : start])[-3:] + _WORD.findall(self._lower[end : end + 30])[:2]
        )

    def _in_date(self, found: re.Match[str]) -> bool:
        return any(
            each.start() <= found.start() < each.end()
            for each in _OF_KIND["date"].finditer(self.said[max(0, found.start() - 30) : found.end() + 30])
        )

    def _mood(self, options: Mapping[str, Any]) -> Any | None:
        if not {"positive", "negative"} <= options.keys():
            return None
        said = _WORD.findall(self._lower)
        score = sum(_tone(word) * (-1 if DENYING & set(before) else 1) for *before, word in _windows(said))
        return options["positive"] if score > 0 else options["negative"] if score < 0 else options.get("neutral")

    @staticmethod
    def _value(number: str) -> float:
        """`1,200.50` or `0.5` as a number; groups of three after a comma are thousands."""
        plain = re.sub(r",(?=\d{3}(?:\D|$))", "", number).replace(",", ".")
        head, _, tail = plain.rpartition(".")
        value = float(f"{head.replace('.', '')}.{tail}" if head else plain)
        return int(value) if value.is_integer() else value


def _tone(word: str) -> int:
    return (word in GOOD or word in LIKED) - (word in BAD or word in DISLIKED)


def _windows(words: Sequence[str]) -> Iterator[list[str]]:
    return (list(words[max(0, place - 3) : place + 1]) for place in range(len(words)))


def _word_before(text: str, place: int) -> str:
    found = _BEFORE.search(text, max(0, place - 30), place)
    return found[1].casefold() if found else ""


def _name_words(name: str) -> list[str]:
    """`dueDate` and `due_date` are `due`, `date`."""
    spaced = "".join(
        f" {one.casefold()}" if one.isupper() and not before.isupper() else one for before, one in pairwise(f" {name}")
    )
    return [each.casefold() for each in _WORD.findall(spaced)]


def _spoken(option: str) -> str:
    return " ".join(_WORD.findall(option.casefold()))


def _same(word: str, other: str) -> bool:
    """Whether two words differ only in their ending."""
    stem = min(len(word), len(other), 12)
    return stem > 3 and word[: stem - (stem > 4)] == other[: stem - (stem > 4)] and abs(len(word) - len(other)) < 4
