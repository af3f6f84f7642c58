"""Find what a loosely worded message asks for: the kind whose examples (`examples.tsv`) its words are nearest to.

`phrases` reads what it knows word by word; this is for the many ways of saying the same thing. A message counts for a kind by its
three nearest examples and by all words of the kind together (cosines of words weighed by how rare they are). One that is about as
near to another kind has none. A kind that is often missed needs more examples, not another rule.
"""

from __future__ import annotations

import difflib
import math
import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from importlib.resources import files

from store.domain.conversation.intents import Intent
from store.domain.conversation.phrases import intents_of, plain_words

_AHEAD = 0.16  # of the kind next to it, for a message that no phrase fits
_FAR_AHEAD = 0.4  # for one that a phrase of another kind fits
_NEAREST = (1.0, 0.5, 0.5)  # the weights of a kind's nearest examples, beside 1 for all of its words
_FEWEST = 4  # words of a message with a name, of which that is one: fewer say no more than the name
_LONGEST = 30  # words; a longer message tells a story
_ALIKE = 0.82  # of two words, to be the same with a typing error
_NAME = "x"  # an account's, in a message and in an example
_WORD = re.compile(r"[a-z]+|\d[\d.,]*(?:k|m|mn)?")
_ENDINGS = ("ing", "ed", "es", "s")
_STEM = 4  # letters that a word keeps at least

Weights = Mapping[str, float]


def likely_intents(message: str) -> tuple[Intent, ...]:
    """Those of `intents_of`; before them the one of the nearest examples, if no phrase fits, or only one that fits almost
    anything, or the examples are much nearer to it than to others."""
    found = intents_of(message)
    is_loose = not found or found == (Intent.STATUS,)
    near = nearest(message, ahead=_AHEAD if is_loose else _FAR_AHEAD)
    if (
        near in (Intent.STATUS, Intent.THANKS, Intent.SMALL_TALK) and found
    ):  # a question may be polite, or about one thing
        near = None
    return found if near is None else (near, *(each for each in found if each is not near))


def nearest(message: str, *, ahead: float = _AHEAD) -> Intent | None:
    """The kind of the nearest examples, if it is `ahead` of every other."""
    words = _words(message)
    if not (_FEWEST if _NAME in words else 1) <= len(words) <= _LONGEST:
        return None
    known = _known()
    scores = known.scores([each if each in known.rare else _corrected(each) for each in words])
    (best, score), (_, second), *_ = sorted(scores.items(), key=lambda each: -each[1])
    return best if score - second >= ahead else None


def example_words() -> frozenset[str]:
    """The words of the examples: none of them is guessed to be the name of an account."""
    return _known().words


class _Known:
    """The examples as vectors of length 1. `rare` is the weight of each word: the fewer examples have it, the more it says."""

    def __init__(self, examples: Mapping[Intent, Sequence[str]]) -> None:
        said = [(intent, _words(line)) for intent, lines in examples.items() for line in lines]
        counted = Counter(word for _, words in said for word in set(words))
        self.words = frozenset(word for lines in examples.values() for line in lines for word in line.split())
        self.rare = {word: math.log(1 + len(said) / count) for word, count in counted.items()}
        self._unknown = math.log(1 + len(said))
        self._kinds = [intent for intent, _ in said]
        self._named = [_NAME in words for _, words in said]
        self._having: dict[str, list[tuple[int, float]]] = defaultdict(
            list
        )  # the examples with a word, and its weight there
        together: dict[Intent, Counter[str]] = {intent: Counter() for intent in examples}
        for place, (intent, words) in enumerate(said):
            vector = self._vector(words)
            together[intent].update(vector)
            for word, weight in vector.items():
                self._having[word].append((place, weight))
        self._together = {intent: _of_length_one(weights) for intent, weights in together.items()}

    def scores(self, words: Sequence[str]) -> dict[Intent, float]:
        vector, is_named = self._vector(words), _NAME in words
        cosines: dict[int, float] = defaultdict(float)
        for word, weight in vector.items():
            for place, other in self._having.get(word, ()):
                if self._named[place] is is_named:
                    cosines[place] += weight * other
        near: dict[Intent, list[float]] = defaultdict(list)
        for place, cosine in cosines.items():
            near[self._kinds[place]].append(cosine)
        return {
            intent: sum(a * b for a, b in zip(_NEAREST, sorted(near[intent], reverse=True), strict=False))
            + sum(weight * together.get(word, 0.0) for word, weight in vector.items())
            for intent, together in self._together.items()
        }

    def _vector(self, words: Sequence[str]) -> Weights:
        return _of_length_one({word: self.rare.get(word, self._unknown) for word in words})


@cache
def examples() -> Mapping[Intent, tuple[str, ...]]:
    """Of each kind, in plain words: `x` is an account's name."""
    found: dict[Intent, list[str]] = {}
    for line in (files(__package__) / "examples.tsv").read_text(encoding="utf-8").splitlines():
        kind, said = line.split("\t")
        found.setdefault(Intent(kind), []).append(said)
    return {intent: tuple(lines) for intent, lines in found.items()}


@cache
def _known() -> _Known:
    return _Known(examples())


@lru_cache(maxsize=2_048)
def _corrected(word: str) -> str:
    if len(word) < _STEM:
        return word
    return next(iter(difflib.get_close_matches(word, _known().rare, n=1, cutoff=_ALIKE)), word)


def _of_length_one(weights: Weights) -> Weights:
    length = math.sqrt(sum(each * each for each in weights.values())) or 1.0
    return {word: each / length for word, each in weights.items()}


def _words(message: str) -> list[str]:
    """In small letters, without endings; every number is the same word."""
    return ["#" if each[0].isdigit() else _stem(each) for each in _WORD.findall(plain_words(message))]


def _stem(word: str) -> str:
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _STEM:
            return word[: -len(ending)]
    return word
