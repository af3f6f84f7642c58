"""Hidden characters that carry meaning in their place: joiners of scripts and of emoji, selectors that make a sign an emoji.

Anywhere else the same characters could hide text, and are removed. Sources: UTS 51 (emoji sequences), UAX 31 section 2.3 (joiners).
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_NON_JOINER, _JOINER, _AS_EMOJI, _AS_TEXT = "\u200c", "\u200d", "\ufe0f", "\ufe0e"
MEANT = re.compile(f"[{_NON_JOINER}{_JOINER}{_AS_EMOJI}{_AS_TEXT}\U000e0020-\U000e007f]")
# The three flags that Unicode recommends for exchange, which are spelt with tags: England, Scotland, Wales.
_FLAGS = tuple(
    "".join(chr(0xE0000 + ord(letter)) for letter in name) + "\U000e007f" for name in ("gbeng", "gbsct", "gbwls")
)
_BLACK_FLAG = "\U0001f3f4"
_JOINING = frozenset(
    {
        "ARABIC", "SYRIAC", "MANDAIC", "NKO", "MONGOLIAN", "PHAGS-PA", "DEVANAGARI", "BENGALI", "GURMUKHI", "GUJARATI", "ORIYA",
        "TAMIL", "TELUGU", "KANNADA", "MALAYALAM", "SINHALA", "MYANMAR", "KHMER", "TIBETAN", "BALINESE", "JAVANESE",
    }
)  # fmt: skip
_VIRAMA = 9  # the combining class of the sign that takes a consonant's vowel away


def kept(text: str) -> frozenset[int]:
    """The places of hidden characters that mean something there."""
    found: set[int] = set()
    for match in MEANT.finditer(text):
        at = match.start()
        if at in found or at == 0:
            continue
        if match[0] > "\U000e0000":
            flag = next((each for each in _FLAGS if text.startswith(each, at)), "")
            if flag and text[at - 1] == _BLACK_FLAG:
                found.update(range(at, at + len(flag)))
        elif _means(match[0], text, at, found):
            found.add(at)
    return frozenset(found)


def _means(mark: str, text: str, at: int, found: set[int]) -> bool:
    before, after = text[at - 1], text[at + 1 : at + 2]
    if mark in (_AS_EMOJI, _AS_TEXT):
        return _is_sign(before) or (before in "#*0123456789" and after == "\u20e3")
    if at - 1 in found and before == _AS_EMOJI and at > 1:
        before = text[at - 2]
    if mark == _JOINER and _is_sign(before) and after and _is_sign(after):
        return True
    joins = _joins(before)
    return joins and (bool(after and _joins(after)) or unicodedata.combining(before) == _VIRAMA)


@lru_cache(maxsize=10_000)
def _is_sign(char: str) -> bool:
    """Whether an emoji may begin or end here: a symbol, a skin tone, or one of the few letters and marks that have an emoji."""
    return (not char.isascii() and unicodedata.category(char) in ("So", "Sm", "Sk")) or char in "©®‼⁉ℹ〰〽㊗㊙"


@lru_cache(maxsize=10_000)
def _joins(char: str) -> bool:
    return unicodedata.category(char)[0] in "LM" and unicodedata.name(char, "").partition(" ")[0] in _JOINING
