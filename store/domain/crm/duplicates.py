"""Find possible duplicates: pairs with a score and the reasons, for a person to decide. Nothing is merged.

Only records that share a key (a form of the name, a name's rarest word, a domain, a number) are compared, so that the time
grows with the number of records and not with its square.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import combinations
from typing import TypeVar

from store.domain.crm.accounts import Account, Contact, Kind, Note
from store.domain.text.redaction import clean

CERTAIN, LIKELY = 0.95, 0.75  # the same normalised form; similar enough to ask a person
CROWD = 50  # a key shared by more records than this distinguishes nothing
_LEGAL = frozenset(
    "ag bv co company corp corporation gmbh group holding holdings inc incorporated kg limited llc llp ltd mbh nv oy plc pty sa sarl se spa srl the".split()  # noqa: SIM905, E501 - words read better than a list of strings
)
_DOMAIN = re.compile(r"\b(?:https?://)?(?:www\.)?((?:[a-z0-9-]{1,63}\.){1,5}[a-z]{2,24})\b")
_PHONE = re.compile(r"\+?\d[\d ()/.-]{6,20}\d")
_MANY_HAVE = frozenset({"gmail.com", "outlook.com", "hotmail.com", "yahoo.com", "gmx.de", "web.de", "icloud.com"})
_TITLES = frozenset("dr ing mr mrs ms prof".split())  # noqa: SIM905 - words read better than a list of strings
_WORDS = re.compile(r"[a-z0-9]+")

Item = TypeVar("Item", Account, Contact, Note)


@dataclass(frozen=True, slots=True, kw_only=True)
class Duplicate:
    """Two records of one kind, in the order of their ids, their similarity (0–1), and the reason."""

    kind: Kind
    one: str
    other: str
    score: float
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Form:
    """The comparable parts of a record: its words in order, and keys that different records hardly ever share."""

    words: tuple[str, ...]
    keys: frozenset[str]


def duplicate_accounts(accounts: Sequence[Account]) -> tuple[Duplicate, ...]:
    """Compare names without legal form, and domains and telephone numbers in the description; the most similar pairs first."""
    return _pairs(Kind.ACCOUNT, accounts, _account_form, lambda one, other: True)


def duplicate_contacts(contacts: Sequence[Contact]) -> tuple[Duplicate, ...]:
    """Compare names within one account, ignoring titles and the order of their parts."""
    return _pairs(Kind.CONTACT, contacts, _contact_form, lambda one, other: one.account_id == other.account_id)


def duplicate_notes(notes: Sequence[Note]) -> tuple[Duplicate, ...]:
    """Compare the words of the text, within one account or deal."""
    same_place = lambda one, other: (one.account_id, one.deal_id) == (other.account_id, other.deal_id)  # noqa: E731 - shorter than a function, and used once
    return _pairs(Kind.NOTE, notes, _note_form, same_place)


def _pairs(
    kind: Kind, items: Sequence[Item], form_of: Callable[[Item], _Form], may_be: Callable[[Item, Item], bool]
) -> tuple[Duplicate, ...]:
    forms = {item.id: form_of(item) for item in items}
    by_id = {item.id: item for item in items}
    found: list[Duplicate] = []
    for one, other in sorted(_candidates(forms)):
        if may_be(by_id[one], by_id[other]):
            score, reasons = _likeness(forms[one], forms[other])
            if score >= LIKELY:
                found.append(Duplicate(kind=kind, one=one, other=other, score=score, reasons=reasons))
    return tuple(sorted(found, key=lambda each: (-each.score, each.one, each.other)))


def _candidates(forms: dict[str, _Form]) -> set[tuple[str, str]]:
    """Return pairs that share a key, the whole name, or one of its words; words that many share do not count."""
    groups: dict[str, list[str]] = {}
    for record_id, form in forms.items():
        name = [f"name:{' '.join(sorted(form.words))}"] if form.words else []
        for key in {*form.keys, *name, *(f"word:{word[:5]}" for word in form.words[:12] if len(word) > 2)}:
            groups.setdefault(key, []).append(record_id)
    pairs: set[tuple[str, str]] = set()
    for group in groups.values():
        if len(group) <= CROWD:
            pairs.update(combinations(sorted(group), 2))
    return pairs


def _likeness(one: _Form, other: _Form) -> tuple[float, tuple[str, ...]]:
    score, reasons = 0.0, []
    if one.words and sorted(one.words) == sorted(other.words):
        score = CERTAIN
        reasons.append(
            "the names are the same apart from spelling"
            if one.words == other.words
            else "the same words in another order"
        )
    elif one.words and other.words:
        score = round(
            SequenceMatcher(None, " ".join(one.words), " ".join(other.words), autojunk=False).ratio() * 0.9, 3
        )
        if score >= LIKELY:
            reasons.append(f"the texts are {score / 0.9:.0%} alike")
    for key in sorted(one.keys & other.keys):
        what, _, value = key.partition(":")
        score = min(max(score, 0.6) + 0.2, 1.0)
        reasons.append(f"the same {what} {value}" if what != "digits" else "the same telephone number")
    return round(score, 3), tuple(reasons)


def _account_form(account: Account) -> _Form:
    words = tuple(word for word in _words(account.name) if word not in _LEGAL) or tuple(_words(account.name))
    text = f"{account.name} {account.description or ''}".casefold()[:4_000]
    domains = {f"domain:{domain}" for domain in _DOMAIN.findall(text) if domain not in _MANY_HAVE}
    numbers = {f"digits:{re.sub(r'[^0-9]', '', number)[-9:]}" for number in _PHONE.findall(text)}
    return _Form(words, frozenset(domains | numbers))


def _contact_form(contact: Contact) -> _Form:
    return _Form(tuple(word for word in _words(contact.name) if word not in _TITLES), frozenset())


def _note_form(note: Note) -> _Form:
    return _Form(tuple(_words(note.text))[:400], frozenset())


def _words(text: str) -> Iterable[str]:
    """Return the words in lower case, without accents and punctuation."""
    folded = unicodedata.normalize("NFKD", clean(text, limit=4_000).casefold().replace("ß", "ss").replace("&", " and "))
    return _WORDS.findall("".join(char for char in folded if not unicodedata.combining(char)))
