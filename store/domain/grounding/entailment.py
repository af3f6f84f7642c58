"""Decide whether a sentence says only what its facts say: about the same record, the same field, in the same direction.

A sentence stays if it repeats a fact's own sentence, or if every statement that the grammar reads in it is stated by a fact.
Advice and questions may use other words, but their statements along the way must hold too. A statement that no phrase
explains is struck: no one could check it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from store.domain.grounding.background import Background, is_name
from store.domain.grounding.claims import quotes_in
from store.domain.grounding.days import ClaimedDay
from store.domain.grounding.grammar import read
from store.domain.grounding.implied import who_is
from store.domain.grounding.marks import Marked, Names, mark
from store.domain.grounding.reading import About, Read
from store.domain.grounding.sentences import sentences_of
from store.domain.grounding.stated import LEAD, Pieces, Stated
from store.domain.grounding.statements import (
    Claim,
    Value,
    amount_of,
    computed_total,
    fits,
    namesakes,
)
from store.domain.grounding.vocabulary import ADVICE, CAUSED, COUNTED, DENIED, HARMLESS, STATE, TIED

_GREETING = re.compile(
    r"^(?:hello|hi|dear|kind regards|best regards|regards|thanks|thank you)\b[^\d:;]{0,60}$", re.IGNORECASE
)
_CUT = re.compile(
    r"[;—–]\s+"
    r"|,? (?:so|and|then),? (?=(?:ask|call|write|send|agree|find|get|meet|clarify|confirm|check|talk|propose|book|settle)\b)"
)
_DEAL_FIELDS = frozenset({"amount", "stage", "closing_date", "outcome", "next_step"})
_PERSON_FIELDS = frozenset({"role", "office", "role of", "person", "contacts"})
_LONGEST = re.compile(r"^(?:these have been )?(?:untouched|unchanged) (?:for )?the longest(?: time)?$", re.IGNORECASE)
_TOKEN = re.compile(r"[MPSFDW]\d+")


@dataclass(frozen=True, slots=True)
class Given:
    """What sentences are held to: the facts' claims and their sentences. `about` are the records that “it” and “she” mean at first,
    `known` are names about which nothing has to be stated, and `alone` each fact's own claims, if several records have one
    name."""

    background: Background
    claims: tuple[Claim, ...]
    pieces: Pieces
    about: About
    known: frozenset[str] = field(default_factory=frozenset)
    alone: tuple[tuple[Claim, ...], ...] = ()

    @classmethod
    def of(
        cls, facts: Sequence[Stated], background: Background, *, common: Sequence[str] = (), subject: str = ""
    ) -> Given:
        names, by_fact = background.names, background.claims_in(facts)
        claims = background.follow(claim for each in by_fact for claim in each)
        known = frozenset(filter(None, (names.record_of(each) for each in common if is_name(each))))
        about = About(names.record_of(subject) if subject else _only_deal(claims))
        alone = tuple(map(background.follow, by_fact)) if namesakes(claims) else ()
        pieces = Pieces.of(facts, common, names, background.today)
        return cls(background, claims, pieces, about, known, alone)

    @property
    def today(self) -> date:
        return self.background.today

    @property
    def names(self) -> Names:
        return self.background.names

    def excess(self, sentence: str, *, about: About | None = None) -> str | None:
        """Return one sentence about what the facts don't say; None if they say all of it."""
        if self.pieces.repeats(sentence) or (_GREETING.match(sentence) and not self.states(sentence)):
            return None
        lead = LEAD.match(sentence)
        if lead is not None and not quotes_in(lead["lead"]) and self._introduces(lead["lead"], lead["rest"]):
            rest = sentences_of(lead["rest"])
            return next(filter(None, (self.excess(each, about=about) for each in rest)), None)
        marked = mark(sentence, self.names, self.today)
        about = about if about is not None else self.about
        for part in _CUT.split(marked.text):
            found = self._read(Marked(part.strip(), marked.values), about)
            if reason := self._unfounded(found, part.strip(), marked, sentence):
                return reason
            about = replace(about, it=found.named[-1]) if found.named and not found.claims else _about_of(found, about)
        return None

    def states(self, sentence: str) -> bool:
        """Whether it states anything about a record."""
        found = self._read(mark(sentence, self.names, self.today), self.about)
        return bool(found.claims or found.totals or found.larger or found.unclear)

    def works_out(self, sentence: str, *, about: About | None = None) -> bool:
        """Whether it gives a total or a span that its facts really come to, and nothing else that they don't say."""
        found = self._read(mark(sentence, self.names, self.today), about or self.about)
        return bool(found.totals or found.claims) and not self.excess(sentence, about=about)

    def about_after(self, sentence: str, before: About | None) -> About:
        """The records that “it” and “she” mean in the next sentence."""
        about = before if before is not None else self.about
        return _about_of(self._read(mark(sentence, self.names, self.today), about), about)

    def _read(self, marked: Marked, about: About) -> Read:
        """Read a text, with the person in the place of each role."""
        found = read(marked, about=about, titles=self.background.titles)
        for number, each in enumerate(found.claims):
            if each.record.startswith("the "):
                who = who_is(each.record, self.background.claims)
                found.unclear = found.unclear or who is None
                found.claims[number] = replace(each, record=who or each.record)
        return found

    def _unfounded(self, found: Read, part: str, marked: Marked, sentence: str) -> str | None:
        for each in found.claims:
            if not any(each.holds_by(fact) and self._is_meant(each, fact) for fact in self.claims):
                return f"No fact says this about “{each.record}”." if each.record else "No fact says this."
        for more, less in found.larger:
            one, other = amount_of(more, self.claims), amount_of(less, self.claims)
            if one is None or other is None or one.unit != other.unit or one.value <= other.value:
                return "Its facts don’t say which of the two is larger."
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
        if len(found.claims) > 1 and (caused := CAUSED.search(part) or (_mixes(found) and TIED.search(part))):
            return f"No fact says “{caused[0].strip()}”."
        loose = [marked.values[each] for each in _TOKEN.findall(rest)]
        deals = {each for each in found.named if each in self.deals}
        if advises and len(deals) == 1:
            loose = [each for each in loose if not self._has(next(iter(deals)), each)]
        unsaid = any(not self.pieces.quotes(each) and not self._is_today(each, sentence) for each in loose)
        if unsaid or re.search(r"\bX\d+", rest):
            return "It names a value without saying what of which record it is."
        if found.unclear:
            return "It does not say which record it is about."
        if advises and "(" not in found.rest:
            return None
        stated = bool(found.claims or found.totals or found.larger)
        if (found.idle - self.known) or (found.rest and (stated or not (quotes_in(sentence) or loose))):
            return "It says something that no fact can confirm."
        return None

    def _introduces(self, lead: str, rest: str) -> bool:
        """Whether the text before a colon states nothing, or is the title or day of the fact that the rest repeats."""
        if _LONGEST.match(lead):
            return self._are_oldest(rest)
        if self.pieces.heads(lead, rest):
            return True
        if not re.sub(r"[NWX]\d+|and|\W", "", mark(rest, self.names, self.today).text) or STATE.search(lead):
            return False  # “Lost: Acme” says something of Acme
        marked = mark(lead, self.names, self.today)
        found = self._read(marked, About())
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

    def _is_meant(self, said: Claim, fact: Claim) -> bool:
        """Whether “you” of an account that changed hands is the reader."""
        return said.field != "owner" or "to" in said.slots or fact.slots.get("to") in self.known

    @property
    def deals(self) -> frozenset[str]:
        """The records that have a deal's fields."""
        return frozenset(each.record for each in self.claims if each.field in _DEAL_FIELDS)

    def _has(self, record: str, value: Value) -> bool:
        """Whether the record has this value in one of its fields now."""
        return any(
            each.record == record and any(part in each.slots and fits(value, each.slots[part]) for part in ("is", "on"))
            for each in self.claims
        )

    def _is_today(self, value: Value, sentence: str) -> bool:
        return isinstance(value, ClaimedDay) and value.exact == self.today and "today" in sentence.casefold()


def _only_deal(claims: Iterable[Claim]) -> str | None:
    deals = {each.record for each in claims if each.field in _DEAL_FIELDS and each.record}
    return next(iter(deals)) if len(deals) == 1 else None


def _mixes(found: Read) -> bool:
    """Whether it says one thing of a person and another of a deal."""
    fields = {each.field for each in found.claims}
    return bool(fields & _DEAL_FIELDS) and "person" in fields


def _about_of(found: Read, before: About) -> About:
    deals = [each.record for each in found.claims if each.field in _DEAL_FIELDS and each.record]
    people = [each.record for each in found.claims if each.field in _PERSON_FIELDS and each.record]
    return About(deals[-1] if deals else before.it, people[-1] if people else before.person)
