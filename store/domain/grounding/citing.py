"""Whether a text says no more than it cites: the rule that every model's sentence is held to before anybody reads it.

A sentence may name a figure, a day, a person, a company, a deal or somebody's words only where that stands in a fact that it
cites, or in what is common knowledge to writer and reader. One that names anything else is struck; a text that cites what was
never given is struck whole. What no rule can look up (a mood, a reason, a piece of advice) passes: it is the reviewer's and the
reader's to judge.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from store.domain.grounding.claims import Figure, figures_in, names_in, quotes_in, shares_in, words_in
from store.domain.grounding.days import ClaimedDay, days_in, exact_days

_ABBREVIATED = (
    r"(?<!\bDr\.)(?<!\bMr\.)(?<!\bMrs\.)(?<!\bMs\.)(?<!\bProf\.)(?<!\bNo\.)(?<!\bInc\.)(?<!\bLtd\.)"
    r"(?<!\be\.g\.)(?<!\bi\.e\.)"
)
_SENTENCE_END = re.compile(rf"(?:(?<=[.!?…])|(?<=[.!?…][”\"’)])){_ABBREVIATED}(?<!\bSt\.)(?<!\bvs\.)\s+(?=[^\sa-z])")
LIMIT = 8_000  # characters of a text that is looked at; a longer one is struck
_LIST_MARK = re.compile(r"^\s*(?:[-–•*]|\d{1,2}[.)])\s+")


@dataclass(frozen=True, slots=True, kw_only=True)
class CitedFact:
    """What may be cited: `text` as the writer was given it, and the days that it is about."""

    id: str
    text: str
    days: frozenset[date] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Common:
    """What may be said without citing it: `today`, and texts that the writer had to start from, such as the account's name,
    the owner's, and the words that the rules found for the same advice. `days` are those that these texts are about."""

    today: date
    texts: tuple[str, ...] = ()
    days: frozenset[date] = frozenset()


@dataclass(frozen=True, slots=True)
class Struck:
    """A sentence, or a whole text, that does not go out, and why not, in one sentence."""

    text: str
    reason: str


@dataclass(frozen=True, slots=True)
class Checked:
    """What is left of a text; "" where nothing is."""

    text: str
    struck: tuple[Struck, ...] = ()


def held_to(text: str, cites: Sequence[str], facts: Mapping[str, CitedFact], common: Common) -> Checked:
    """The text without the sentences that say more than they cite; without all of it where a citation does not resolve."""
    if unknown := next((each for each in cites if each not in facts), None):
        return Checked(
            "", (Struck(text, f"It cites “{unknown[:40]}”, and there is no such fact."),) if text.strip() else ()
        )
    if len(text) > LIMIT:
        return Checked("", (Struck(text[:200], f"It has more than {LIMIT:,} characters."),))
    given = Given.of([facts[each] for each in dict.fromkeys(cites)], common)
    struck: list[Struck] = []
    lines = [_kept(line, given, struck) for line in text.splitlines()]
    return Checked(
        re.sub(r"\n{3,}", "\n\n", "\n".join(line for line in lines if line is not None)).strip(), tuple(struck)
    )


def sentences_of(line: str) -> list[str]:
    return [each for each in _SENTENCE_END.split(line.strip()) if each]


@dataclass(frozen=True, slots=True)
class Given:
    """All that a text may say, in the forms in which it is looked up."""

    today: date
    texts: tuple[str, ...]
    days: frozenset[date]
    figures: tuple[Figure, ...]
    known: frozenset[str] = field(default_factory=frozenset)

    @classmethod
    def of(cls, facts: Sequence[CitedFact], common: Common) -> Given:
        texts = (*(fact.text for fact in facts), *common.texts)
        days = {*common.days, *(day for fact in facts for day in fact.days)}
        figures = [figure for text in texts for figure in figures_in(text)]
        plain = {word for text in texts for word in re.findall(r"[^\W\d_]+", text) if word.islower()}
        return cls(
            common.today,
            tuple(f" {words_in(text)} " for text in texts),
            frozenset(days | set(exact_days(texts, common.today))),
            tuple(figures),
            frozenset(plain),
        )

    def excess(self, sentence: str) -> str | None:
        """What the sentence names that was not given, as one sentence; None where there is nothing."""
        rest = sentence
        for whole, words in quotes_in(sentence):
            if not self._says(words, cut=words.rstrip().endswith("…")):
                return f"The words {whole[:120]} stand in nothing that it cites."
            rest = rest.replace(whole, " ,", 1)
        for day in days_in(rest, self.today):
            if not self._knows(day, rest):
                return f"The day “{day.text}” stands in nothing that it cites."
        for day in reversed(days_in(rest, self.today)):
            rest = f"{rest[: day.start]} , {rest[day.end :]}"
        return self._unfounded_figure(rest) or self._unknown_name(rest)

    def _knows(self, day: ClaimedDay, sentence: str) -> bool:
        """Whether it is a day that was given, or today where the sentence calls it that."""
        is_today = day.exact == self.today and "today" in sentence.casefold()
        return is_today or any(map(day.fits, self.days)) or self._says(day.text) or self._counts(day.text)

    def _unfounded_figure(self, text: str) -> str | None:
        for share in shares_in(text):
            if not self._says(share):
                return f"The figure “{share}” stands in nothing that it cites."
        for figure in figures_in(text):
            if not any(figure.fits(each) for each in self.figures):
                return f"The figure “{figure.text}” stands in nothing that it cites."
        return None

    def _unknown_name(self, text: str) -> str | None:
        for run in names_in(text, self.known):
            if not self._says_in_parts(run):
                return f"The name “{' '.join(run)}” stands in nothing that it cites."
        return None

    def _says(self, words: str, *, cut: bool = False) -> bool:
        wanted = words_in(words.strip().rstrip("…"))
        return not wanted or any(f" {wanted}{'' if cut else ' '}" in text for text in self.texts)

    def _says_in_parts(self, run: tuple[str, ...]) -> bool:
        """As it stands in one text; or as two names that stand side by side, each of two words at least or alone in its text."""
        phrase = " ".join(run)
        if any(f" {phrase} " in text for text in self.texts):
            return True
        parts = ((run[:place], run[place:]) for place in range(1, len(run)))
        return any(all(self._is_whole(part) for part in pair) for pair in parts)

    def _is_whole(self, part: tuple[str, ...]) -> bool:
        phrase = " ".join(part)
        return any(text.strip() == phrase or (len(part) > 1 and f" {phrase} " in text) for text in self.texts)

    def _counts(self, text: str) -> bool:
        """Whether a span such as “47 days ago” is one that was given as it is."""
        spans = [figure for figure in figures_in(text) if figure.unit in ("day", "month")]
        return bool(spans) and all(
            any(span.unit == each.unit and span.fits(each) for each in self.figures) for span in spans
        )


def _kept(line: str, given: Given, struck: list[Struck]) -> str | None:
    """The line without what is struck; None where nothing but a mark of a list is left of it."""
    if not line.strip():
        return ""
    mark = _LIST_MARK.match(line)
    start = mark[0] if mark else line[: len(line) - len(line.lstrip())]
    kept: list[str] = []
    for sentence in sentences_of(line[len(start) :]):
        if reason := given.excess(sentence):
            struck.append(Struck(sentence, reason))
        else:
            kept.append(sentence)
    return f"{start}{' '.join(kept)}" if kept else None
