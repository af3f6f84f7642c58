"""Mark the values in a text: each name, figure, day and quote becomes a token such as `N0`, and the rest lower case.

The rest is the sentence's form, which the grammar reads: `N0 (M0) slipped S0 to D0.`
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from store.domain.grounding.claims import MONEY, Figure, figures_at, names_in, quotes_in, words_in
from store.domain.grounding.days import days_in, with_days
from store.domain.grounding.openers import OPENERS
from store.domain.grounding.phrases import ROLES
from store.domain.grounding.statements import Value
from store.domain.grounding.vocabulary import ADVICE, NEUTRAL

Token = Callable[[str, Value], str]
_ROLE = re.compile(rf"\b(?:{ROLES.pattern})\b", re.IGNORECASE)
TOKEN = re.compile(r"\b[NMPSFDWX]\d+\b")


@dataclass(frozen=True, slots=True)
class Marked:
    """`values` by token. N is a name, M money, P a share, S a span of time, F a figure, D a day, W quoted words, X a name
    that no one knows."""

    text: str
    values: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Names:
    """The names that a text may use: each in lower case, with the one name of its record. `soft` are those that may be written
    in lower case: whole names of several words, and their ends, as in “the pilot”."""

    records: Mapping[str, str]
    pattern: re.Pattern[str] | None
    soft: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, texts: Iterable[str], *, today: date, whole: Iterable[str] = ()) -> Names:
        """The names in these texts: quoted words, words in a name's place, and runs of capitalised words. `whole` are names
        themselves."""
        texts, sure = list(texts), {words_in(each) for each in whole}
        quoted = sure | {words_in(words) for text in texts for _, words in quotes_in(text)}
        loose: set[str] = set()
        for text in texts:
            sure |= {words_in(words) for _, words in quotes_in(text) if len(words) <= 100}
            bare = text
            for quote, _ in quotes_in(text):
                bare = bare.replace(quote, " , ", 1)
            bare = _ROLE.sub(lambda found: found[0].casefold(), bare)
            for line in bare.splitlines():
                placed = () if ADVICE.search(line.casefold()) else _PLACES.finditer(line)
                sure |= {words_in(each) for found in placed for each in _in_place(found)}
                loose |= {" ".join(run) for run in names_in(_without_days(line, today), ())}
        kept = {each for each in sure | loose if each and not ROLES.fullmatch(each) and each not in _NO_NAMES}
        return cls._joined(kept & sure, kept - sure, _ends(kept & sure, quoted, texts))

    @classmethod
    def _joined(cls, sure: set[str], loose: set[str], soft: Mapping[str, str]) -> Names:
        every = sure | loose
        records = {name: name for name in every}
        for name in sorted(every):
            longer = [each for each in sure if each != name and f" {name} " in f" {each} "]
            longer = longer if len(longer) == 1 else [each for each in longer if _is_plain(each)]
            if name in loose and len(longer) == 1:
                records[name] = longer[0]
        for name in every:
            for part in _parts(name):
                whole = [each for each in (sure if name in sure else every) if f" {part} " in f" {each} "]
                whole = whole if len(whole) == 1 else [each for each in whole if _is_plain(each)]
                if part not in records and len(whole) == 1:
                    records[part] = records[whole[0]]
        forms = sorted({*records, *soft}, key=len, reverse=True)
        joined = "|".join(_BREAKS.sub(lambda _: r"[\s,./&+|:–—-]+", re.escape(each)) for each in forms)
        pattern = re.compile(rf"(?<!\w)(?:{joined})(?!\w)", re.IGNORECASE) if forms else None
        return cls(records, pattern, {form: records[name] for form, name in soft.items()})

    def record_of(self, words: str) -> str | None:
        """The record's name for these words; also for a name cut short with an ellipsis."""
        said = words_in(words)
        if said in self.records:
            return self.records[said]
        if words.rstrip().endswith("…"):
            whole = {self.records[each] for each in self.records if each.startswith(said) and len(said) > 8}
            return next(iter(whole)) if len(whole) == 1 else None
        return None


_SLASHED = re.compile(r"\b([A-Z]\w+)/([A-Z]\w+)")
_REFERS = re.compile(r"\b(?:the|your|our|their|its|this|in|at|an?|[NM]\d+) +$", re.IGNORECASE)
_BREAKS = re.compile(r"\\ ")
_NAME = r"[A-Z][^“”,.()→]*?"
# Where the rules' sentences have names that need no capital in every word: people, their roles, stages.
_PLACES = re.compile(
    r"^(?P<who>[^\W\d_a-z][\w’'-]+(?: [^\W\d_a-z][\w’'.-]*)+)(?= \(|, the contact| is | was | moved | left )"
    rf"|(?<= is )(?P<roles>{_NAME}(?:, {_NAME})*)(?=(?:, [a-z ]+)?\.$)"
    rf"|(?:is|been|stands) (?:in|at) (?P<stage>{_NAME})(?=,| for | and | since |\.$|\. )"
    rf"|from (?P<before>{_NAME}) to (?P<after>{_NAME})(?=[,.]| on | and | between |$)"
)
_NO_NAMES = frozenset(("decision maker", "the", "task", "call", "meeting", "note", "nothing", "account", "deal"))


