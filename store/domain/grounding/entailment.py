"""Decide whether a sentence says only what its facts say: about the same record, the same field, in the same direction.

A sentence stays if it repeats a fact's own sentence, or if every statement that the grammar reads in it is stated by a fact.
Advice and questions may use other words, but their statements along the way must hold too. A statement that no phrase
explains is struck: no one could check it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from store.domain.crm.evidence import Evidence
from store.domain.grounding.claims import quotes_in, words_in
from store.domain.grounding.days import ClaimedDay, days_in
from store.domain.grounding.grammar import Read, read
from store.domain.grounding.labelled import sentences_of_evidence, sentences_of_label, sentences_of_record
from store.domain.grounding.marks import Marked, Names, mark
from store.domain.grounding.phrases import ADVICE, COUNTED, DENIED, HARMLESS
from store.domain.grounding.sentences import sentences_of
from store.domain.grounding.statements import Claim, Value, closed_under_meaning, computed_total, namesakes

_LEAD = re.compile(r"^(?P<lead>[^:“”\"]{2,80}): (?P<rest>\S.*)$", re.DOTALL)
_NOTE = re.compile(r"^A note of (?P<day>[^:]{4,14}) says: ")
_GREETING = re.compile(
    r"^(?:hello|hi|dear|kind regards|best regards|regards|thanks|thank you)\b[^\d:;]{0,60}$", re.IGNORECASE
)
_CUT = re.compile(
    r"[;—–]\s+"
    r"|,? (?:so|and|then),? (?=(?:ask|call|write|send|agree|find|get|meet|clarify|confirm|check|talk|propose|book|settle)\b)"
)
_DEAL_FIELDS = frozenset({"amount", "stage", "closing_date", "outcome", "next_step"})
_LONGEST = re.compile(r"^(?:these have been )?(?:untouched|unchanged) (?:for )?the longest(?: time)?$", re.IGNORECASE)
_HAPPENED = re.compile(r"(?!unhappy|interested|worried|pleased|concerned)[a-z]{3,}ed")
_TOKEN = re.compile(r"[MPSFDW]\d+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """A fact's text, and the evidence it rests on. `free` if other people wrote it: its sentences count as a whole only."""

    text: str
    evidence: Sequence[Evidence] = ()
    free: bool = False
    days: frozenset[date] = frozenset()


