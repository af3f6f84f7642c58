"""Search the memory in words: full text in our tables and vectors in the index, merged into one ranked answer.

Every question names the accounts it may search, and nothing else is searched. While the index is unavailable, full text
alone answers, and the answer says so.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

import structlog

from integrations.memory.errors import EmbedderUnavailable, IndexUnavailable
from store.database import Tx
from store.domain.memory.passage import MemoryKind, Passage
from store.domain.memory.query import words_in, words_of
from store.domain.memory.retrieval import FusionPolicy, Hit, PassagePlace, Why, age_in_days, fuse

log = structlog.get_logger(__name__)

CANDIDATES = 50  # per list
NEIGHBOURS_OF = 10  # for this many of the best, look at the neighbouring passages too


class Index(Protocol):
    """The part of the index that answers searches."""

    async def vectors(
        self,
        account_ids: Collection[str],
        query: str,
        *,
        kinds: Collection[MemoryKind] = (),
        since: datetime | None = None,
        until: datetime | None = None,
        k: int = 50,
    ) -> list[Hit]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class RecallQuery:
    """Searches only `account_ids`. `until` is exclusive; no `kinds` means all. `now` is the time ages are counted from."""

    account_ids: Collection[str]
    query: str
    now: datetime
    kinds: Collection[MemoryKind] = ()
    since: datetime | None = None
    until: datetime | None = None
    limit: int = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Recalled:
    """`score` is comparable within one answer only."""

    passage: Passage
    score: float
    why: Why


@dataclass(frozen=True, slots=True, kw_only=True)
class RecallAnswer:
    """Best first. `by_words_alone` if the index was unavailable."""

    found: tuple[Recalled, ...]
    by_words_alone: bool = False


class Recall:
    """`index` is None while there is none."""

    def __init__(self, index: Index | None, *, policy: FusionPolicy | None = None) -> None:
        self.index = index
        self._policy = policy or FusionPolicy()

    async def search(self, tx: Tx, question: RecallQuery) -> RecallAnswer:
        """Return an empty answer for a question without a word, or about no account."""
        if not question.account_ids or not question.query.strip():
            return RecallAnswer(found=())
        said, meaning = await asyncio.gather(self._said(tx, question), self._meant(question))
        return await self._told(tx, question, said, meaning)

    async def _told(
        self, tx: Tx, question: RecallQuery, words: Sequence[Hit], meaning: Sequence[Hit] | None
    ) -> RecallAnswer:
        candidates = list(dict.fromkeys(hit.passage_id for hit in (*words, *(meaning or ()))))
        best = dict.fromkeys(hit.passage_id for hit in (*words[:NEIGHBOURS_OF], *(meaning or ())[:NEIGHBOURS_OF]))
        around = await tx.memory.around(candidates, best=best)
        known = {**around.places, **{each.passage_id: each for others in around.beside.values() for each in others}}
        known = {id: place for id, place in known.items() if _fits(place, question)}
        ranked = fuse(
            [hit for hit in words if hit.passage_id in known],
            [hit for hit in meaning or () if hit.passage_id in known],
            policy=self._policy,
            neighbours={
                id: [each.passage_id for each in others if each.passage_id in known]
                for id, others in around.beside.items()
            },
            ages={id: age_in_days(place.at, question.now) for id, place in known.items()},
            limit=question.limit,
        )
        asked = words_of(question.query)
        told = [(each, around.passage(each.passage_id)) for each in ranked]
        found = tuple(
            Recalled(passage=passage, score=round(each.score, 4), why=replace(each.why, words=_matched(asked, passage)))
            for each, passage in told
        )
        return RecallAnswer(found=found, by_words_alone=meaning is None)

    async def _said(self, tx: Tx, question: RecallQuery) -> list[Hit]:
        return await tx.full_text.search(
            question.account_ids, question.query, kinds=question.kinds, since=question.since,
            until=question.until, limit=CANDIDATES,
        )  # fmt: skip

    async def _meant(self, question: RecallQuery) -> list[Hit] | None:
        """Return the hits by meaning; None while the index is unavailable."""
        if self.index is None:
            return None
        try:
            return await self.index.vectors(
                question.account_ids, question.query, kinds=question.kinds, since=question.since,
                until=question.until, k=CANDIDATES,
            )  # fmt: skip
        except (EmbedderUnavailable, IndexUnavailable) as exc:
            log.warning("memory.by_words_alone", problem=str(exc))
            return None


def _matched(words: Sequence[str], passage: Passage) -> tuple[str, ...]:
    return words_in(words, f"{passage.title} {passage.text}")


def _fits(place: PassagePlace, question: RecallQuery) -> bool:
    """The index follows our tables and may lag behind them, so only the table says which account a passage belongs to."""
    return (
        place.account_id in question.account_ids
        and (not question.kinds or place.kind in question.kinds)
        and (question.since is None or place.at >= question.since)
        and (question.until is None or place.at < question.until)
    )
