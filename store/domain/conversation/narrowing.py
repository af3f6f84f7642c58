"""Read from a message which deals it means: the largest, those over an amount, those in a stage, those that are late."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from store.domain.text.numbers import in_digits

_UNIT = r"(?:k|m|mn|mil|grand|thousand|million|mio|lakhs?|lacs?|crores?|cr)\b"
# Days, counts and dates are no amounts.
_COUNTED = (
    r"\s*(?:%|(?:days?|weeks?|months?|quarters?|years?|times|people|contacts?|calls?|deals?|accounts?|jan|feb|mar|apr|may|jun|jul|aug"
    r"|sep|oct|nov|dec)[a-z]*\b)"
)
_SIGN = r"(?:[$€£₹]\s?)?"
_NUMBER = rf"{_SIGN}(?P<number>\d[\d,.]*)(?![\d,.])(?:\s?(?P<unit>{_UNIT})|\b(?!{_COUNTED}))"
_BETWEEN = re.compile(
    rf"{_SIGN}\b(?P<low>\d[\d,.]*)\s?(?P<low_unit>{_UNIT})?\s*(?:-|–|to|and)\s*{_NUMBER}", re.IGNORECASE
)
_AT_LEAST = re.compile(
    r"(?:over|above|more than|at least|no less than|not less than|bigger than|larger than|greater than|worth more than|from"
    rf"|min(?:imum)?|north of|upwards? of|in excess of|exceeding|beyond|>=?)\s*{_NUMBER}",
    re.IGNORECASE,
)
_OR_MORE = re.compile(rf"{_NUMBER}\s*(?:\+|(?:or|and) (?:more|above|up|over|upwards?|bigger|larger))", re.IGNORECASE)
_AT_MOST = re.compile(
    r"(?:under|below|(?:no|not) more than|less than|fewer than|smaller than|at most|up to|max(?:imum)?|south of|beneath|(?:not|no)"
    rf" over|<=?)\s*{_NUMBER}",
    re.IGNORECASE,
)
_OR_LESS = re.compile(rf"{_NUMBER}\s*(?:or|and) (?:less|below|under|smaller|down)", re.IGNORECASE)
_UNITS = {
    "k": 1e3, "grand": 1e3, "thousand": 1e3, "m": 1e6, "mn": 1e6, "mil": 1e6, "million": 1e6, "mio": 1e6, "lakh": 1e5, "lac": 1e5,
    "crore": 1e7, "cr": 1e7,
}  # fmt: skip
_LEAST_IN_RANGE = 1_000  # smaller numbers without a unit are days or counts
_LARGEST = re.compile(
    r"\b(?:biggest|largest|top|highest|most valuable|best)\b|\b(?:by|sorted by) (?:amount|value|size)\b", re.IGNORECASE
)
_TOP = re.compile(r"\b(?:top|biggest|largest|best)\s+(?P<count>\d{1,2}|two|three|five|ten)\b", re.IGNORECASE)
_ONE = re.compile(
    r"\b(?:biggest|largest|highest|best|top)(?: open)? (?:one|deal|win|loss|opportunity)\b", re.IGNORECASE
)
_COUNTS = {"two": 2, "three": 3, "five": 5, "ten": 10}
_LATE = re.compile(r"\b(?:late|overdue|past[ -]due|past|passed|slipped|expired|behind schedule)\b", re.IGNORECASE)
_BY_VALUE = re.compile(r"\bby value\b", re.IGNORECASE)
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
    """`stages` are the names of the stages that deals can be in. Each line is a message: of amounts and stages, the last counts."""
    said = [in_digits(_BY_VALUE.sub("by amount", line)) for line in message.splitlines()]
    named = tuple(stages)
    least, most = next((amounts for amounts in map(_amounts, reversed(said)) if any(amounts)), (None, None))
    whole = "\n".join(said)
    return Narrowing(
        least=least,
        most=most,
        largest=_LARGEST.search(whole) is not None,
        count=_count(whole),
        stages=next((found for line in reversed(said) if (found := _stages(line, named))), ()),
        late=_LATE.search(whole) is not None,
    )


def names_amount(message: str) -> bool:
    """Whether it asks for amounts above, below or between others."""
    return any(_amounts(in_digits(message)))


def _amounts(line: str) -> tuple[float | None, float | None]:
    """The least and the most."""
    for found in _BETWEEN.finditer(line):
        high = _amount(found["number"], found["unit"])
        low = _amount(found["low"], found["low_unit"] or found["unit"])
        signed = found["unit"] or re.search(r"[$€£₹]", found[0])
        if low is not None and high is not None and low < high and (signed or high >= _LEAST_IN_RANGE):
            return low, high
    at_most = _AT_MOST.search(line)
    rest = line.replace(at_most[0], " ") if at_most else line
    at_least = _AT_LEAST.search(rest) or _OR_MORE.search(rest)
    at_most = at_most or _OR_LESS.search(line)
    return (
        _amount(at_least["number"], at_least["unit"]) if at_least else None,
        _amount(at_most["number"], at_most["unit"]) if at_most else None,
    )


def _amount(number: str, unit: str | None) -> float | None:
    """`60k`, `1.5m`, `60,000` and `5 lakh`."""
    said = number.rstrip(".,")
    if re.fullmatch(r"\d{1,3}(?:[.,]\d{3})+", said):
        said = re.sub(r"[.,]", "", said)
    try:
        return float(said.replace(",", "")) * _UNITS.get((unit or "").casefold().removesuffix("s"), 1)
    except ValueError:
        return None


def _count(message: str) -> int | None:
    if top := _TOP.search(message):
        return _COUNTS.get(top["count"].casefold()) or int(top["count"])
    return 1 if _ONE.search(message) else None


def _stages(line: str, stages: Sequence[str]) -> tuple[str, ...]:
    words = set(re.findall(r"[^\W\d_]{4,}", line.casefold()))
    return tuple(each for each in stages if words & (set(re.findall(r"[^\W\d_]{4,}", each.casefold())) - _OF_ANY_STAGE))
