"""How well an account's passages are found: BM25, vectors, both fused, and both with the passages beside those found.

Each query is asked within its account. recall@5, hit@5, MRR and nDCG@10 are means over queries; beside each mean are the
bounds of its 95 % interval, from resampling accounts. Every other account was used to choose the weights (`tuned`), the rest
was not (`held_out`).
"""

from __future__ import annotations

import json
import math
import os
import re
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np

from integrations.memory.embedders import Embedder, Purpose
from integrations.memory.embedders.hashing import HashingEmbedder
from integrations.memory.embedders.minilm import MiniLMEmbedder
from integrations.memory.embedders.stopwords import STOPWORDS
from store.domain.memory.retrieval import FusionPolicy, Hit, fuse, fuse_by_rank

DATA = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "qmsum_dev"
METRICS = ("recall_at_5", "hit_at_5", "mrr", "ndcg_at_10")
DEPTH = 100
ROUNDS = 1_000
# Chosen on the tuned half; the weight of meaning goes with what the vectors are worth.
WEIGHTS = {"hashing": 0.3, "minilm": 0.5}

Ranked = Mapping[str, Sequence[str]]  # by query


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    id: str
    account: str
    meeting: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    id: str
    account: str
    query: str
    relevant: frozenset[str]


async def measure(
    *, passages: Path | None, queries: Path | None, out: Path | None, model: Path | None
) -> dict[str, Any]:
    """`out` gets what the best embedder's fused search with neighbours ranked."""
    kept = [_text(line) for line in _lines(passages or DATA / "passages.jsonl")]
    asked = [_query(line) for line in _lines(queries or DATA / "queries.jsonl")]
    words = _by_words(kept, asked)
    beside = _beside(kept)
    figures: dict[str, Any] = {"passages": len(kept), "queries": len(asked)}
    runs: dict[str, Ranked] = {"bm25": _ids(words)}
    for name, embedder in _embedders(model):
        meaning, rate = _by_meaning(kept, asked, embedder)
        figures[f"{name}_texts_a_second"] = round(rate)
        policy = FusionPolicy(meaning=WEIGHTS[name])
        runs[f"{name}_vectors"] = _ids(meaning)
        runs[f"{name}_rank_fused"] = {
            one: [hit.passage_id for hit in fuse_by_rank([words[one], meaning[one]])] for one in words
        }
        runs[f"{name}_fused"] = {
            one: [found.passage_id for found in fuse(words[one], meaning[one], policy=policy)] for one in words
        }
        runs[f"{name}_fused_graph"] = {
            one: [found.passage_id for found in fuse(words[one], meaning[one], policy=policy, neighbours=beside)]
            for one in words
        }
    if out is not None:
        _write(out, asked, runs[list(runs)[-1]])
    if any(one.relevant for one in asked):
        figures.update({name: _figures(run, asked, runs["bm25"]) for name, run in runs.items()})
    return figures


def _write(out: Path, asked: Sequence[Query], run: Ranked) -> None:
    lines = (json.dumps({"id": one.id, "ranked": run[one.id][:DEPTH]}) for one in asked)
    out.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


def _lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def _text(line: Mapping[str, Any]) -> Text:
    return Text(id=line["id"], account=line["account"], meeting=line.get("meeting", line["account"]), text=line["text"])


def _query(line: Mapping[str, Any]) -> Query:
    relevant = frozenset(line.get("relevant", ()))
    return Query(id=line["id"], account=line["account"], query=line["query"], relevant=relevant)


def _embedders(model: Path | None) -> Iterable[tuple[str, Embedder]]:
    yield "hashing", HashingEmbedder()
    folder = model or (Path(os.environ["MINILM_FOLDER"]) if os.environ.get("MINILM_FOLDER") else None)
    if folder is not None:
        yield "minilm", MiniLMEmbedder(folder)


def _by_words(kept: Sequence[Text], asked: Sequence[Query]) -> dict[str, list[Hit]]:
    """BM25 by SQLite's FTS5; any of the query's words, those that say little left out."""
    with sqlite3.connect(":memory:") as database:
        database.execute(
            "CREATE VIRTUAL TABLE text_index USING fts5(account UNINDEXED, text, tokenize='porter unicode61 remove_diacritics 2')"
        )
        texts = ((at, one.account, one.text) for at, one in enumerate(kept))
        database.executemany("INSERT INTO text_index(rowid, account, text) VALUES (?, ?, ?)", texts)
        found = {}
        for one in asked:
            rows = database.execute(
                "SELECT rowid, bm25(text_index) FROM text_index WHERE text_index MATCH ? AND account = ? ORDER BY 2, 1 LIMIT ?",
                (_any_of(one.query), one.account, DEPTH),
            )
            found[one.id] = [Hit(passage_id=kept[at].id, score=-score) for at, score in rows]
        return found


