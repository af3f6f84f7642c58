"""Facts as they were told: their texts and evidence as plain sentences, and in pieces that may be repeated."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from store.domain.crm.evidence import Evidence
from store.domain.grounding.claims import words_in
from store.domain.grounding.days import days_in, with_days
from store.domain.grounding.labelled import sentences_of_evidence, sentences_of_label, sentences_of_record
from store.domain.grounding.marks import Names
from store.domain.grounding.sentences import sentences_of
from store.domain.grounding.statements import Value
from store.domain.grounding.vocabulary import DENIED

LEAD = re.compile(r"^(?P<lead>[^:“”\"]{2,80}): (?P<rest>\S.*)$", re.DOTALL)
_NOTE = re.compile(r"^A note of (?P<day>[^:]{4,14}) says: ")
# Who said it and when, around words that a note has.
_FRAMES = tuple(
    re.compile(pattern, re.IGNORECASE | re.DOTALL)
    for pattern in (
        r"^(?:according to|in|as said in) (?:the|a|your) note (?:of|from) (?P<day>[^,]{4,20}), (?P<said>.+)$",
        r"^(?:the|a|your) note (?:of|from) (?P<day>[^,]{4,20}?) says(?: that|:)? (?P<said>.+)$",
        r"^(?P<said>.+), (?:says|said) (?:the|a|your) note (?:of|from) (?P<day>.{4,20}?)\.?$",
        r"^on (?P<day>[^,]{4,20}?),? they (?:said|wrote|told you)(?: that|:)? (?P<said>.+)$",
        r"^they (?:said|wrote|told you)(?P<day>)(?: that|:)? (?P<said>.+)$",
        r"^(?P<said>.+) on (?P<day>\d.{3,20}?)\.?$",
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """A fact's text, and the evidence it rests on. `free` if other people wrote it: its sentences count as a whole only. `sign`
    is that of its amounts without one."""

    text: str
    evidence: Sequence[Evidence] = ()
    free: bool = False
    days: frozenset[date] = frozenset()
    sign: str = ""


def told_by(fact: Stated) -> list[str]:
    """The plain sentences that a fact states: those of its text and of its evidence."""
    told = [line for each in fact.evidence for line in sentences_of_evidence(each)]
    if fact.free:
        return told
    told += sentences_of_record(fact.text, fact.sign)
    for line in fact.text.splitlines():
        labelled = sentences_of_label(line)
        told += labelled or ([] if _NOTE.match(line) else sentences_of(line))
    return told


@dataclass(frozen=True, slots=True)
class Pieces:
    """The pieces of each text, with the days of those that people wrote."""

    today: date
    names: Names
    units: tuple[tuple[str, ...], ...]
    days: tuple[frozenset[date], ...]

    @classmethod
    def of(cls, facts: Sequence[Stated], common: Sequence[str], names: Names, today: date) -> Pieces:
        texts = [*(each.text for each in facts), *common]
        days = [each.days if each.free else frozenset[date]() for each in facts]
        days += [frozenset()] * len(common)
        return cls(today, names, tuple(tuple(_units(each, today, names)) for each in texts), tuple(days))

    def repeats(self, sentence: str) -> bool:
        """Whether one fact has this sentence, or this and the ones behind it, word for word."""
        return self._has(self.units, sentence) or any(
            self._has([units], found["said"])
            for frame in _FRAMES
            if (found := frame.match(sentence)) is not None
            for units, days in zip(self.units, self.days, strict=True)
            if days and self._is_of(found["day"], days)
        )

    def quotes(self, value: Value) -> bool:
        """Whether these are quoted words that one fact has in a row, and not only behind a “not”."""
        if not isinstance(value, str):
            return False
        said = value.rstrip("… ")
        for units in self.units:
            text = f" {' '.join(units)} "
            at = text.find(f" {said}")
            if at >= 0 and not DENIED.search(" ".join(text[:at].split()[-3:])):
                return True
        return False

    def heads(self, lead: str, rest: str) -> bool:
        """Whether the text before a colon is the title or the day of the fact that the rest repeats."""
        claimed = days_in(lead, self.today)
        is_day = len(claimed) == 1 and not re.search(r"\w", lead.replace(claimed[0].text, ""))
        said, sentences = plain(lead, self.today), sentences_of(rest)
        return any(
            all(self._has([units], each) for each in sentences)
            for units, days in zip(self.units, self.days, strict=True)
            if (is_day and any(map(claimed[0].fits, days))) or said in units
        )

    def _has(self, among: Iterable[Sequence[str]], sentence: str) -> bool:
        forms = {plain(sentence, self.today), plain(_in_full(sentence, self.names), self.today)}
        cut = sentence.rstrip(" ”\"'").endswith("…")
        return any(_runs_to(units, said, cut=cut) for units in among for said in forms if said)

    def _is_of(self, said: str, days: Iterable[date]) -> bool:
        claimed = days_in(said, self.today)
        return not said or (
            len(claimed) == 1 and claimed[0].text.strip(" .") == said.strip(" .") and any(map(claimed[0].fits, days))
        )


def _runs_to(units: Sequence[str], said: str, *, cut: bool) -> bool:
    for start in range(len(units)):
        run = ""
        for unit in units[start:]:
            run = f"{run} {unit}".strip()
            if run == said or (cut and len(said) > 10 and run.startswith(said)):
                return True
            if len(run) > len(said) + 200:
                break
    return False


def _units(text: str, today: date, names: Names) -> Iterable[str]:
    """The parts that may be repeated: sentences, their texts before and after a colon, and pieces between dots."""
    for piece in (piece for line in text.splitlines() for piece in line.split(" · ")):
        for sentence in sentences_of(piece):
            lead = LEAD.match(sentence)
            parts = (lead["lead"], lead["rest"]) if lead else (sentence,)
            yield from filter(None, (plain(_in_full(part, names), today) for part in parts))


def _in_full(text: str, names: Names) -> str:
    """The text with each name in full."""
    if names.pattern is None:
        return text
    return names.pattern.sub(lambda found: names.record_of(found[0]) or found[0], text)


def plain(text: str, today: date) -> str:
    """The words of a text, with each day in one form."""
    return words_in(with_days(text, today, lambda day: day.exact.isoformat() if day.exact else day.text))
