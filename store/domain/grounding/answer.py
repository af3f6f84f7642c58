"""Check an answer in a conversation against its sources, sentence by sentence, before anyone reads it.

A sentence goes out if the sources contain everything it names: first those that the model cites, else other results of its
tools, which are then cited for it. Anything without a source is struck, and so is anything an answer must never say:
addresses, mentions, and that something was approved or should be pressed, unless the memory says so.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from store.domain.crm.accounts import Kind
from store.domain.grounding.background import Background
from store.domain.grounding.citations import AllowedText, CitedFact, Common, background_of, given_by
from store.domain.grounding.claims import words_in
from store.domain.grounding.entailment import Given
from store.domain.grounding.reading import About
from store.domain.grounding.sentences import sentences_of
from store.domain.text.redaction import clean, redact

ANSWER_LIMIT = 2_400  # characters
_SENTENCES = 24
# Words besides a recommendation's that may start a sentence of an answer: their capital letter makes no name.
OPENERS = (
    "untouched oldest newest stalled latest lately previously according based regarding concerning currently recently yesterday"
    " earlier since until both neither either several apparently unfortunately sorry looking stuck closed judging taken summed"
    " listed logged noted written told remembered promised agreed waiting missing slipped moved won lost overdue due unclear"
)
_ISO_DAY = re.compile(r"\b(\d{4})-(\d{2})-(\d{2})(?!\d)")
_LIST_MARK = re.compile(r"^\s*(?:[-–•*]|\d{1,2}[.)])\s+")
_FORBIDDEN = re.compile(
    r"https?:|\bwww\.|://|\bmailto:|\bdata:\w|\bjavascript:|\]\(|<[^>]{0,200}[|>]|<[!@#]|[<>{}`|\\]"
    r"|(?<!\w)@\w|‹(?:e-mail|IBAN|card|phone)›"
    r"|(?<![\w@.])[a-z0-9-]{1,63}\.(?:com|net|org|io|ru|cn|xyz|info|biz|co|app|dev|link|click|top|site|online|me|tk|zip|example)\b"
    r"|\bSAM-[0-9a-f]{4,}|\b(?:zoho|cognee|sergas|slack|memory)_\w+|<?data-[0-9a-f]{8,}|\b(?:sk-|xox[abp]-|xapp-)\w|(?<![\w-])(?=[0-9a-f]*[a-f])[0-9a-f]{32}(?![\w-])",
    re.IGNORECASE,
)
_DECIDED = re.compile(
    r"\b(?:(?:pre-?|auto-?)?approv\w*|confirmations?|no (?:further |more )?(?:approval|confirmation)"
    r"|(?:ignore|disregard|forget) (?:all |any )?(?:previous|prior|earlier|above|these|the|your) \w+|system prompt"
    r"|(?:new|your|my) instructions?"
    r"|click|log ?in|sign in|passwords?|api.?keys?|forward (?:this|it)|(?:transfer|wire) (?:the )?(?:money|funds|payment))\b",
    re.IGNORECASE,
)
# Claims of actions, which an answer never carries out: actions are reported in our own words.
_ACTED = re.compile(
    r"\b(?:I|we)(?:[’']ve| have|[’']ll| will|)? (?:already )?(?:changed|moved|adjusted|put|snoozed|dismissed|written|wrote"
    r"|created|sent|updated|approved|assigned|deleted|removed|rejected|postponed|scheduled|booked|done|exported|forwarded"
    r"|keep the reason)\b"
    r"|\bis off the list\b|\bis (?:now )?dismissed\b|\bstays? away for\b|\bwaits for your approval\b",
    re.IGNORECASE,
)
# Statements about the search itself may repeat the question's words; they state nothing about a record.
_NOTHING_FOUND = re.compile(
    r"^(?:sorry, |but )?(?:I|we) (?:(?:found|see|saw|have|know(?: of)?) (?:nothing|no|none|nobody)\b"
    r"|(?:could|can|do|did)(?: not|n['’]t) (?:find|look|see|know|tell|say|reach)\b|cannot (?:find|look|see|tell|say|reach)\b)"
    r"(?:(?!\b(?:is|was|are|were|has|had|did|does|but|because|although)\b).)*$"
    r"|^(?:there is )?nothing (?:about|on|in|like)\b(?:(?!\b(?:is|was|are|were|has|had|did|does|but)\b).)*$|^not found\b"
    r"|^(?:which|who|whom|what|do you|did you|shall|should)\b.*\?\s*$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """A record to link for the reader. Its name is foreign text."""

    kind: Kind
    record_id: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceText:
    """A source given to the model for this answer: its `text` verbatim, its place, and the account that it is about. `decided`
    marks one about our own recommendations and people's decisions on them, `free` one that people wrote: its sentences count
    as a whole only."""

    id: str
    text: str
    origins: tuple[Origin, ...] = ()
    label: str = ""
    account_id: str = ""
    decided: bool = False
    free: bool = False

    @property
    def fact(self) -> CitedFact:
        return CitedFact(id=self.id, text=self.text, days=frozenset(iso_days(self.text)), free=self.free)


@dataclass(frozen=True, slots=True)
class Held:
    """The rest of an answer, line by line, its sources in order, and the struck sentences."""

    lines: tuple[str, ...]
    sources: tuple[SourceText, ...]
    struck: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        return "\n".join(self.lines).strip()


def _anything(sentence: str, sources: Sequence[SourceText]) -> bool:
    return True


@dataclass(slots=True)
class Holding:
    """Checks one answer's sentences in turn against the same sources. `asked` is the person's message: a sentence may name
    its contents, but it proves nothing. A sentence that doesn't `fits` the question, with the sources it rests on, is struck."""

    sources: Mapping[str, SourceText]
    common: Common
    asked: str
    fits: Callable[[str, Sequence[SourceText]], bool] = _anything
    _bounds: dict[tuple[str, ...], _Bounds] = field(default_factory=dict)
    _about: About | None = None

    def held(self, answer: str, cites: Sequence[str]) -> Held:
        """Check an answer. A citation of an unknown source is dropped; the sentence must do without it."""
        cited = [self.sources[each] for each in dict.fromkeys(cites) if each in self.sources]
        found: dict[str, SourceText] = {}
        lines: list[str] = []
        struck: list[str] = []
        said: set[str] = set()
        self._about = None
        for line in redact(clean(answer, limit=ANSWER_LIMIT)).splitlines():
            mark = _LIST_MARK.match(line)
            kept = []
            for sentence in sentences_of(line[len(mark[0]) if mark else 0 :])[:_SENTENCES]:
                rests_on = self.rests_on(sentence, cited)
                self._about = self._bounded([*self.sources.values()]).given.about_after(sentence, self._about)
                if rests_on is None or not self.fits(sentence, rests_on):
                    struck.append(sentence)
                elif sentence not in said:
                    said.add(sentence)
                    kept.append(sentence)
                    found.update((each.id, each) for each in rests_on)
            if kept or not line.strip():
                lines.append(f"{'• ' if mark else ''}{' '.join(kept)}")
        return Held(tuple(lines), tuple(found.values()), tuple(struck))

    def rests_on(self, sentence: str, cited: Sequence[SourceText]) -> Sequence[SourceText] | None:
        """Return the sources that contain everything the sentence names; None if it must not go out."""
        if _FORBIDDEN.search(sentence) or _ACTED.search(sentence):
            return None
        rests_on = self._supported(sentence, cited)
        if rests_on is None and _NOTHING_FOUND.search(sentence) and not self._excess_over_question(sentence):
            rests_on = ()
        if rests_on is None or not _DECIDED.search(sentence):
            return rests_on
        said = [words_in(match[0]) for match in _DECIDED.finditer(sentence)]
        told = [each for each in (*rests_on, *cited) if each.decided]
        told = [each for each in told if all(f" {phrase} " in f" {words_in(each.text)} " for phrase in said)]
        return told if told and self._holds(told, sentence) else None

    def _supported(self, sentence: str, cited: Sequence[SourceText]) -> Sequence[SourceText] | None:
        if self._holds((), sentence):
            return ()
        if cited and self._holds(cited, sentence):
            return [each for each in cited if self._adds(each, sentence)] or cited
        for source in self.sources.values():
            if self._holds([source], sentence):
                return [source]
        every = [*self.sources.values()]
        return [each for each in every if self._adds(each, sentence)][:8] if self._holds(every, sentence) else None

    def _adds(self, source: SourceText, sentence: str) -> bool:
        """Whether the sentence names the source: by the record's name, or by its whole text."""
        said = sentence.casefold()
        named = any(origin.name.strip() and origin.name.casefold() in said for origin in source.origins)
        return named or self._holds([source], sentence)

    def _holds(self, sources: Sequence[SourceText], sentence: str) -> bool:
        """Whether these sources say all that the sentence says, about the same records."""
        bounds = self._bounded(sources)
        reason = bounds.allowed.excess(sentence)
        if reason and reason.startswith("The figure"):
            return bounds.given.works_out(sentence, about=self._about)
        return reason is None and not bounds.given.excess(sentence, about=self._about)

    def _excess_over_question(self, sentence: str) -> bool:
        """Whether it names what neither question nor sources name, or states something about a record."""
        asked = CitedFact(id="asked", text=self.asked)
        everything = [each.fact for each in self.sources.values()]
        allowed = AllowedText.of([asked, *everything], self.common)
        return allowed.excess(sentence) is not None or self._bounded([*self.sources.values()]).given.states(sentence)

    def _background(self) -> Background:
        return background_of(tuple(each.fact for each in self.sources.values()), self.common)

    def _bounded(self, sources: Sequence[SourceText]) -> _Bounds:
        key = tuple(each.id for each in sources)
        if key not in self._bounds:
            facts = [each.fact for each in sources]
            self._bounds[key] = _Bounds(AllowedText.of(facts, self.common), facts, self.common, self._background)
        return self._bounds[key]


@dataclass(slots=True)
class _Bounds:
    """What some sources allow to be said. Reading their statements takes longer, so it waits until it is needed."""

    allowed: AllowedText
    facts: Sequence[CitedFact]
    common: Common
    background: Callable[[], Background]
    _given: Given | None = None

    @property
    def given(self) -> Given:
        self._given = self._given or given_by(self.facts, self.common, self.background())
        return self._given


def is_forbidden(text: str) -> bool:
    """Whether it contains what no answer may: an address, a mention, a claim of something done, a decision."""
    return any(each.search(text) is not None for each in (_FORBIDDEN, _ACTED))


def iso_days(text: str) -> list[date]:
    """Return the days in a text in the form `2026-06-01`, alone or before a time."""
    found = []
    for year, month, day in _ISO_DAY.findall(text):
        try:
            found.append(date(int(year), int(month), int(day)))
        except ValueError:
            continue
    return found
