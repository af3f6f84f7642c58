"""Limits on a recommendation by any author: rules that hold it, or strip one of its texts, each with its reason.

Nothing here can grant anything: `stricter` joins two verdicts into the sterner one with everything that either strips. So
the rules run both before a model reads and after it, and the model can only add to them.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from store.domain.grounding.sentences import sentences_of
from store.domain.text.redaction import clean, redact


class Text(StrEnum):
    """The texts of a recommendation that a model writes."""

    TITLE = "title"
    RATIONALE = "rationale"
    SUBJECT = "subject"
    TEXT = "text"
    EMAIL = "email"


class Ruling(StrEnum):
    PASS = "pass"  # noqa: S105 - no password
    STRIP = "strip"
    HOLD = "hold"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewVerdict:
    """`strip` names the texts that must not go out; `reason` explains why in one sentence; `is_duplicate` means that the
    same recommendation exists already, so that rewording can't fix it."""

    ruling: Ruling = Ruling.PASS
    strip: frozenset[Text] = frozenset()
    reason: str = ""
    is_duplicate: bool = False


Texts = Mapping[Text, str]
PASSED = ReviewVerdict()
LIMITS: Mapping[Text, int] = {
    Text.TITLE: 120,
    Text.RATIONALE: 600,
    Text.SUBJECT: 200,
    Text.TEXT: 2_000,
    Text.EMAIL: 2_500,
}
_STERN = (Ruling.PASS, Ruling.STRIP, Ruling.HOLD)


@dataclass(frozen=True, slots=True)
class EarlierAdvice:
    """An earlier recommendation for the account: its title and whether it is "pending" or was "rejected" recently."""

    title: str
    state: str


@dataclass(frozen=True, slots=True)
class _Rule:
    reason: str
    pattern: re.Pattern[str]
    ruling: Ruling


def _rule(reason: str, pattern: str, ruling: Ruling = Ruling.HOLD, *, cased: bool = False) -> _Rule:
    return _Rule(reason, re.compile(pattern, 0 if cased else re.IGNORECASE), ruling)


