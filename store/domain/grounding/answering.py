"""An answer in a conversation, held to what it rests on: sentence by sentence, before anybody reads it.

A sentence goes out where all that it names stands in the sources: first in those that the model cites, else in others that its
tools gave back, which are then cited for it. What nobody gave is struck, and so is whatever no answer has to say: addresses,
mentions, and that something was approved or is to be pressed, unless it was remembered so.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from store.domain.crm.accounts import Kind
from store.domain.grounding.citing import CitedFact, Common, Given, sentences_of
from store.domain.grounding.claims import words_in
from store.domain.text.redaction import clean, redact

ANSWER_LIMIT = 2_400  # characters
_SENTENCES = 24
# With what an answer may begin a sentence beside what recommendations do: a capital letter there makes no name.
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
# What an answer never did: acts are told in our own words.
_ACTED = re.compile(
    r"\b(?:I|we)(?:[’']ve| have|[’']ll| will|)? (?:already )?(?:changed|moved|adjusted|put|snoozed|dismissed|written|wrote"
    r"|created|sent|updated|approved|assigned|deleted|removed|rejected|postponed|scheduled|booked|done|exported|forwarded"
    r"|keep the reason)\b"
    r"|\bis off the list\b|\bstays? away for\b|\bwaits for your approval\b",
    re.IGNORECASE,
)
# What is said of the question itself may repeat its words; it tells nothing.
_NOTHING_FOUND = re.compile(
    r"\b(?:nothing|no|not|none|nobody|never|cannot|can't|could not|couldn't|don't|didn't|which|unclear)\b|\?\s*$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """A record that a reader can be led to. Its name is foreign text."""

    kind: Kind
    record_id: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceText:
    """Something that was given to the model for this answer: `text` as it was given, and where it stands. `decided` is one that
    tells of our own recommendations and what people decided."""

    id: str
    text: str
    origins: tuple[Origin, ...] = ()
    label: str = ""
    decided: bool = False

    @property
    def fact(self) -> CitedFact:
        return CitedFact(id=self.id, text=self.text, days=frozenset(iso_days(self.text)))


@dataclass(frozen=True, slots=True)
class Held:
    """What is left of an answer, line by line, the sources it rests on in their order, and the sentences that were struck."""

    lines: tuple[str, ...]
    sources: tuple[SourceText, ...]
    struck: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        return "\n".join(self.lines).strip()


@dataclass(slots=True)
class Holding:
    """Holds the sentences of one answer to the same sources, one after the other. `asked` is what the person wrote: it may be
    named, and proves nothing."""

    sources: Mapping[str, SourceText]
    common: Common
    asked: str
    _alone: dict[str, Given] = field(default_factory=dict)
    _all: Given | None = None

    def held(self, answer: str, cites: Sequence[str]) -> Held:
        """A citation that resolves to nothing is dropped; the sentence has to stand without it."""
        cited = [self.sources[each] for each in dict.fromkeys(cites) if each in self.sources]
        found: dict[str, SourceText] = {}
        lines: list[str] = []
        struck: list[str] = []
        said: set[str] = set()
        for line in redact(clean(answer, limit=ANSWER_LIMIT)).splitlines():
            mark = _LIST_MARK.match(line)
            kept = []
            for sentence in sentences_of(line[len(mark[0]) if mark else 0 :])[:_SENTENCES]:
                rests_on = self.rests_on(sentence, cited)
                if rests_on is None:
                    struck.append(sentence)
                elif sentence not in said:
                    said.add(sentence)
                    kept.append(sentence)
                    found.update((each.id, each) for each in rests_on)
            if kept or not line.strip():
                lines.append(f"{'• ' if mark else ''}{' '.join(kept)}")
        return Held(tuple(lines), tuple(found.values()), tuple(struck))

    def rests_on(self, sentence: str, cited: Sequence[SourceText]) -> Sequence[SourceText] | None:
        """The sources that hold all that the sentence names; None where it must not go out."""
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
        return told if told and not self._given(told).excess(sentence) else None

    def _supported(self, sentence: str, cited: Sequence[SourceText]) -> Sequence[SourceText] | None:
        if not self._given(()).excess(sentence):
            return ()
        if cited and not self._given(cited).excess(sentence):
            return [each for each in cited if self._adds(each, sentence)] or cited
        for source in self.sources.values():
            if not self._alone_given(source).excess(sentence):
                return [source]
        if self._everything().excess(sentence):
            return None
        return [each for each in self.sources.values() if self._adds(each, sentence)][:8]

    def _adds(self, source: SourceText, sentence: str) -> bool:
        """Whether the sentence names it: by the record's name, or by all that it says."""
        said = sentence.casefold()
        named = any(origin.name.strip() and origin.name.casefold() in said for origin in source.origins)
        return named or not self._alone_given(source).excess(sentence)

    def _excess_over_question(self, sentence: str) -> bool:
        asked = CitedFact(id="asked", text=self.asked)
        everything = [each.fact for each in self.sources.values()]
        return Given.of([asked, *everything], self.common).excess(sentence) is not None

    def _given(self, cited: Sequence[SourceText]) -> Given:
        return Given.of([each.fact for each in cited], self.common)

    def _alone_given(self, source: SourceText) -> Given:
        if source.id not in self._alone:
            self._alone[source.id] = self._given([source])
        return self._alone[source.id]

    def _everything(self) -> Given:
        if self._all is None:
            self._all = self._given([*self.sources.values()])
        return self._all


def iso_days(text: str) -> list[date]:
    """The days that stand in a text as `2026-06-01`, alone or before a time."""
    found = []
    for year, month, day in _ISO_DAY.findall(text):
        try:
            found.append(date(int(year), int(month), int(day)))
        except ValueError:
            continue
    return found
