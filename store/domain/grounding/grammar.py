"""Read a marked text from left to right: its records, the claims about them, and the words that no phrase explains."""

from __future__ import annotations

import re

from store.domain.grounding.claims import Figure
from store.domain.grounding.heads import head_at
from store.domain.grounding.marks import Marked
from store.domain.grounding.people import bracket_at, decides_at, only_at, role_at, role_subject_at, title_at
from store.domain.grounding.phrases import COMPARED, KINDS, PRICED, PRONOUN, TOPIC, TOPICS, TOTAL
from store.domain.grounding.reading import NAME, About, Read, Reading, token_of
from store.domain.grounding.vocabulary import JUDGED, NEUTRAL

_WORD = re.compile(r"[\w’'-]+|[^\w\s]")
_TOGETHER = re.compile(r"(?:together|combined|in total),? (?=(?:both )?N\d+)")
_BOTH = re.compile(r"both(?![\w’'])")
_PERSON = re.compile(r"(?:he|she)(?![\w’'])")
_PUNCTUATION = frozenset(".,;:!?–—-)[]“”\"'’&/…→·")


def read(marked: Marked, *, about: About = About(), titles: frozenset[str] = frozenset()) -> Read:  # noqa: B008 - frozen
    """`about` are the records that “it” and “she” mean at the beginning."""
    reading, at = Reading(marked, about, titles), 0
    while at < len(reading.text):
        at = at + 1 if reading.text[at].isspace() else _step(reading, at)
    return reading.ended()


def _step(reading: Reading, at: int) -> int:
    for step in (
        _total, _compared, bracket_at, only_at, role_at, decides_at, _topic, title_at, role_subject_at, head_at, _priced, _kind,
        _subject, _pronoun, _both, _judgement,
    ):  # fmt: skip
        if (end := step(reading, at)) is not None:
            return end
    return _word(reading, at)


def _word(reading: Reading, at: int) -> int:
    found = _WORD.match(reading.text, at)
    assert found is not None
    word = found[0]
    if (word[0] in "NMPSFDWX" and word[1:].isdigit()) or (word not in NEUTRAL and word not in _PUNCTUATION):
        reading.found.rest.append(word)
    if word in (".", ";", "but", "while", "whereas"):
        reading.topic, reading.open = "", False
    return found.end()


def _total(reading: Reading, at: int) -> int | None:
    if (found := _TOGETHER.match(reading.text, at)) is not None:
        reading.together = True
        return found.end()
    found = TOTAL.match(reading.text, at)
    if found is None or len(reading.subjects) < 2:
        return None
    if found["e"] and not reading.together:
        return None
    token = next(each for each in found.groups() if each)
    figure = reading.values[token]
    assert isinstance(figure, Figure)
    reading.found.totals.append((tuple(reading.subjects), figure))
    return found.end()


def _compared(reading: Reading, at: int) -> int | None:
    """`N0 is bigger than N1`"""
    found = COMPARED.match(reading.text, at)
    if found is None or len(reading.subjects) != 1:
        return None
    other = reading.name_in(found["other"])
    reading.note(found["other"])
    pair = (reading.subjects[0], other)
    reading.found.larger.append(pair if found["more"] or found["most"] else pair[::-1])
    return found.end()


def _topic(reading: Reading, at: int) -> int | None:
    found = TOPIC.match(reading.text, at)
    if found is None:
        return None
    reading.topic = TOPICS[found["topic"]]
    if found["of"]:
        _subject(reading, found.start("of"))
    return found.end()


def _priced(reading: Reading, at: int) -> int | None:
    """`the M0 deal N0`"""
    found = PRICED.match(reading.text, at)
    token = NAME.match(reading.text, found.end()) if found else None
    if found is None or token is None:
        return None
    reading.add(reading.name_in(token[0]), "amount", "is", {"is": reading.values[found["m"]]})
    return found.end()


def _kind(reading: Reading, at: int) -> int | None:
    found = KINDS.match(reading.text, at)
    if found is None:
        return None
    token = NAME.match(reading.text, found.end() + 1)
    kind = found["kind"] or found["task"]
    if kind in ("call", "meeting", "task"):
        reading.add(reading.name_in(token[0]) if token else "", "kind", kind, {})
    return found.end()


def _subject(reading: Reading, at: int) -> int | None:
    found = NAME.match(reading.text, at)
    if found is None:
        return None
    name = reading.name_in(found[0])
    reading.note(token_of(found[0]))
    joins = reading.open and _joined(reading.text, at)
    reading.subjects = [*reading.subjects, name] if joins else [name]
    reading.open, reading.topic = True, "" if joins else reading.topic
    return found.end()


def _pronoun(reading: Reading, at: int) -> int | None:
    if (person := _PERSON.match(reading.text, at)) is not None:
        reading.subjects = [reading.about.person] if reading.about.person else []
        reading.found.unclear = reading.found.unclear or not reading.subjects
        return person.end()
    found = PRONOUN.match(reading.text, at)
    if found is not None and reading.about.it is not None:
        reading.subjects = [reading.about.it] if not reading.found.named else reading.subjects
    return found.end() if found else None


def _both(reading: Reading, at: int) -> int | None:
    """“Both” of two records says of each what follows."""
    found = _BOTH.match(reading.text, at)
    two = found is not None and (len(reading.subjects) == 2 or re.match(r"both N", found.string[at:]) is not None)
    return found.end() if found and two else None


def _judgement(reading: Reading, at: int) -> int | None:
    found = JUDGED.match(reading.text, at)
    if found is None or not reading.subjects:
        return None
    reading.found.judged |= set(reading.subjects)
    return found.end()


def _joined(text: str, at: int) -> bool:
    return re.search(r"N\d+(?: \( ?[MN]\d+ ?\))?\s*(?:,|and|, and|&)\s+$", text[:at]) is not None
