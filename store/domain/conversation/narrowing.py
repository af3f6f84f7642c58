"""Read from a message which deals it means: the largest, those over an amount, those in a stage, those that are late."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

_NUMBER = (
    r"(?:[$€£₹]\s?)?(?P<number>\d[\d,.]*|ten|twenty|thirty|forty|fifty|sixty|a hundred)"
    r"\s?(?P<unit>k|grand|m|mn|thousand|million|mio|lakhs?|lacs?|crores?|cr)?\b"
)
_AT_LEAST = re.compile(
    rf"(?:over|above|north of|more than|at least|bigger than|larger than|greater than|worth more than|from|min(?:imum)?"
    rf"|>=?)\s*{_NUMBER}",
    re.IGNORECASE,
)
_OR_MORE = re.compile(rf"{_NUMBER}\s*(?:\+|(?:or|and) (?:more|above|up|over|bigger|larger))", re.IGNORECASE)
_AT_MOST = re.compile(
    rf"(?:under|below|south of|less than|smaller than|at most|up to|max(?:imum)?|<=?)\s*{_NUMBER}", re.IGNORECASE
)
_BETWEEN = re.compile(rf"\bbetween\s+(?P<low>\d[\d,.]*)\s?(?P<low_unit>k|m)?\s*(?:and|to|-)\s*{_NUMBER}", re.IGNORECASE)
_WORDS = {"ten": 10, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "a hundred": 100}
_UNITS = {
    "k": 1e3, "grand": 1e3, "thousand": 1e3, "m": 1e6, "mn": 1e6, "million": 1e6, "mio": 1e6, "lakh": 1e5, "lac": 1e5,
    "crore": 1e7, "cr": 1e7,
}  # fmt: skip
_LARGEST = re.compile(
    r"\b(?:biggest|largest|top|highest|most valuable|best)\b|\b(?:by|sorted by) (?:amount|value|size)\b", re.IGNORECASE
)
_TOP = re.compile(r"\b(?:top|biggest|largest|best)\s+(?P<count>\d{1,2}|three|five|ten)\b", re.IGNORECASE)
_COUNTS = {"three": 3, "five": 5, "ten": 10}
_LATE = re.compile(r"\b(?:late|overdue|past[ -]due|past|passed|slipped|expired|behind schedule)\b", re.IGNORECASE)
# Words of stages that say nothing alone.
_OF_ANY_STAGE = frozenset(("closed", "close", "open", "deal", "deals", "stage", "won", "lost", "and", "the", "new"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Narrowing:
    """`count` is how many of the `largest` are asked for; `stages` are the names of stages, each in full."""

    least: float | None = None
    most: float | None = None
    largest: bool = False
    count: int | None = None
    stages: tuple[str, ...] = ()
    late: bool = False

    def __bool__(self) -> bool:
        return bool(self.least or self.most or self.largest or self.stages or self.late)


def narrowing_in(message: str, stages: Iterable[str]) -> Narrowing:
    """`stages` are the names of the stages that deals can be in."""
    words = set(re.findall(r"[^\W\d_]{4,}", message.casefold()))
    top, between = _TOP.search(message), _BETWEEN.search(message)
    return Narrowing(
        least=_low(between) if between else _amount(_AT_LEAST.search(message) or _OR_MORE.search(message)),
        most=_amount(between or _AT_MOST.search(message)),
        largest=_LARGEST.search(message) is not None,
        count=(_COUNTS.get(top["count"].casefold()) or int(top["count"])) if top else None,
        stages=tuple(
            each for each in stages if words & (set(re.findall(r"[^\W\d_]{4,}", each.casefold())) - _OF_ANY_STAGE)
        ),
        late=_LATE.search(message) is not None,
    )


def _amount(found: re.Match[str] | None) -> float | None:
    """`60k`, `1.5m`, `60,000` and `5 lakh`."""
    if found is None:
        return None
    unit = (found["unit"] or "").casefold().removesuffix("s")
    return _number(found["number"], unit)


def _low(between: re.Match[str]) -> float | None:
    """The smaller one, in the unit of the larger if it has none."""
    return _number(between["low"], (between["low_unit"] or between["unit"] or "").casefold().removesuffix("s"))


def _number(said: str, unit: str) -> float | None:
    if (word := _WORDS.get(said.casefold())) is not None:
        return word * _UNITS.get(unit, 1)
    said = said.rstrip(".,")
    if re.fullmatch(r"\d{1,3}(?:[.,]\d{3})+", said):
        said = re.sub(r"[.,]", "", said)
    try:
        return float(said.replace(",", "")) * _UNITS.get(unit, 1)
    except ValueError:
        return None
