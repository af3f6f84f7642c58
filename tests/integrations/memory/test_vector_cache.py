"""What is held in memory says what the index says, and nothing that stands there no more."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from integrations.memory import vector_cache
from integrations.memory.cognee_index import CogneeIndex
from integrations.memory.embedders import Purpose
from integrations.memory.storage import Filter, block_of
from integrations.memory.vector_cache import AtHand
from store.domain.memory.passage import MemoryKind
from tests.integrations.memory.makers import ACME, BETA, START, passage
from tests.integrations.memory.place import EMBEDDER, Place

TOLD = [passage(n, f"Price and renewal, number {n}", account=ACME if n % 3 else BETA, days=n) for n in range(60)]
QUERY = EMBEDDER.embed(["renewal price number 7"], purpose=Purpose.QUERY)[0]


async def held(index: CogneeIndex) -> AtHand:
    """What a settled index holds."""
    mine = AtHand(EMBEDDER.dimensions)
    async for block in index.storage.rows():
        mine.put(block)
    return mine


@pytest.mark.parametrize(
    "wanted",
    [
        Filter(account_ids=[ACME, BETA, "unknown"]),
        Filter(account_ids=[ACME, ACME]),
        Filter(account_ids=[BETA], since=START + timedelta(days=10), until=START + timedelta(days=40)),
        Filter(account_ids=[ACME], kinds=[MemoryKind.NOTE]),
        Filter(account_ids=[ACME], kinds=[MemoryKind.CALL]),
        Filter(account_ids=["unknown"]),
    ],
)
async def test_it_answers_as_the_index_does(place: Place, wanted: Filter) -> None:
    index = await place.open()
    await index.put(TOLD)
    mine = (await held(index)).search(QUERY, wanted, 100)
    theirs = await index.storage.search(QUERY.tolist(), wanted, 100)

    assert mine is not None
    assert {hit.passage_id: round(hit.score, 2) for hit in mine} == {
        hit.passage_id: round(hit.score, 2) for hit in theirs
    }
    await index.close()


async def test_what_was_put_removed_or_forgotten_is_as_it_is_now(place: Place) -> None:
    index = await place.open()
    await index.put(TOLD)
    await index.settle()
    before = await index.vectors([ACME, BETA], "renewal price number 7", k=100)
    moved = replace(TOLD[1], account_id=BETA, text="Lunch at the harbour.")
    await index.put([moved, passage(99, "A new renewal price")], gone=[TOLD[2].id])
    after = await index.vectors([ACME, BETA], "lunch at the harbour", k=100)

    assert len(before) == 60
    assert len(after) == 60
    assert after[0].passage_id == moved.id
    assert moved.id not in {hit.passage_id for hit in await index.vectors([ACME], "lunch harbour renewal", k=100)}
    assert TOLD[2].id not in {hit.passage_id for hit in after}
    await index.forget(BETA)
    assert await index.vectors([BETA], "renewal price", k=100) == []
    await index.close()


async def test_a_place_that_became_free_is_taken_by_the_next(place: Place) -> None:
    mine = AtHand(EMBEDDER.dimensions)
    for start in range(0, 3_000, 500):
        told = [passage(n, f"Renewal {n}", account=ACME) for n in range(start, start + 500)]
        mine.put(block_of(told, EMBEDDER.embed([one.text for one in told])))
        mine.remove([one.id for one in told[:499]])

    found = mine.search(QUERY, Filter(account_ids=[ACME]), 100)
    assert len(mine) == 6
    assert found is not None
    assert sorted(hit.passage_id for hit in found) == sorted(passage(n, "").id for n in range(499, 3_000, 500))


async def test_a_question_about_very_many_is_the_indexs_to_answer(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    index = await place.open()
    await index.put(TOLD)
    await index.settle()
    expected = await index.vectors([ACME, BETA], "renewal price number 7", k=5)
    monkeypatch.setattr(vector_cache, "MOST_COMPARED", 10)

    assert (await held(index)).search(QUERY, Filter(account_ids=[ACME, BETA]), 5) is None
    asked = await index.vectors([ACME, BETA], "renewal price number 7", k=5)
    assert [hit.passage_id for hit in asked] == [hit.passage_id for hit in expected]
    await index.close()


async def test_a_text_without_content_is_near_to_nothing() -> None:
    mine = AtHand(EMBEDDER.dimensions)
    empty = passage(1, "")
    mine.put(block_of([empty], EMBEDDER.embed([""])))

    assert mine.search(QUERY, Filter(account_ids=[empty.account_id]), 5) == []