@dataclass(frozen=True, slots=True)
class Given:
    """What sentences are held to: the facts' claims and their sentences. `subject` is the record that “it” means at first,
    `known` are names about which nothing has to be stated, and `alone` each fact's own claims, if several records have one
    name."""

    today: date
    names: Names
    claims: tuple[Claim, ...]
    units: tuple[tuple[str, ...], ...]
    days: tuple[frozenset[date], ...]
    subject: str | None
    known: frozenset[str] = field(default_factory=frozenset)
    alone: tuple[tuple[Claim, ...], ...] = ()

    @classmethod
    def of(cls, facts: Sequence[Stated], *, today: date, common: Sequence[str] = (), subject: str = "") -> Given:
        told = [_told(each) for each in facts]
        sure = [each.record_name for fact in facts for each in fact.evidence]
        sure += [each for lines in told for line in lines for _, each in quotes_in(line)]
        names = Names.of(
            (*(each.text for each in facts), *common), today=today, whole=(*sure, *filter(_is_name, common), subject)
        )
        by_fact = [[claim for line in lines for claim in _claims(line, names, today)] for lines in told]
        claims = closed_under_meaning(claim for each in by_fact for claim in each)
        texts = [*(each.text for each in facts), *common]
        units = tuple(tuple(_units(each, today)) for each in texts)
        days = tuple(each.days if each.free else frozenset() for each in facts) + tuple(frozenset() for _ in common)
        known = frozenset(filter(None, (names.record_of(each) for each in common if _is_name(each))))
        about = names.record_of(subject) if subject else _only_deal(claims)
        alone = tuple(map(closed_under_meaning, by_fact)) if namesakes(claims) else ()
        return cls(today, names, claims, units, days, about, known, alone)

    def excess(self, sentence: str, *, subject: str | None = None) -> str | None:
        """Return one sentence about what the facts don't say; None if they say all of it."""
        if self._repeats(sentence) or (_GREETING.match(sentence) and not self.states(sentence)):
            return None
        lead = _LEAD.match(sentence)
        if lead is not None and not quotes_in(lead["lead"]) and self._introduces(lead["lead"], lead["rest"]):
            rest = sentences_of(lead["rest"])
            return next(filter(None, (self.excess(each, subject=subject) for each in rest)), None)
        marked = mark(sentence, self.names, self.today)
        about = subject if subject is not None else self.subject
        for part in _CUT.split(marked.text):
            found = read(Marked(part.strip(), marked.values), subject=about)
            if reason := self._unfounded(found, part.strip(), marked, sentence):
                return reason
            about = found.named[-1] if found.named and not found.claims else _subject_of(found, about)
        return None

    def states(self, sentence: str) -> bool:
        """Whether it states anything about a record."""
        found = read(mark(sentence, self.names, self.today), subject=self.subject)
        return bool(found.claims or found.totals or found.unclear)

    def sums_up(self, sentence: str, *, subject: str | None = None) -> bool:
        """Whether it gives a total that its facts really come to, and nothing else that they don't say."""
        return bool(read(mark(sentence, self.names, self.today)).totals) and not self.excess(sentence, subject=subject)

    def subject_after(self, sentence: str, before: str | None) -> str | None:
        """The record that “it” means in the next sentence."""
        found = read(mark(sentence, self.names, self.today), subject=before)
        return _subject_of(found, before)

    def _unfounded(self, found: Read, part: str, marked: Marked, sentence: str) -> str | None:
        for each in found.claims:
            if not any(each.holds_by(fact) for fact in self.claims):
                return f"No fact says this about “{each.record}”." if each.record else "No fact says this."
        for name in namesakes(self.claims) & {each.record for each in found.claims}:
            said = [each for each in found.claims if each.record == name]
            if not any(all(any(each.holds_by(one) for one in fact) for each in said) for fact in self.alone):
                return f"Several records are called “{name}”, and of none of them a fact says all of this."
        for records, figure in found.totals:
            total = computed_total(records, self.claims)
            if total is None or not figure.fits(total):
                return f"The total “{figure.text}” is not the sum of its facts."
        rest = " ".join(found.rest)
        if DENIED.search(rest):
            return "It denies something, and no fact denies it in these words."
        advises = ADVICE.search(part.casefold()) is not None or part.endswith("?")
        if (counted := COUNTED.search(rest)) and not (advises and HARMLESS.fullmatch(counted[0])):
            return f"No fact says “{counted[0]}”."
        loose = [marked.values[each] for each in _TOKEN.findall(rest)]
        unsaid = any(not self._quotes(each) and not self._is_today(each, sentence) for each in loose)
        if unsaid or re.search(r"\bX\d+", rest):
            return "It names a value without saying what of which record it is."
        if found.unclear:
            return "It does not say which record it is about."
        if advises and "(" not in found.rest:
            return None
        happened = any(_HAPPENED.fullmatch(word) for word in found.rest) and not quotes_in(sentence)
        if (found.idle - self.known) or happened or (found.rest and (found.claims or found.totals)):
            return "It says something that no fact can confirm."
        return None

    def _repeats(self, sentence: str) -> bool:
        """Whether one fact has this sentence, or this and the ones behind it, word for word."""
        said = _plain(sentence, self.today)
        cut = sentence.rstrip(" ”\"'").endswith("…")
        for units in self.units:
            for start in range(len(units)):
                run = ""
                for unit in units[start:]:
                    run = f"{run} {unit}".strip()
                    if run == said or (cut and len(said) > 10 and run.startswith(said)):
                        return True
                    if len(run) > len(said) + 200:
                        break
        return False

    def _introduces(self, lead: str, rest: str) -> bool:
        """Whether the text before a colon states nothing, or is the title or day of the fact that the rest repeats."""
        if _LONGEST.match(lead):
            return self._are_oldest(rest)
        claimed = days_in(lead, self.today)
        is_day = len(claimed) == 1 and not re.search(r"\w", lead.replace(claimed[0].text, ""))
        said, sentences = _plain(lead, self.today), sentences_of(rest)
        for units, days in zip(self.units, self.days, strict=True):
            if (is_day and any(map(claimed[0].fits, days))) or said in units:
                alone = Given(self.today, self.names, (), (units,), (days,), None)
                if all(alone._repeats(each) for each in sentences):
                    return True
        marked = mark(lead, self.names, self.today)
        found = read(marked)
        counted = COUNTED.search(lead)
        states = found.claims or found.named or marked.values or DENIED.search(lead)
        return not states and not (counted and not HARMLESS.fullmatch(counted[0]))

    def _are_oldest(self, rest: str) -> bool:
        """Whether no other record that the facts name has gone unchanged for longer than those listed here."""
        listed = {each.record for each in read(mark(rest, self.names, self.today)).claims if each.field == "modified"}
        changed = [
            (day.exact, each.record)
            for each in self.claims
            if each.field == "modified" and isinstance(day := each.slots.get("on"), ClaimedDay) and day.exact
        ]
        latest = max((day for day, record in changed if record in listed), default=None)
        return latest is not None and all(day >= latest for day, record in changed if record not in listed)

    def _is_today(self, value: Value, sentence: str) -> bool:
        return isinstance(value, ClaimedDay) and value.exact == self.today and "today" in sentence.casefold()

    def _quotes(self, value: Value) -> bool:
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


