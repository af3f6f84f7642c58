"""What is held in memory says what the index says, and nothing that stands there no more."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import timedelta

import pytest

from integrations.memory.at_hand import AtHand
from integrations.memory.embedders import Purpose
from integrations.memory.storage import Block, Filter
from store.domain.memory import MemoryKind
from tests.integrations.memory.makers import ACME, BETA, START, passage
from tests.integrations.memory.place import EMBEDDER, Place

TOLD = [passage(n, f"Price and renewal, number {n}", account=ACME if n % 3 else BETA, days=n) for n in range(60)]
QUERY = EMBEDDER.embed(["renewal price number 7"], purpose=Purpose.QUERY)[0]


@pytest.mark.parametrize(
    "wanted",
    [
        Filter(account_ids=[ACME, BETA, "unknown"]),
        Filter(account_ids=[BETA], since=START + timedelta(days=10), until=START + timedelta(days=40)),
        Filter(account_ids=[ACME], kinds=[MemoryKind.NOTE]),
        Filter(account_ids=[ACME], kinds=[MemoryKind.CALL]),
        Filter(account_ids=["unknown"]),
    ],
)
async def test_it_answers_as_the_index_does(place: Place, wanted: Filter) -> None:
    index = await place.open()
    await index.put(TOLD)
    at_hand = AtHand(index.storage.blocks, dimensions=EMBEDDER.dimensions)
    for _ in range(2):  # read from the index, then at hand
        mine = await at_hand.search(QUERY, wanted, 100)
        theirs = await index.storage.search(QUERY.tolist(), wanted, 100)
        assert {hit.passage_id: round(hit.score, 2) for hit in mine} == {
            hit.passage_id: round(hit.score, 2) for hit in theirs
        }
    await index.close()


async def test_what_was_put_removed_or_forgotten_is_as_it_is_now(place: Place) -> None:
    index = await place.open()
    await index.put(TOLD)
    before = await index.vectors([ACME, BETA], "renewal price number 7", k=100)
    moved = replace(TOLD[1], account_id=BETA, text="Lunch at the harbour.")
    await index.put([moved], gone=[TOLD[2].id])
    after = await index.vectors([ACME, BETA], "lunch at the harbour", k=100)

    assert len(before) == 60
    assert after[0].passage_id == moved.id
    assert moved.id not in {hit.passage_id for hit in await index.vectors([ACME], "lunch harbour renewal", k=100)}
    assert TOLD[2].id not in {hit.passage_id for hit in after}
    await index.forget(BETA)
    assert await index.vectors([BETA], "renewal price", k=100) == []
    await index.close()


async def test_what_was_read_while_something_was_put_is_not_kept() -> None:
    blocks = {ACME: _block("old")}

    async def load(account_ids: Collection[str]) -> Mapping[str, Block]:
        read = dict(blocks)
        blocks[ACME] = _block("new")
        at_hand.changed(accounts=[ACME])
        return read

    at_hand = AtHand(load, dimensions=EMBEDDER.dimensions)
    assert [hit.passage_id for hit in await at_hand.search(QUERY, Filter(account_ids=[ACME]), 5)] == ["old"]
    assert [hit.passage_id for hit in await at_hand.search(QUERY, Filter(account_ids=[ACME]), 5)] == ["new"]


async def test_it_holds_no_more_than_it_may() -> None:
    asked: list[str] = []

    async def load(account_ids: Collection[str]) -> Mapping[str, Block]:
        asked.extend(account_ids)
        return {each: _block(f"of {each}") for each in account_ids}

    at_hand = AtHand(load, dimensions=EMBEDDER.dimensions, most_rows=2)
    for account_id in ("a", "b", "c", "c", "a"):
        (hit,) = await at_hand.search(QUERY, Filter(account_ids=[account_id]), 5)
        assert hit.passage_id == f"of {account_id}"
    assert asked == ["a", "b", "c", "a"]


def _block(id: str) -> Block:
    vectors = EMBEDDER.embed(["renewal price"])
    return Block(ids=[id], kinds=["note"], at=vectors[:, 0].astype("int64"), vectors=vectors)