_RULES: Sequence[_Rule] = (
    _rule(
        "It offers a discount",
        r"\bdiscount(?:s|ed|ing)?\b|\b\d{1,3}(?:[.,]\d+)? ?(?:%|percent|per cent) (?:off|less|cheaper|reduction)\b"
        r"|\bprice (?:cut|drop|reduction|match)|\b(?:reduc|lower|cut)\w* (?:the|our|your) (?:price|fee|rate)s?\b"
        r"|\breduced price"
        r"|\b(?:free of charge|for free|free (?:month|year|trial|upgrade|seat|licen[cs]e)s?)\b|\bwaiv(?:e|es|ed"
        r"|ing)\b|\brebates?\b"
        r"|\bat no (?:extra |additional )?(?:cost|charge)\b|\b(?:special|better|lower) (?:price|offer|rate)s?\b"
        r"|\bcredit (?:note|your account)\b|\bmoney[- ]back\b|\brefund(?:s|ed)?\b",
    ),
    _rule(
        "It makes a legal promise",
        r"\bguarante(?:e|es|ed|eing)\b|\bwarrant(?:y|ies|s|ed)\b|\bindemni\w+|\bliab(?:le|ility|ilities)\b"
        r"|\blegal(?:ly)? (?:binding|bound|oblig\w+)"
        r"|\bcontractual(?:ly)?\b|\b(?:is|are|be) binding\b|\bbinding (?:offer|commitment|promise)\b|\bpenalt(?:y|ies)\b"
        r"|\bwe (?:accept|waive|assume) (?:all|any|full) (?:claims|responsibility|liability)\b|\b(?:sla|uptime) of \d"
        r"|\bwe (?:commit|undertake|pledge|promise) to (?:deliver|refund|pay|compensate|meet|extend)\b"
        r"|\bcompensat(?:e|ion)\b"
        r"|\b(?:terminate|cancel) (?:the|your) contract\b|\bhold (?:you|us) harmless\b|\bexclusiv(?:e rights|ity)\b",
    ),
    _rule(
        "It reveals personal data",
        r"‹(?:e-mail|IBAN|card|phone)›|\b(?:date of birth|birthday|born on|passport|home address|private (?:number"
        r"|address|e-?mail)"
        r"|social security|tax id|salary|salaries|earns \S{0,3}\d|pregnan\w+|maternity|paternity|parental leave"
        r"|illness|is ill\b|is sick\b|sick leave"
        r"|burn-?out|diagnos\w+|surgery|cancer|depress(?:ion|ed)|disabilit\w+|therap(?:y|ist)|divorc\w+|married|marital"
        r"|his wife|her husband|religio\w+|church|mosque|synagogue|ethnic\w*|sexual\w*|trade union"
        r"|political(?:ly)? (?:views?|party)"
        r"|voted for|criminal record|alcohol\w*|rehab)\b",
    ),
    _rule(
        "It holds a link or an address",
        r"https?:|\bwww\.|(?<![\w@.])[a-z0-9-]{1,63}\.(?:com|net|org|io|ru|cn|xyz|info|biz|co|app|dev|link|click"
        r"|top|site|online|me|tk|zip)\b(?:/|\b)"
        r"|\bmailto:|\bdata:text|\bjavascript:|\]\([^)]*\)|<[^>]{0,200}\|",
        Ruling.STRIP,
    ),
    _rule(
        "It calls a channel or a person of Slack",
        r"<[!@#][^>]{0,80}>|(?<!\w)@(?:channel|here|everyone|team|all)\b|<!|(?<!\w)@[a-z][\w.-]{1,40}\b",
        Ruling.STRIP,
    ),
    _rule("It holds code or marks", r"</?[a-z][^>]{0,80}>|```|\{\{|\$\{|\bSAM-[0-9a-f]{4,}|<data-", Ruling.STRIP),
    _rule("It shouts", r"!{2,}|\?!|[!?]{3,}", Ruling.STRIP),
    _rule("It shouts", r"\b(?:[A-Z]{4,}[ ,]+){2,}[A-Z]{4,}\b|(?:\b[A-Z]{3,}\b[ ,]*){4,}", Ruling.STRIP, cased=True),
    _rule(
        "It insults",
        r"\b(?:idiot\w*|stupid\w*|moron\w*|incompeten\w+|dumb\w*|useless (?:people|person|client|customer)|liars?"
        r"|lying|crook\w*|scam\w*|clueless"
        r"|lazy|pathetic|ridiculous|shame on|hate (?:you|them|him|her)|damn|hell|crap|shit\w*|fuck\w*|bastard\w*"
        r"|asshole\w*)\b",
    ),
    _rule(
        "It puts pressure on the reader or the customer",
        r"\b(?:last|final) (?:chance|warning|notice)\b|\b(?:or else|you (?:will|'ll) regret|you have no choice"
        r"|act now|now or never|before it is too late"
        r"|we will (?:sue|take legal action|escalate to your (?:boss|manager|board)))\b|\bthreaten\w*\b"
        r"|\bultimatum\b|\bpress(?:ure)? (?:them|him|her) (?:hard|until)\b",
    ),
    _rule(
        "It speaks of approving or of its own instructions",
        r"\b(?:already|been|was|is) (?:pre-?)?approved\b|\b(?:auto-?)?approve (?:this|it|all|every\w*)\b"
        r"|\bno approval (?:is )?needed\b"
        r"|\bpress approve\b|\b(?:ignore|disregard|forget) (?:all |any )?(?:previous|prior|earlier|above|these"
        r"|the) (?:instruction|rule|prompt)s?\b"
        r"|\bsystem prompt\b|\bas an ai\b|\blanguage model\b",
    ),
)  # fmt: skip
_WORD = re.compile(r"[^\W_]+")


