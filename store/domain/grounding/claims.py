"""A sentence's claims besides days: figures, names and quoted words, each verbatim and in a form for comparing."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from decimal import Decimal

from store.domain.grounding.openers import OPENERS

_CURRENCIES = r"[$€£¥₹]|USD|EUR|GBP|CHF|SEK|NOK|DKK|JPY|INR|dollars?|euros?|pounds?"
_SIGNS = {
    "$": "$", "usd": "$", "dollar": "$", "€": "€", "eur": "€", "euro": "€", "£": "£", "gbp": "£", "pound": "£",
    "¥": "¥", "jpy": "¥", "₹": "₹", "inr": "₹",
}  # fmt: skip
_SCALES = {
    "k": 1_000,
    "thousand": 1_000,
    "m": 1_000_000,
    "mn": 1_000_000,
    "million": 1_000_000,
    "bn": 10**9,
    "billion": 10**9,
}
_SPANS = {"minute": ("minute", 1), "hour": ("hour", 1), "day": ("day", 1), "week": ("day", 7), "fortnight": ("day", 14),
          "month": ("month", 1), "quarter": ("month", 3), "year": ("month", 12)}  # fmt: skip
_UNIT = r"minute|hour|day|week|fortnight|month|quarter|year"
_SMALL = "two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen"
_ROUND = "twenty thirty forty fifty sixty seventy eighty ninety"
_WORDS = {word: number for number, word in enumerate(_SMALL.split(), start=2)}
_TENS = dict(zip(_ROUND.split(), range(20, 100, 10), strict=True))
_WORDS |= _TENS | {
    f"{ten}-{one}": _TENS[ten] + _WORDS.get(one, 1) for ten in _TENS for one in ("one", *_SMALL.split()[:8])
}
_WORDS |= {"dozen": 12, "hundred": 100, "thousand": 1000, "million": 1_000_000}
_FIGURE = re.compile(
    rf"(?P<before>{_CURRENCIES})?\s?"
    r"(?<![\w])(?P<figure>\d{1,3}(?:[,.'’\u00a0\u202f]\d{3})+(?:[.,]\d{1,2})?(?!\d)|\d{1,3}(?: \d{3})+(?!\d)|\d+(?:[.,]\d+)?)"
    r"(?:(?:st|nd|rd|th)\b|\s?(?P<scale>k|mn?|bn|thousand|million|billion)\b)?"
    rf"(?:\s?(?P<percent>%|percent\b|per cent\b)|[ -]?(?P<after>{_CURRENCIES})(?!\w)|[ -](?P<unit>{_UNIT})s?\b)?",
    re.IGNORECASE,
)
_WORDED = re.compile(
    rf"\b(?P<word>{'|'.join(sorted(_WORDS, key=len, reverse=True))})\b"
    rf"(?: (?P<percent>percent|per cent)\b|[ -](?P<unit>{_UNIT})s?\b)?",
    re.IGNORECASE,
)
# Shares and multiples in words: a source must contain them verbatim.
_SHARE = re.compile(
    r"\b(?:half|halved|halves|(?:a|one|two|three) (?:third|quarter|fifth|tenth)s?|doubled?|tripled?|twice|quadrupled?"
    r"|\d{1,2}:\d{2})\b|[¼½¾⅓⅔⅛]",
    re.IGNORECASE,
)
_QUOTED = re.compile(
    r"“([^“”]{2,600})”|\"([^\"]{2,600})\"|«([^«»]{2,600})»|„([^„“”]{2,600})[“”]|(?<!\w)‘([^‘’]{2,600})’(?!\w)"
)
_TOKEN = re.compile(r"[^\W_](?:[\w'’.-]*[^\W_])?")
_POSSESSIVE = re.compile(r"['’](?:s|S)$|(?<=s)['’]$")
_TITLES = frozenset({"mr", "mrs", "ms", "dr", "prof"})
# Names that everyone in this trade knows, and words written like names that are none.
_KNOWN = frozenset(
    "i i'm i'll i'd i've crm zoho slack ok e-mail faq pdf am pm re subject ps usd eur gbp chf sek nok dkk jpy inr".split()  # noqa: SIM905 - words read better than a list of strings
)
_JOINS = re.compile(r"[ \u00a0]+(?:& |\+ )?")


@dataclass(frozen=True, slots=True)
class Figure:
    """`unit` is "%", a currency, "minute", "hour", "day", "month" or ""."""

    text: str
    value: Decimal
    unit: str

    def fits(self, other: Figure) -> bool:
        """Whether `other` says the same: the same number of the same thing. A bare number may match one whose unit is
        elsewhere in the sentence, but not a share; an amount may match a bare number, a span of time never."""
        bare = self.unit == "" and other.unit != "%"
        amount = self.unit in MONEY and other.unit == ""
        return self.value == other.value and (self.unit == other.unit or bare or amount)


MONEY = frozenset(_SIGNS.values()) | {"chf", "sek", "nok", "dkk"}


def figures_in(text: str) -> list[Figure]:
    """Return numbers in digits, and in words from two upwards; “one” says too little to be checked."""
    return [figure for _, _, figure in figures_at(text)]


def figures_at(text: str) -> list[tuple[int, int, Figure]]:
    """The same with their places: start and end."""
    found: list[tuple[int, int, Figure]] = []
    rest = text
    for match in _FIGURE.finditer(text):
        currency = _currency(match["before"] or match["after"])
        scale = _SCALES.get((match["scale"] or "").casefold(), 1)
        found.append((match.start(), match.end(), _figure(match, _value(match["figure"]) * scale, currency)))
        rest = f"{rest[: match.start()]}{' ' * len(match[0])}{rest[match.end() :]}"
    for match in _WORDED.finditer(rest):
        found.append((match.start(), match.end(), _figure(match, Decimal(_WORDS[match["word"].casefold()]), "")))
    return found


def shares_in(text: str) -> list[str]:
    return [match[0] for match in _SHARE.finditer(text)]


def quotes_in(text: str) -> list[tuple[str, str]]:
    """Return quoted words: with the quotation marks and without."""
    return [(match[0], next(filter(None, match.groups()))) for match in _QUOTED.finditer(text)]


def names_in(text: str, known_words: Collection[str]) -> Iterator[tuple[str, ...]]:
    """Yield runs of capitalised words, and words with digits or without case, in lower case. The first word of a sentence
    counts only if it is no usual opener and none of the `known_words`, which are known words in lower case."""
    run: list[str] = []
    end = 0
    for match in _TOKEN.finditer(text):
        word = _POSSESSIVE.sub("", match[0])
        gap = text[end : match.start()]
        starts = not end or re.search(r"[.!?:;–—“\"(\n\t]|^\s*-", gap) is not None
        if run and (starts or not _JOINS.fullmatch(gap) or not _is_name(word)):
            yield tuple(run)
            run = []
        end = match.end()
        if not _is_name(word):
            continue
        small = word.casefold()
        if small.rstrip(".") in _TITLES or small in _KNOWN:
            continue
        if starts and (small in OPENERS or (small in known_words and not _is_odd(word))):
            continue
        run.append(small)
    if run:
        yield tuple(run)


def words_in(text: str) -> str:
    """Return the words of a text in lower case between single spaces, for finding a run of words in it."""
    return " ".join(_POSSESSIVE.sub("", each[0]).casefold() for each in _TOKEN.finditer(text))


def _is_name(word: str) -> bool:
    return word[0].isupper() or (word[0].isalpha() and not word[0].islower()) or _is_odd(word)


def _is_odd(word: str) -> bool:
    """`ISO27001`, `iPhone`: not a plain word."""
    has_digit, has_letter = any(map(str.isdigit, word)), any(map(str.isalpha, word))
    ordinal = re.fullmatch(r"\d+(?:st|nd|rd|th|k|m|mn|bn)", word, re.IGNORECASE) is not None
    spelt = re.fullmatch(rf"\d+-(?:{_UNIT})s?", word, re.IGNORECASE) is not None
    return (has_digit and has_letter and not ordinal and not spelt) or any(map(str.isupper, word[1:]))


def _figure(match: re.Match[str], value: Decimal, currency: str) -> Figure:
    if match["percent"]:
        return Figure(match[0].strip(), value, "%")
    if match["unit"]:
        unit, times = _SPANS[match["unit"].casefold()]
        return Figure(match[0].strip(), value * times, unit)
    return Figure(match[0].strip(), value, currency)


def _currency(said: str | None) -> str:
    small = (said or "").casefold()
    return _SIGNS.get(small, _SIGNS.get(small.removesuffix("s"), small))


def _value(figure: str) -> Decimal:
    """`84,000` and `84.000` are 84000; `1.5` and `0.084` mean the same as written."""
    plain = re.sub(r"['’\s\u00a0\u202f]", "", figure)
    marks = [char for char in plain if char in ".,"]
    if not marks:
        return Decimal(plain)
    grouped = re.fullmatch(r"\d{1,3}(?:([.,])\d{3})(?:\1\d{3})*(?:(?!\1)[.,]\d{1,2})?", plain)
    if grouped and not plain.startswith("0"):
        return Decimal(plain.replace(grouped[1], "").replace(",", "."))
    return Decimal(plain.replace(",", ".") if len(marks) == 1 else re.sub(r"[.,]", "", plain))
