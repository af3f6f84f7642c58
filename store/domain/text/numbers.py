"""Write amounts in words as digits: `50 thousand` for `fifty thousand`, `0.5 million` for `half a million`."""

from __future__ import annotations

import re

_SMALL = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"),
    *("thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_VALUES = {word: value for value, word in enumerate(_SMALL)} | {
    word: ten for ten, word in zip(range(20, 100, 10), _TENS, strict=True)
}
_WORD = "|".join(sorted(_VALUES, key=len, reverse=True))
_SCALE = r"(?:k|grand|thousand|mil|million|lakhs?|lacs?|crores?)\b"
_NUMBER = rf"\b(?:(?P<hundreds>(?:{_WORD})|an?)\s+hundred(?:\s+and)?[\s-]*)?(?P<rest>(?:(?:{_WORD})[\s-]*)*)(?<=[\s\w])"
_SCALED = re.compile(rf"{_NUMBER}(?=\s?{_SCALE})", re.IGNORECASE)
# The lower end of “thirty to 50 thousand”.
_FROM = re.compile(rf"{_NUMBER}(?=(?:and|to)\s+\d+\s?{_SCALE})", re.IGNORECASE)
_HALF = re.compile(rf"\bhalf a (?={_SCALE})", re.IGNORECASE)
_ONE = re.compile(rf"\ban? (?={_SCALE})", re.IGNORECASE)


def in_digits(text: str) -> str:
    """Numbers that aren't amounts stay as they are: `two weeks`."""
    said = _ONE.sub("1 ", _HALF.sub("0.5 ", text))
    return _FROM.sub(_digits, _SCALED.sub(_digits, said))


def _digits(found: re.Match[str]) -> str:
    if not found[0].strip():
        return found[0]
    hundreds = (found["hundreds"] or "").casefold()
    value = 100 * (_VALUES.get(hundreds, 1) if hundreds else 0)
    value += sum(_VALUES[word.casefold()] for word in re.findall(_WORD, found["rest"], re.IGNORECASE))
    return f"{value} " if found[0][-1:].isspace() else str(value)