def _any_of(query: str) -> str:
    words = re.findall(r"\w+", query.lower())
    telling = [word for word in words if word not in STOPWORDS and len(word) > 1]
    return " OR ".join(f'"{word}"' for word in dict.fromkeys(telling or words)) or '""'


def _by_meaning(kept: Sequence[Text], asked: Sequence[Query], embedder: Embedder) -> tuple[dict[str, list[Hit]], float]:
    """And how many passages were embedded in a second."""
    start = perf_counter()
    rows = embedder.embed([one.text for one in kept], purpose=Purpose.DOCUMENT)
    rate = len(kept) / (perf_counter() - start)
    places: dict[str, list[int]] = defaultdict(list)
    for at, passage in enumerate(kept):
        places[passage.account].append(at)
    found = {}
    for one, vector in zip(asked, embedder.embed([one.query for one in asked], purpose=Purpose.QUERY), strict=True):
        own = places[one.account]
        scores = rows[own] @ vector
        best = np.argsort(-scores, kind="stable")[:DEPTH]
        found[one.id] = [Hit(passage_id=kept[own[at]].id, score=float(scores[at])) for at in best]
    return found, rate


def _beside(kept: Sequence[Text]) -> dict[str, list[str]]:
    """The passages before and after each of the same meeting."""
    beside: dict[str, list[str]] = defaultdict(list)
    last: dict[tuple[str, str], str] = {}
    for one in kept:
        before = last.get((one.account, one.meeting))
        if before is not None:
            beside[before].append(one.id)
            beside[one.id].append(before)
        last[one.account, one.meeting] = one.id
    return beside


def _ids(hits: Mapping[str, Sequence[Hit]]) -> dict[str, list[str]]:
    return {query: [hit.passage_id for hit in found] for query, found in hits.items()}


def _figures(run: Ranked, asked: Sequence[Query], bm25: Ranked) -> dict[str, Any]:
    judged = [one for one in asked if one.relevant]
    accounts = sorted({one.account for one in judged})
    scores = np.array([_scores(run[one.id], one.relevant) for one in judged])
    over = scores - np.array([_scores(bm25[one.id], one.relevant) for one in judged])
    of = np.array([accounts.index(one.account) for one in judged])
    tuned = of % 2 == 0
    return {
        **_means(scores, of),
        "over_bm25": _means(over, of),
        "tuned": {name: round(float(value), 3) for name, value in zip(METRICS, scores[tuned].mean(0), strict=True)},
        "held_out": {name: round(float(value), 3) for name, value in zip(METRICS, scores[~tuned].mean(0), strict=True)},
    }


def _scores(ranked: Sequence[str], relevant: frozenset[str]) -> tuple[float, ...]:
    hits = [one in relevant for one in ranked]
    gain = sum(1 / math.log2(at + 2) for at, hit in enumerate(hits[:10]) if hit)
    best = sum(1 / math.log2(at + 2) for at in range(min(10, len(relevant))))
    first = next((1 / (at + 1) for at, hit in enumerate(hits) if hit), 0.0)
    return sum(hits[:5]) / len(relevant), float(any(hits[:5])), first, gain / best


def _means(scores: Any, of: Any) -> dict[str, list[float]]:
    """[mean, lower bound, upper bound] of each metric."""
    count = int(of.max()) + 1
    sums = np.stack([scores[of == account].sum(0) for account in range(count)])
    sizes = np.array([(of == account).sum() for account in range(count)])
    drawn = np.random.default_rng(7).integers(0, count, (ROUNDS, count))
    means = sums[drawn].sum(1) / sizes[drawn].sum(1)[:, None]
    low, high = np.quantile(means, (0.025, 0.975), axis=0)
    return {
        name: [round(float(value), 3) for value in (scores[:, at].mean(), low[at], high[at])]
        for at, name in enumerate(METRICS)
    }
