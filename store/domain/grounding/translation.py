"""Whether a translation says no more than the checked text that it translates: the same figures, names and quotations, and nothing
that an answer must never contain."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from store.domain.grounding.answer import is_forbidden

_NUMBER = re.compile(r"\d+(?:[.,'’\u00a0\u202f ]\d{3})*(?!\d)|\d+")
_QUOTED = re.compile(r"“([^”]{1,400})”")
_LONGER, _SPARE = 2, 200  # a translation may have twice as many characters, and these


def keeps(original: str, translation: str, names: Iterable[str]) -> bool:
    """`names` are those that are the same in every language."""
    if not translation.strip() or len(translation) > _LONGER * len(original) + _SPARE or is_forbidden(translation):
        return False
    if _figures(original) != _figures(translation):
        return False
    fixed = [*_QUOTED.findall(original), *(each for each in names if each and each in original)]
    return all(each in translation for each in fixed)


def _figures(text: str) -> Counter[str]:
    """The numbers in it, without their separators, which languages write differently."""
    return Counter(re.sub(r"\D", "", each) for each in _NUMBER.findall(text))