def judged(
    texts: Texts,
    *,
    title: str = "",
    earlier: Sequence[EarlierAdvice] = (),
    fields: Collection[str] = (),
    allowed: Collection[str] = (),
    made: Collection[str] = (),
) -> ReviewVerdict:
    """Apply the rules to these texts. `title` is the recommendation's title, by any author; `fields` are the fields its
    write changes, `allowed` those that may change at all; `earlier` are existing or recently rejected recommendations, `made`
    the subjects of tasks made here before: a task isn't about another task."""
    if forbidden := sorted(set(fields) - set(allowed)):
        return ReviewVerdict(
            ruling=Ruling.HOLD, reason=f"It changes the field {forbidden[0]}, which it must not change."
        )
    if (same := _same(title or texts.get(Text.TITLE, ""), earlier)) is not None:
        return ReviewVerdict(
            ruling=Ruling.HOLD, reason=f"The same was recommended before and is {same.state}.", is_duplicate=True
        )
    verdict = PASSED
    for name, text in texts.items():
        verdict = stricter(verdict, _judged_text(name, text))
    if any(_contains(texts.get(Text.SUBJECT, ""), each) for each in made):
        quotes = frozenset({Text.SUBJECT})
        reason = f"It repeats a task that was made before, in the {Text.SUBJECT}."
        verdict = stricter(verdict, ReviewVerdict(ruling=Ruling.STRIP, strip=quotes, reason=reason))
    return verdict


def stricter(one: ReviewVerdict, other: ReviewVerdict) -> ReviewVerdict:
    """Return the sterner of two verdicts, with everything that either strips."""
    first = max((one, other), key=lambda each: _STERN.index(each.ruling))
    return ReviewVerdict(
        ruling=first.ruling,
        strip=one.strip | other.strip,
        reason=" ".join(dict.fromkeys(each.reason for each in (first, one, other) if each.reason)),
        is_duplicate=one.is_duplicate or other.is_duplicate,
    )


def _judged_text(name: Text, text: str) -> ReviewVerdict:
    if len(text) > LIMITS[name]:
        reason = f"The {name} has {len(text):,} characters, and {LIMITS[name]:,} are the most."
        return ReviewVerdict(ruling=Ruling.STRIP, strip=frozenset({name}), reason=reason)
    verdict = PASSED
    if _repeats(text):
        verdict = ReviewVerdict(
            ruling=Ruling.STRIP, strip=frozenset({name}), reason=f"The {name} says the same again and again."
        )
    plain = redact(_plain(text))
    for rule in _RULES:
        if rule.pattern.search(plain):
            strip = frozenset({name} if rule.ruling is Ruling.STRIP else ())
            verdict = stricter(
                verdict, ReviewVerdict(ruling=rule.ruling, strip=strip, reason=f"{rule.reason}, in the {name}.")
            )
    return verdict


def _repeats(text: str) -> bool:
    """Whether a sentence appears in it more than twice."""
    said = Counter(each.casefold() for line in text.splitlines() for each in sentences_of(line))
    return any(times > 2 for times in said.values())


def _plain(text: str) -> str:
    """Return the text as a reader sees it: nothing hidden, and accented letters as plain ones."""
    decomposed = unicodedata.normalize("NFKD", clean(text, limit=10_000))
    return "".join(char for char in decomposed if not unicodedata.combining(char)).translate(_LOOK_ALIKES)


# Cyrillic and Greek letters that look like Latin ones.
_LOOK_ALIKES = str.maketrans("аеорсухіјѕАВЕКМНОРСТХІοαενρΑΒΕΗΙΚΜΝΟΡΤΧ", "aeopcyxijsABEKMHOPCTXIoaevpABEHIKMNOPTX")


def _contains(text: str, other: str) -> bool:
    """Whether a text has all words of another in a row, without regard to case and punctuation."""
    words, wanted = (_WORD.findall(_plain(each).casefold()) for each in (text, other))
    return bool(wanted) and f" {' '.join(wanted)} " in f" {' '.join(words)} "


def _same(title: str, earlier: Sequence[EarlierAdvice]) -> EarlierAdvice | None:
    words = _WORD.findall(title.casefold())
    return next((each for each in earlier if words and _WORD.findall(each.title.casefold()) == words), None)
