"""Count tokens with a real tokenizer: Anthropic's published byte-level BPE, from the file that litellm ships.

The tokenizer of today's models is not public: counts come close to theirs but differ. If the file is not installed, four
bytes count as a token, and `TokenCounter.exact` is False.
"""

from __future__ import annotations

import re
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

_FILE = Path("litellm_core_utils", "tokenizers", "anthropic_tokenizer.json")
# No token crosses the gap before a word, so words can be counted one by one and cached.
WORD = re.compile(r"\s*\S+|\s+")
_REMEMBERED = 500_000  # words
_BYTES_A_TOKEN = 4


class TokenCounter:
    def __init__(self, tokenizer: Any | None) -> None:
        self._tokenizer = tokenizer
        self._known: dict[str, int] = {}

    @property
    def exact(self) -> bool:
        """Whether a tokenizer counts, not a rule of thumb."""
        return self._tokenizer is not None

    def count(self, text: str) -> int:
        words = WORD.findall(text)
        if self._tokenizer is None:
            return -(-len(text.encode()) // _BYTES_A_TOKEN)
        unknown = list({word for word in words if word not in self._known})
        if unknown:
            if len(self._known) > _REMEMBERED:
                self._known.clear()
                unknown = list(set(words))
            encoded = self._tokenizer.encode_batch(unknown)
            self._known.update({word: len(each.ids) for word, each in zip(unknown, encoded, strict=True)})
        return sum(map(self._known.__getitem__, words))

    def cut(self, text: str, most: int) -> str:
        """Return as much of the start as fits into this many tokens, to the last whole word."""
        left, kept = most, []
        for word in WORD.findall(text):
            left -= self.count(word)
            if left < 0:
                break
            kept.append(word)
        return "".join(kept)

    def pieces(self, text: str, size: int) -> list[tuple[str, int]]:
        """Split the text into pieces of about this many tokens, each with its count."""
        pieces: list[tuple[str, int]] = []
        piece, held = "", 0
        for word in WORD.findall(text):
            piece, held = piece + word, held + self.count(word)
            if held >= size:
                pieces.append((piece, held))
                piece, held = "", 0
        return [*pieces, (piece, held)] if piece else pieces


@cache
def shared_counter() -> TokenCounter:
    """Return the process's one counter: reading the file takes a second or two."""
    file = tokenizer_file()
    if file is None:
        return TokenCounter(None)
    try:
        from tokenizers import Tokenizer
    except ImportError:
        return TokenCounter(None)
    return TokenCounter(Tokenizer.from_file(str(file)))


def tokenizer_file() -> Path | None:
    """Return the tokenizer's file, without importing litellm, which takes many seconds."""
    spec = find_spec("litellm")
    places = (spec.submodule_search_locations or []) if spec else []
    return next((file for place in places if (file := Path(place) / _FILE).is_file()), None)
