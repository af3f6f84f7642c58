"""Check that a text says no more than it cites: the rule for every sentence of a model, before anyone reads it.

A sentence may name a figure, a day, a person, a company, a deal or a quote only if it is in a fact that the sentence cites,
or is common knowledge to writer and reader. A sentence that names anything else is struck; a text that cites an unknown
fact is struck whole. Things that no rule can look up (a mood, a reason, a piece of advice) pass: they are for the reviewer
and the reader to judge.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

from store.domain.crm.evidence import Evidence
from store.domain.grounding.background import Background
from store.domain.grounding.claims import Figure, figures_in, names_in, quotes_in, shares_in, words_in
from store.domain.grounding.days import ClaimedDay, days_in, exact_days
from store.domain.grounding.entailment import Given
from store.domain.grounding.reading import About
from store.domain.grounding.sentences import sentences_of
from store.domain.grounding.stated import Stated

LIMIT = 8_000  # characters of a text to check; a longer one is struck
_LIST_MARK = re.compile(r"^\s*(?:[-–•*]|\d{1,2}[.)])\s+")


@dataclass(frozen=True, slots=True, kw_only=True)
class CitedFact:
    """A citable fact: `text` as the writer got it, the days that it is about, and the evidence behind it. `free` if other
    people wrote it."""

    id: str
    text: str
    days: frozenset[date] = frozenset()
    evidence: tuple[Evidence, ...] = ()
    free: bool = False

    def stated(self, sign: str) -> Stated:
        return Stated(text=self.text, evidence=self.evidence, free=self.free, days=self.days, sign=sign)


@dataclass(frozen=True, slots=True, kw_only=True)
class Common:
    """Knowledge that needs no citation: `today`, and texts that the writer started from, such as the names of account and
    owner, and the rules' words for the same advice. `days` are those that these texts are about, `subject` is the record that
    “it” means at first. `complete` if the facts leave out none of the latest activities. `sign` is that
    of amounts without one, "" if that is unknown."""

    today: date
    texts: tuple[str, ...] = ()
    days: frozenset[date] = frozenset()
    subject: str = ""
    complete: bool = False
    sign: str = ""


@dataclass(frozen=True, slots=True)
class Struck:
    """A sentence, or a whole text, that must not go out, with the reason as one sentence."""

    text: str
    reason: str


@dataclass(frozen=True, slots=True)
class CheckedText:
    """The rest of a text; "" if nothing is left."""

    text: str
    struck: tuple[Struck, ...] = ()


def held_to(text: str, cites: Sequence[str], facts: Mapping[str, CitedFact], common: Common) -> CheckedText:
    """Return the text without sentences that say more than they cite; nothing if a citation is unknown."""
    if unknown := next((each for each in cites if each not in facts), None):
        return CheckedText(
            "", (Struck(text, f"It cites “{unknown[:40]}”, and there is no such fact."),) if text.strip() else ()
        )
    if len(text) > LIMIT:
        return CheckedText("", (Struck(text[:200], f"It has more than {LIMIT:,} characters."),))
    cited = [facts[each] for each in dict.fromkeys(cites)]
    checking = _Checking(
        AllowedText.of(cited, common), given_by(cited, common, background_of(tuple(facts.values()), common))
    )
    lines = [checking.kept(line) for line in text.splitlines()]
    return CheckedText(
        re.sub(r"\n{3,}", "\n\n", "\n".join(line for line in lines if line is not None)).strip(), tuple(checking.struck)
    )


@lru_cache(maxsize=8)  # the texts of one card are held to the same facts
def background_of(facts: tuple[CitedFact, ...], common: Common) -> Background:
    stated = [each.stated(common.sign) for each in facts]
    return Background.of(
        stated, today=common.today, common=common.texts, subject=common.subject, complete=common.complete
    )


def given_by(facts: Sequence[CitedFact], common: Common, background: Background) -> Given:
    return Given.of(
        [each.stated(common.sign) for each in facts], background, common=common.texts, subject=common.subject
    )


@dataclass(frozen=True, slots=True)
class AllowedText:
    """Everything a text may say, in forms for looking it up."""

    today: date
    texts: tuple[str, ...]
    days: frozenset[date]
    figures: tuple[Figure, ...]
    known: frozenset[str] = field(default_factory=frozenset)

    @classmethod
    def of(cls, facts: Sequence[CitedFact], common: Common) -> AllowedText:
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
        """Return one sentence about something the sentence names without a source; None if there is nothing."""
        rest = sentence
        for whole, words in quotes_in(sentence):
            if not self._says(words, cut=words.rstrip().endswith("…")):
                return f"The words {whole[:120]} are in none of its sources."
            rest = rest.replace(whole, " ,", 1)
        for day in days_in(rest, self.today):
            if not self._knows(day, rest):
                return f"The day “{day.text}” is in none of its sources."
        for day in reversed(days_in(rest, self.today)):
            rest = f"{rest[: day.start]} , {rest[day.end :]}"
        return self._unfounded_figure(rest) or self._unknown_name(rest)

    def _knows(self, day: ClaimedDay, sentence: str) -> bool:
        """Whether the day was given, or is today and the sentence calls it that."""
        is_today = day.exact == self.today and "today" in sentence.casefold()
        return is_today or any(map(day.fits, self.days)) or self._says(day.text) or self._counts(day.text)

    def _unfounded_figure(self, text: str) -> str | None:
        for share in shares_in(text):
            if not self._says(share):
                return f"The figure “{share}” is in none of its sources."
        for figure in figures_in(text):
            if not any(figure.fits(each) for each in self.figures):
                return f"The figure “{figure.text}” is in none of its sources."
        return None

    def _unknown_name(self, text: str) -> str | None:
        for run in names_in(text, self.known):
            if not self._says_in_parts(run):
                return f"The name “{' '.join(run)}” is in none of its sources."
        return None

    def _says(self, words: str, *, cut: bool = False) -> bool:
        wanted = words_in(words.strip().rstrip("…"))
        return not wanted or any(f" {wanted}{'' if cut else ' '}" in text for text in self.texts)

    def _says_in_parts(self, run: tuple[str, ...]) -> bool:
        """Whether one text contains the name, or it is two adjacent names, each of at least two words or a text of its own."""
        phrase = " ".join(run)
        if any(f" {phrase} " in text for text in self.texts):
            return True
        parts = ((run[:place], run[place:]) for place in range(1, len(run)))
        return any(all(self._is_whole(part) for part in pair) for pair in parts)

    def _is_whole(self, part: tuple[str, ...]) -> bool:
        phrase = " ".join(part)
        return any(text.strip() == phrase or (len(part) > 1 and f" {phrase} " in text) for text in self.texts)

    def _counts(self, text: str) -> bool:
        """Whether a span such as “47 days ago” was given in the same form."""
        spans = [figure for figure in figures_in(text) if figure.unit in ("day", "month")]
        return bool(spans) and all(
            any(span.unit == each.unit and span.fits(each) for each in self.figures) for span in spans
        )


@dataclass(slots=True)
class _Checking:
    """Goes through a text's sentences in turn. `about` are the records that “it” and “she” mean by now."""

    allowed: AllowedText
    given: Given
    struck: list[Struck] = field(default_factory=list)
    about: About | None = None

    def kept(self, line: str) -> str | None:
        """Return the line without its struck sentences; None if only a list marker is left."""
        if not line.strip():
            return ""
        mark = _LIST_MARK.match(line)
        start = mark[0] if mark else line[: len(line) - len(line.lstrip())]
        kept: list[str] = []
        for sentence in sentences_of(line[len(start) :]):
            reason = self.allowed.excess(sentence)
            if reason and reason.startswith("The figure") and self.given.works_out(sentence, about=self.about):
                reason = None
            if reason := reason or self.given.excess(sentence, about=self.about):
                self.struck.append(Struck(sentence, reason))
            else:
                kept.append(sentence)
            self.about = self.given.about_after(sentence, self.about)
        return f"{start}{' '.join(kept)}" if kept else None
