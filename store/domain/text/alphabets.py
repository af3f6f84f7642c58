"""Detect names that imitate others: words that mix alphabets, such as “Аcme” with a Cyrillic first letter. Pure.

It detects only mixed words: one written entirely in another alphabet, like “Роса”, looks like an honest one.
"""

from __future__ import annotations

import re
import unicodedata

_WORD = re.compile(r"[^\W\d_]+")
# Unicode's profile “highly restrictive”: scripts that Japanese, Chinese and Korean mix with Latin letters in one word.
# Source: UTS 39, section 5.2 (unicode.org/reports/tr39/).
_EAST_ASIAN = (
    {"LATIN", "CJK", "IDEOGRAPHIC", "HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA"},
    {"LATIN", "CJK", "IDEOGRAPHIC", "BOPOMOFO"},
    {"LATIN", "CJK", "IDEOGRAPHIC", "HANGUL"},
)


def mixes_alphabets(name: str) -> bool:
    """Whether a word of a cleaned name mixes alphabets that are not written together."""
    return not name.isascii() and any(_is_mixed(word) for word in _WORD.findall(name))


def _is_mixed(word: str) -> bool:
    if word.isascii():
        return False
    alphabets = {unicodedata.name(letter, "UNNAMED").partition(" ")[0] for letter in word} - {"COMBINING", "MODIFIER"}
    return len(alphabets) > 1 and not any(alphabets <= together for together in _EAST_ASIAN)
