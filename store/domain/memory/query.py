"""Split a person's query into words: nothing in it can be an operator of a query language."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from functools import lru_cache

from store.domain.text.redaction import clean

QUERY_LIMIT = 1_000  # characters of a query to read
MAX_WORDS = 24

_WORD = re.compile(r"[^\W_]+")
# Words in nearly every text, English and German, which distinguish nothing.
_ENGLISH = """a about after all also am an and any are as at be been before being but by can could did do does for from had has
have he her here him his how i if in into is it its just may me might more most my no nor not of on once only or other our out
over own s same shall she should so some such t than that the their them then there these they this those to too under until
up very was we were what when where which while who whom why will with would you your"""
_GERMAN = """aber als am an auch auf aus bei bin bis das dass dem den der des die du ein eine einem einen einer er es für hat ich
ihr im in ist ja mit nach nicht noch nun nur oder sein sich sie sind so über um und uns von vor war was wenn wer wie wir wird
wo zu zum zur"""
_COMMON = frozenset(f"{_ENGLISH} {_GERMAN}".split())


def words_of(query: str) -> tuple[str, ...]:
    """Return the words to search for, lower-case, each once, at most MAX_WORDS; without common ones unless there are no
    others."""
    words = list(dict.fromkeys(_WORD.findall(clean(query, limit=QUERY_LIMIT).casefold())))
    telling = [word for word in words if word not in _COMMON]
    return tuple((telling or words)[:MAX_WORDS])


def words_in(words: Collection[str], text: str) -> tuple[str, ...]:
    """Return the words that the text contains in any form, as far as common English endings show; for people to read, not
    for ranking."""
    stems = set(map(stem_of, _words_in(text)))
    return tuple(word for word in words if stem_of(word.casefold()) in stems)


def telling_stems_in(text: str) -> tuple[str, ...]:
    """Return the stems of a text's words in order, as often as they occur, without the common words."""
    return tuple(stem_of(word) for word in _words_in(text) if word not in _COMMON)


def _words_in(text: str) -> list[str]:
    return _WORD.findall(unicodedata.normalize("NFC", text.casefold()))


def _plain(word: str) -> str:
    """Without accents."""
    if word.isascii():
        return word
    return "".join(char for char in unicodedata.normalize("NFKD", word) if not unicodedata.combining(char))


@lru_cache(maxsize=20_000)
def stem_of(word: str) -> str:
    """Remove endings one after the other, as long as three letters stay."""
    stem = _plain(word)
    for endings in _ENDINGS:
        for ending in endings:
            if stem.endswith(ending) and len(stem) - len(ending) >= 3:
                stem = stem[: -len(ending)]
                break
    return stem


_ENDINGS = (
    ("s",),
    ("ement", "ations", "ation", "ate", "ions", "ion", "ings", "ing", "ed", "er", "ly", "al"),
    ("e", "at"),
)
