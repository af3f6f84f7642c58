from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.bench.retrieval import measure

PASSAGES: list[dict[str, Any]] = [
    {"id": "m#0", "account": "a", "meeting": "m", "text": "The price was questioned by procurement."},
    {"id": "m#1", "account": "a", "meeting": "m", "text": "They want an answer by Friday."},
    {"id": "m#2", "account": "a", "meeting": "m", "text": "Lunch."},
    {"id": "n#0", "account": "b", "meeting": "n", "text": "The price was questioned by procurement."},
]
QUERIES: list[dict[str, Any]] = [
    {"id": "a?0", "account": "a", "query": "What about the price?", "relevant": ["m#0", "m#1"]},
    {"id": "b?0", "account": "b", "query": "price", "relevant": ["n#0"]},
]


async def test_other_files_of_the_same_form_are_measured_and_ranked(tmp_path: Path) -> None:
    files = {"passages": PASSAGES, "queries": QUERIES}
    paths = {name: tmp_path / f"{name}.jsonl" for name in files}
    for name, lines in files.items():
        paths[name].write_text("".join(f"{json.dumps(line)}\n" for line in lines), encoding="utf-8")

    figures = await measure(**paths, out=tmp_path / "run.jsonl", model=None)

    assert figures["bm25"]["mrr"] == [1.0, 1.0, 1.0]
    assert set(figures["hashing_fused_graph"]) == {
        "recall_at_5", "hit_at_5", "mrr", "ndcg_at_10", "over_bm25", "tuned", "held_out",
    }  # fmt: skip
    run = [json.loads(line) for line in (tmp_path / "run.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [line["id"] for line in run] == ["a?0", "b?0"]
    assert run[0]["ranked"][:2] == ["m#0", "m#1"]
    assert run[1]["ranked"] == ["n#0"]
