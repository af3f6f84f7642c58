"""Make foreign text safe to store: remove hidden characters, mask people's addresses and numbers. Pure.

`clean` comes before `redact`, so that an address cannot hide behind look-alike or invisible characters.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from stdnum import luhn
from stdnum.iso7064 import mod_97_10

from store.domain.text.joiners import MEANT, kept

# Every quantifier is bounded: the time grows no faster than the length of the text, for any text.
_EMAIL = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]{1,64}@(?:[\w-]{1,63}\.){1,126}[\w-]{2,63}")
_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b")
_CARD = re.compile(r"(?<![\w-])\d{4}(?:[ -]?\d{4}){2}[ -]?\d{1,7}(?![\w-])")
_PHONE = re.compile(
    r"(?<![\w.,:/+-])"
    r"(?:\+|00|\(\+?\d{1,4}\)|0(?=\d)|(?=\d{3}[-. ]\d{3}[-. ]\d{4}(?!\d)))"
    r"[ ]?\d(?:[ ./()-]{0,2}\d){5,16}(?![\w-])"
)

_DATE = re.compile(r"(?P<a>\d{1,2})(?P<dot>[./-])(?P<b>\d{1,2})(?P=dot)(?:(?:19|20)\d{2}|\d{2})")

# Letters and marks without a visible form: combining grapheme joiner, Hangul fillers, Mongolian and general variation
# selectors, Braille blank. Tag, zero-width and bidirectional characters are all of category Cf.
_BLANK = frozenset({0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x180B, 0x180C, 0x180D, 0x180F, 0x2800, 0x3164, 0xFFA0})
_VARIATION_SELECTORS = (range(0xFE00, 0xFE10), range(0xE0100, 0xE01F0))
_LONGEST_SEQUENCE = 8  # of a flag spelt with tags
_LINE_ENDS = re.compile("\r\n?|[\u0085\u2028\u2029]")
# Powers, indices, fractions, circled and squared characters.
_OWN_FORMS = ("<super>", "<sub>", "<fraction>", "<circle>", "<square>")
_OF_THEIR_OWN = re.compile(
    "(["
    + "".join(chr(code) for code in range(0x80, 0x20000) if unicodedata.decomposition(chr(code)).startswith(_OWN_FORMS))
    + "])"
)
# Real writing stacks at most four marks on a letter. Longer runs hide the lines around them, and putting a run into its
# canonical order takes the square of its length: seconds for a single long note.
_MARKS_ON_A_LETTER = 6


def redact(text: str) -> str:
    """Mask e-mail addresses, bank and card numbers and telephone numbers; leave everything else as it is.

    A number counts as a card's if its check digit fits, as an IBAN if its checksum does (ISO 7812, ISO 13616).
    """
    text = _EMAIL.sub("‹e-mail›", text)
    text = _IBAN.sub(lambda match: "‹IBAN›" if _is_iban(match[0]) else match[0], text)
    text = _CARD.sub(lambda match: "‹card›" if _is_card(match[0]) else match[0], text)
    return _PHONE.sub(lambda match: match[0] if _is_date(match[0]) else "‹phone›", text)


def clean(text: str, *, limit: int) -> str:
    """Return one plain form of a text: NFKC for characters that keep their meaning in it (wide letters and
    ligatures, not powers and fractions), and otherwise as `visible`. Cleaning twice changes nothing."""
    text = text[: 4 * limit + 100]
    if _is_plain(text):
        return _cut(text, limit)
    return _cut(_seen(_one_form(_seen(text))), limit)


def visible(text: str, *, limit: int) -> str:
    """Return the text with line ends as \\n and without invisible characters, at most `limit` characters.

    It removes control, format (zero-width, bidirectional, tag), private-use, unassigned and surrogate characters, variation
    selectors, the blank letters, and marks beyond the sixth on one letter; joiners and selectors stay where they mean something
    (`joiners`). Of a longer text it reads no more than four
    times `limit` (and a hundred), so that a huge one costs no more than a long one.
    """
    text = text[: 4 * limit + 100]
    return _cut(text if _is_plain(text) else _seen(text), limit)


def _is_plain(text: str) -> bool:
    """Most texts are."""
    return text.isascii() and text.isprintable()


def _cut(text: str, limit: int) -> str:
    return beginning(text.strip(), limit).rstrip()


def beginning(text: str, limit: int) -> str:
    """The first characters of a text that was made visible, without half of a sequence at its end, which would be invisible."""
    if len(text) <= limit:
        return text
    start = text[:limit]
    return _without_hidden(start) if any(map(MEANT.match, start[-_LONGEST_SEQUENCE:])) else start


def _seen(text: str) -> str:
    return _few_marks(_without_hidden(_LINE_ENDS.sub("\n", text)))


def _few_marks(text: str) -> str:
    if not any(map(unicodedata.combining, set(text))):
        return text
    kept: list[str] = []
    run = 0
    for char in text:
        run = run + 1 if unicodedata.combining(char) else 0
        if run <= _MARKS_ON_A_LETTER:
            kept.append(char)
    return "".join(kept)


def _without_hidden(text: str) -> str:
    hidden = {char for char in set(text) if _is_hidden(char)}
    if not hidden:
        return text
    gone = {ord(char): None for char in hidden}
    if not any(map(MEANT.match, hidden)):
        return text.translate(gone)
    others = {code: None for code in gone if not MEANT.match(chr(code))}
    text = text.translate(others)  # first, so that a joiner is judged by its final neighbours
    stay = kept(text)
    return "".join(char for at, char in enumerate(text) if at in stay or ord(char) not in gone)


def _one_form(text: str) -> str:
    """NFKC, but for characters that it would turn into others with another meaning: 10² into 102, 2½ into 21⁄2."""
    parts = _OF_THEIR_OWN.split(text)
    return unicodedata.normalize(
        "NFC", "".join(part if number % 2 else unicodedata.normalize("NFKC", part) for number, part in enumerate(parts))
    )


@lru_cache(maxsize=10_000)
def _is_hidden(char: str) -> bool:
    if char in "\n\t":
        return False
    code = ord(char)
    return (
        unicodedata.category(char).startswith("C")
        or code in _BLANK
        or any(code in span for span in _VARIATION_SELECTORS)
    )


def _is_date(text: str) -> bool:
    """Whether it is a date such as 06.03.2026, which a telephone number with its area code may look like."""
    found = _DATE.fullmatch(text)
    if found is None:
        return False
    low, high = sorted((int(found["a"]), int(found["b"])))
    return 0 < low <= 12 and high <= 31


def _is_card(text: str) -> bool:
    """Whether the check digit fits the 13 to 19 digits that the pattern lets through."""
    return bool(luhn.is_valid("".join(str(int(char)) for char in text if char.isdigit())))


def _is_iban(text: str) -> bool:
    """Whether the checksum fits. The country is left out of it: one that joins later should be masked, too."""
    compact = text.replace(" ", "")
    return bool(mod_97_10.is_valid(compact[4:] + compact[:4]))
