"""Merge two ranked lists, one by words and one by meaning, into a better one, with the reason for each passage.

Scores are scaled to 0–1 within each list and added with weights; this measured better than reciprocal rank fusion, which
ignores by how much one passage is ahead of the next. A passage beside good ones gets a share of their score; an older one
loses up to a small part of its own. See `python -m tests.bench retrieval`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

NEAREST_IN_TIME = 2  # neighbours of a passage by its deal, and by its contact
WORDS = "words"
MEANING = "meaning"

_RRF_K = 60  # Cormack et al., Reciprocal Rank Fusion outperforms Condorcet, 2009


class Hit(NamedTuple):  # a search makes hundreds, in half the time of a frozen dataclass
    """A passage in one ranked list; a higher `score` is better, on whatever scale that list has."""

    passage_id: str
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Why:
    """Why a passage was found. Ranks count from 1; `beside` are the found passages that it is a neighbour of, best first."""

    words_rank: int | None = None
    meaning_rank: int | None = None
    words: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()

    def __str__(self) -> str:
        said = []
        if self.words:
            said.append(f"says {', '.join(self.words)}")
        elif self.words_rank is not None:
            said.append(f"number {self.words_rank} by words")
        if self.meaning_rank is not None:
            said.append(f"number {self.meaning_rank} by meaning")
        if self.beside:
            said.append("beside other results")
        return "; ".join(said)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """`score` is comparable within one search only."""

    passage_id: str
    score: float
    why: Why


@dataclass(frozen=True, slots=True, kw_only=True)
class FusionPolicy:
    """Weights add up to one. `neighbours` is the share of a neighbour's score to pass on; `recency` the part of a score
    that age can take away, half of it after `half_life_days`."""

    meaning: float = 0.3
    neighbours: float = 1.0
    recency: float = 0.05
    half_life_days: float = 180.0


def fuse(
    words: Sequence[Hit],
    meaning: Sequence[Hit],
    *,
    policy: FusionPolicy,
    neighbours: Mapping[str, Iterable[str]] | None = None,
    ages: Mapping[str, float] | None = None,
    limit: int | None = None,
) -> tuple[Found, ...]:
    """Return passages best first, at most `limit`; equal scores by id, so that the order is always the same.

    `neighbours` returns the passages beside a passage, `ages` its age in days. An empty list has no weight, so that the
    other list's passages keep their whole score.
    """
    by_words, by_meaning = _scaled(words), _scaled(meaning)
    share = policy.meaning if by_words else 1.0
    if not by_meaning:
        share = 0.0
    own = {
        one: (1 - share) * by_words.get(one, 0.0) + share * by_meaning.get(one, 0.0)
        for one in {**by_words, **by_meaning}
    }
    scores, beside = _handed_on(own, neighbours or {}, policy.neighbours)
    if ages:
        scores = {one: score * _freshness(ages.get(one), policy) for one, score in scores.items()}
    word_ranks, meaning_ranks = _ranks(words), _ranks(meaning)
    return tuple(
        Found(
            passage_id=one,
            score=scores[one],
            why=Why(
                words_rank=word_ranks.get(one),
                meaning_rank=meaning_ranks.get(one),
                beside=tuple(sorted(beside.get(one, ()), key=lambda other: (-own[other], other))),
            ),
        )
        for one in sorted(scores, key=lambda one: (-scores[one], one))[:limit]
    )


def fuse_by_rank(lists: Sequence[Sequence[Hit]], *, k: int = _RRF_K) -> tuple[Hit, ...]:
    """Reciprocal rank fusion: each list gives 1 / (k + rank)."""
    scores: dict[str, float] = {}
    for hits in lists:
        for rank, hit in enumerate(hits, start=1):
            scores[hit.passage_id] = scores.get(hit.passage_id, 0.0) + 1 / (k + rank)
    return tuple(Hit(passage_id=one, score=scores[one]) for one in sorted(scores, key=lambda one: (-scores[one], one)))


def age_in_days(at: datetime, now: datetime) -> float:
    """Never below zero: a future date counts as today."""
    return max(0.0, (now - at).total_seconds() / 86_400)


def _scaled(hits: Sequence[Hit]) -> dict[str, float]:
    """Scale from 1 for the best down to 0 for the end of the list; all 1 if all are equal."""
    if not hits:
        return {}
    low, high = min(hit.score for hit in hits), max(hit.score for hit in hits)
    if high <= low:
        return {hit.passage_id: 1.0 for hit in hits}
    return {hit.passage_id: (hit.score - low) / (high - low) for hit in hits}


def _ranks(hits: Sequence[Hit]) -> dict[str, int]:
    return {hit.passage_id: rank for rank, hit in enumerate(hits, start=1)}


def _handed_on(
    own: Mapping[str, float], neighbours: Mapping[str, Iterable[str]], share: float
) -> tuple[dict[str, float], dict[str, list[str]]]:
    """Return each passage's own score plus `share` of its neighbours' mean, including passages without a score of their
    own."""
    scores = dict(own)
    beside: dict[str, list[str]] = {}
    if share <= 0:
        return scores, beside
    for one in sorted(own):
        for other in neighbours.get(one, ()):
            if own[one] > 0 and other != one:
                beside.setdefault(other, []).append(one)
    for one, givers in beside.items():
        scores[one] = own.get(one, 0.0) + share * sum(own[giver] for giver in givers) / max(2, len(givers))
    return scores, beside


def _freshness(age: float | None, policy: FusionPolicy) -> float:
    if age is None:
        return 1.0
    return float(1 - policy.recency * (1 - 0.5 ** (age / policy.half_life_days)))


class PassagePlace(NamedTuple):
    """A passage's place: its subject, time and kind."""

    passage_id: str
    account_id: str
    at: datetime
    kind: str = ""
    deal_id: str | None = None
    contact_id: str | None = None


def beside(own: PassagePlace, others: Sequence[PassagePlace]) -> tuple[str, ...]:
    """Return the passages of the same account beside one: the piece before and after it of the same record, then the
    nearest in time about the same deal, then about the same contact."""
    there = {each.passage_id: each for each in others if each.account_id == own.account_id}
    there.pop(own.passage_id, None)
    deal = [each for each in there.values() if own.deal_id and each.deal_id == own.deal_id]
    contact = [each for each in there.values() if own.contact_id and each.contact_id == own.contact_id]
    pieces = [each for each in pieces_beside(own.passage_id) if each in there]
    return tuple(dict.fromkeys([*pieces, *_nearest(own, deal), *_nearest(own, contact)]))


def pieces_beside(passage_id: str) -> tuple[str, ...]:
    """Return the possible ids of the pieces before and after it: the first and third of a record for the second."""
    record, _, number = passage_id.rpartition("#")
    if not number.isdigit():
        return ()
    at = int(number)
    return tuple(f"{record}#{each}" for each in (at - 1, at + 1) if each >= 0)


def _nearest(own: PassagePlace, others: Sequence[PassagePlace]) -> list[str]:
    ordered = sorted(others, key=lambda each: (abs(each.at - own.at), each.passage_id))
    return [each.passage_id for each in ordered[:NEAREST_IN_TIME]]