def _told(fact: Stated) -> list[str]:
    """The plain sentences that a fact states: those of its text and of its evidence."""
    told = [line for each in fact.evidence for line in sentences_of_evidence(each)]
    if fact.free:
        return told
    told += sentences_of_record(fact.text)
    for line in fact.text.splitlines():
        labelled = sentences_of_label(line)
        told += labelled or ([] if _NOTE.match(line) else sentences_of(line))
    return told


def _claims(sentence: str, names: Names, today: date) -> Iterable[Claim]:
    """A fact's claims: none if it only advises, or denies something that no phrase explains."""
    found = read(mark(sentence, names, today))
    asks = ADVICE.search(sentence.casefold()) is not None
    return () if asks or DENIED.search(" ".join(found.rest)) else found.claims


def _units(text: str, today: date) -> Iterable[str]:
    """The parts that may be repeated: sentences, their texts before and after a colon, and pieces between dots."""
    for piece in (piece for line in text.splitlines() for piece in line.split(" · ")):
        for sentence in sentences_of(piece):
            lead = _LEAD.match(sentence)
            parts = (lead["lead"], lead["rest"]) if lead else (sentence,)
            yield from filter(None, (_plain(part, today) for part in parts))


def _plain(text: str, today: date) -> str:
    """The words of a text, with each day in one form."""
    for day in reversed(days_in(text, today)):
        if day.exact is not None:
            text = f"{text[: day.start]}{day.exact.isoformat()}{text[day.end :]}"
    return words_in(text)


def _is_name(text: str) -> bool:
    words = text.split()
    return 0 < len(words) <= 8 and text[:1].isupper() and not text.rstrip().endswith((".", "?", "!"))


def _only_deal(claims: Iterable[Claim]) -> str | None:
    deals = {each.record for each in claims if each.field in _DEAL_FIELDS and each.record}
    return next(iter(deals)) if len(deals) == 1 else None


def _subject_of(found: Read, before: str | None) -> str | None:
    about = [each.record for each in found.claims if each.field in _DEAL_FIELDS and each.record]
    return about[-1] if about else before
