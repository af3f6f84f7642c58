"""Vectors from the words of a text alone: no model, no download, the same on every machine.

A text is a bag of features: its words and each word's character n-grams, so that `delayed` is near `delays`, and a name
near its misspelling. Each feature is hashed to a position in the vector and a sign (Weinberger et al., Feature Hashing for
Large Scale Multitask Learning, 2009). A word used n times counts 1 + ln n; stopwords count little.
"""

from __future__ import annotations

import hashlib
import math
import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from integrations.memory.embedders import Purpose, Vectors, normalized
from integrations.memory.embedders.stopwords import STOPWORDS

VERSION = 1  # version of the features: raise it with any change to them, so that indexes are rebuilt
DIMENSIONS = 384
MAX_CHARACTERS = 20_000  # per text; more adds little to a bag of words and much to its cost

_WORD = re.compile(r"\w+(?:['’]\w+)?")
_STOPWORD_WEIGHT = 0.02  # enough to find a text that has nothing else
_NGRAM_WEIGHT = 0.9  # for all n-grams of a word together; the word itself has 1

_Feature = tuple[NDArray[np.int64], NDArray[np.float32]]


class HashingEmbedder:
    """Lexical and deterministic: equal texts give equal vectors in every process."""

    def __init__(self, dimensions: int = DIMENSIONS) -> None:
        self.dimensions = dimensions
        self.fingerprint = f"hashing-{VERSION}:{dimensions}"

    def embed(self, texts: Sequence[str], *, purpose: Purpose = Purpose.DOCUMENT) -> Vectors:
        del purpose  # a question's words weigh the same as a document's
        rows = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            places, weights = self._features(text)
            if places.size:
                row += np.bincount(places, weights, minlength=self.dimensions)
        return normalized(rows)

    def _features(self, text: str) -> _Feature:
        counts = Counter(match.group() for match in _WORD.finditer(_folded(text[:MAX_CHARACTERS])))
        parts = [_word(word, self.dimensions) for word in counts]
        if not parts:
            return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.float32)
        places = np.concatenate([part[0] for part in parts])
        weights = np.concatenate([part[1] for part in parts])
        if len(counts) < counts.total():
            said = np.fromiter((1 + math.log(count) for count in counts.values()), np.float32, len(counts))
            weights = weights * np.repeat(said, [part[0].size for part in parts])
        return places, weights


def _folded(text: str) -> str:
    """Remove case, accents and compatibility forms: `Société` becomes `societe`."""
    if text.isascii():
        return text.lower()
    return "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))


@lru_cache(maxsize=65_536)
def _word(word: str, dimensions: int) -> _Feature:
    if word in STOPWORDS:
        return _hashed([(word, _STOPWORD_WEIGHT)], dimensions)
    framed = f"<{word}>"
    ngrams = [framed[at : at + size] for size in (3, 4, 5) for at in range(len(framed) - size + 1)]
    share = _NGRAM_WEIGHT / math.sqrt(len(ngrams)) if ngrams else 0.0
    return _hashed([(word, 1.0), *((f"#{ngram}", share) for ngram in ngrams)], dimensions)


def _hashed(features: Sequence[tuple[str, float]], dimensions: int) -> _Feature:
    places, weights = [], []
    for name, weight in features:
        digest = hashlib.blake2b(name.encode("utf-8", "surrogatepass"), digest_size=8).digest()
        number = int.from_bytes(digest, "little")
        places.append((number >> 1) % dimensions)
        weights.append(weight if number & 1 else -weight)
    return np.array(places, dtype=np.int64), np.array(weights, dtype=np.float32)