def _in_place(found: re.Match[str]) -> Iterator[str]:
    for name, text in found.groupdict().items():
        if text:
            yield from text.split(", ") if name == "roles" else [text]


def _without_days(text: str, today: date) -> str:
    return with_days(text, today, lambda _: " , ")


def _is_plain(name: str) -> bool:
    """Whether it looks like a person's name, and not like a subject with one in it."""
    return not any(each in NEUTRAL or each in OPENERS for each in name.split())


def _ends(names: set[str], quoted: set[str], texts: Iterable[str]) -> dict[str, str]:
    """The forms of these names in lower case, each with its name: the whole, the ends that no other name has, and the front of
    `Negotiation/Review`."""
    found: dict[str, str] = {}
    ends: dict[str, set[str]] = {}
    for name in names:
        words = name.split()
        if 2 <= len(words) <= 6:
            found[name] = name
        for start in range(1, min(len(words), 6)):
            ends.setdefault(" ".join(words[start:]), set()).add(
                name if name in quoted and not NEUTRAL & set(words) else ""
            )
    for end, whole in ends.items():
        if len(whole) == 1 and "" not in whole and end not in names and end not in NEUTRAL | _NO_NAMES and len(end) > 3:
            found[end] = next(iter(whole))
    for front, back in (each for text in texts for each in _SLASHED.findall(text)):
        if (name := words_in(f"{front} {back}")) in names:
            found.setdefault(words_in(front), name)
    return found


def _parts(name: str) -> Iterator[str]:
    """The single words by which a person of two or three names may be called."""
    words = name.split()
    if 2 <= len(words) <= 3 and all(each.isalpha() for each in words):
        yield from (each for each in words if len(each) > 2 and each not in OPENERS and each not in NEUTRAL)


def mark(text: str, names: Names, today: date) -> Marked:
    values: dict[str, Value] = {}

    def token(letter: str, value: Value) -> str:
        key = f"{letter}{len(values)}"
        values[key] = value
        return f" {key} "

    text = _without_tokens(text, names)
    for quote, words in quotes_in(text):
        record = names.record_of(words)
        made = token("N", record) if record is not None else token("W", words_in(words))
        text = text.replace(quote, made, 1)
    if names.pattern is not None:
        text = names.pattern.sub(lambda found: _named(found, names, token), text)
        text = re.sub(r"\b(N\d+) (?=[’'](?:s\b|(?!\w)))", r"\1", text)
    text = _put(text, ((each.start, each.end, "D", each) for each in days_in(text, today)), token)
    text = _put(text, ((start, end, _letter(figure), figure) for start, end, figure in figures_at(text)), token)
    text = _ROLE.sub(lambda found: found[0].casefold(), text)
    for run in names_in(TOKEN.sub("x", text), ()):
        found = re.search(r"[^\w]+".join(map(re.escape, run)), text, re.IGNORECASE)
        if found and text[: found.start()].strip():  # the first word has a capital anyway
            text = f"{text[: found.start()]}{token('X', ' '.join(run))}{text[found.end() :]}"
    return Marked(re.sub(r" (?=[,.;:)!?])", "", " ".join(_lower(text).split())), values)


def _without_tokens(text: str, names: Names) -> str:
    """Words that look like a token of ours stay words, unless they are part of a name."""
    spans = [found.span() for found in names.pattern.finditer(text)] if names.pattern is not None else []

    def kept(found: re.Match[str]) -> str:
        inside = any(start <= found.start() < end for start, end in spans)
        return found[0] if inside else found[0].lower()

    return TOKEN.sub(kept, text)


def _named(found: re.Match[str], names: Names, token: Token) -> str:
    said = found[0]
    if said[0].islower():
        record = names.soft.get(words_in(said))
        before = found.string[: found.start()]
        return (
            said if record is None or (record != words_in(said) and not _REFERS.search(before)) else token("N", record)
        )
    record = names.record_of(said)
    return said if record is None else token("N", record)


def _put(text: str, found: Iterable[tuple[int, int, str, Value]], token: Token) -> str:
    spans: Sequence[tuple[int, int, str, Value]] = sorted(found, key=lambda each: each[0])
    parts, end = [], 0
    for start, stop, letter, value in spans:
        if start >= end:
            parts += [text[end:start], token(letter, value)]
            end = stop
    return "".join([*parts, text[end:]])


def _letter(figure: Figure) -> str:
    if figure.unit == "%":
        return "P"
    if figure.unit in MONEY:
        return "M"
    return "S" if figure.unit else "F"


def _lower(text: str) -> str:
    parts, end = [], 0
    for found in TOKEN.finditer(text):
        parts += [text[end : found.start()].casefold(), found[0]]
        end = found.end()
    return "".join([*parts, text[end:].casefold()])
