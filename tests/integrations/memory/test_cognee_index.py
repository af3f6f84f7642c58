"""The index in Cognee's own engines, embedded and in PostgreSQL. Importing Cognee takes ten seconds, so everything of it is in this
module."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from structlog.testing import capture_logs

from integrations.memory.cognee_index import CogneeIndex, open_index
from integrations.memory.embedders import Purpose, Vectors
from integrations.memory.embedders.hashing import HashingEmbedder
from integrations.memory.errors import EmbedderUnavailable, IndexBusy
from store.domain.memory.passage import MemoryKind
from tests.integrations.memory import killed
from tests.integrations.memory.makers import ACME, BETA, START, passage
from tests.integrations.memory.place import EMBEDDER, Place
from tests.repetition import times

pytestmark = pytest.mark.slow

PRICE = passage(1, "The price was questioned by procurement.", deal="d1", contact="c1")
REVIEW = passage(2, "The security review is delayed.", deal="d1", days=1)
CALL = passage(3, "Called about the price and the pilot.", kind=MemoryKind.CALL, deal="d2", contact="c1", days=2)
OTHER = passage(4, "The price was questioned by procurement.", account=BETA, deal="d9")
LONG = [passage(5, f"Part {piece} of the minutes.", piece=piece, days=3) for piece in range(3)]
ALL = [PRICE, REVIEW, CALL, OTHER, *LONG]


async def ids(index: CogneeIndex, query: str, accounts: Sequence[str] = (ACME,), **more: object) -> list[str]:
    return [hit.passage_id for hit in await index.vectors(accounts, query, **more)]  # type: ignore[arg-type]  # given as plain keywords


async def test_what_is_near_in_meaning_is_found_best_first_in_the_allowed_accounts_alone(place: Place) -> None:
    index = await place.open()
    await index.put(ALL, cursor=7)

    hits = await index.vectors([ACME], "price questioned procurement")
    assert hits[0].passage_id == PRICE.id
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert OTHER.id not in [hit.passage_id for hit in hits]
    assert len(hits) == 6
    assert OTHER.id in await ids(index, "price", [BETA])
    assert await ids(index, "price", []) == []
    assert await ids(index, "price", ["' OR 1=1 --"]) == []
    await index.close()


async def test_kinds_times_and_the_number_wanted_narrow_a_search(place: Place) -> None:
    index = await place.open()
    await index.put(ALL)

    assert await ids(index, "price", kinds=[MemoryKind.CALL]) == [CALL.id]
    assert await ids(index, "price", until=START + timedelta(hours=1)) == [PRICE.id]
    assert set(await ids(index, "price", since=START + timedelta(days=1), until=START + timedelta(days=3))) == {
        REVIEW.id,
        CALL.id,
    }
    assert len(await ids(index, "price", k=2)) == 2
    assert await ids(index, "  ") == []
    await index.close()


async def test_putting_again_changes_nothing_and_a_new_text_replaces_the_old_one(place: Place) -> None:
    index = await place.open()
    await index.put(ALL, cursor=7)
    before = await index.status()
    await index.put(ALL, cursor=7)
    after = await index.status()
    assert before.passages == after.passages == 7

    await index.put([replace(PRICE, text="Lunch.", title="Lunch", deal_id="d9")])
    assert (await index.vectors([ACME], "Lunch"))[0].passage_id == PRICE.id
    await index.close()


async def test_what_was_removed_is_found_no_more(place: Place) -> None:
    index = await place.open()
    await index.put(ALL)
    await index.remove([PRICE.id, "note:unknown#0"])

    assert PRICE.id not in await ids(index, "price questioned procurement")
    await index.close()


async def test_a_forgotten_account_leaves_no_byte_in_any_file(tmp_path: Path) -> None:
    index = await open_index(tmp_path, EMBEDDER)
    await index.put(ALL, cursor=7)
    await index.put([replace(OTHER, text="The canary sings of price.")])
    planted = [EMBEDDER.embed([f"{OTHER.title}\n{text}"])[0] for text in (OTHER.text, "The canary sings of price.")]
    wanted = [BETA.encode(), OTHER.id.encode(), b"canary", *(vector[:8].tobytes() for vector in planted)]
    assert _held(tmp_path, planted[1][:8].tobytes()), (
        "The vector lies in a file as it is, so its absence tells something."
    )

    assert await index.forget(BETA) == 1
    await index.close()
    assert [value for value in wanted if _held(tmp_path, value)] == []
    index = await open_index(tmp_path, EMBEDDER)
    assert await ids(index, "price", [BETA]) == []
    assert len(await ids(index, "price")) == 6
    assert index.cursor == 7
    await index.close()


async def test_another_embedder_begins_anew(place: Place) -> None:
    index = await place.open()
    await index.put(ALL, cursor=7)
    await index.close()
    with capture_logs() as logs:
        index = await place.open(HashingEmbedder(32))

    assert index.cursor == 0
    assert (await index.status()).passages == 0
    assert [entry["reason"] for entry in logs if entry["event"] == "memory.index.rebuild"] == ["another embedder"]
    await index.close()


@pytest.mark.parametrize("damage", ["overwritten", "gone"])
async def test_files_that_are_damaged_begin_anew_and_are_filled_again(tmp_path: Path, damage: str) -> None:
    index = await open_index(tmp_path, EMBEDDER)
    await index.put(ALL, cursor=7)
    await index.close()
    for file in (tmp_path / "generation-1").rglob("*"):
        if file.is_file():
            file.write_bytes(b"\x00garbage" * 600) if damage == "overwritten" else file.unlink()
    with capture_logs() as logs:
        index = await open_index(tmp_path, EMBEDDER)

    assert index.cursor == 0
    assert [entry["reason"] for entry in logs if entry["event"] == "memory.index.rebuild"] == ["its files are damaged"]
    await index.put(ALL, cursor=7)
    assert len(await ids(index, "price")) == 6
    await index.close()


async def test_a_second_opening_is_told_in_one_sentence_and_harms_nothing(place: Place) -> None:
    index = await place.open()
    with pytest.raises(IndexBusy, match="Another process holds the memory index"):
        await place.open()
    await index.put(ALL)
    assert len(await ids(index, "price")) == 6
    await index.close()


class _Unreachable:
    """Gives vectors until it is switched off."""

    fingerprint, dimensions = "unreachable", 64
    on = True

    def embed(self, texts: Sequence[str], *, purpose: Purpose = Purpose.DOCUMENT) -> Vectors:
        if not self.on:
            raise EmbedderUnavailable("The embedding server cannot be used now.")
        return np.ones((len(texts), 64), dtype=np.float32)


async def test_while_the_embedder_is_unreachable_nothing_moves_and_later_it_goes_on(place: Place) -> None:
    embedder = _Unreachable()
    index = await place.open(embedder)
    await index.put(ALL[:3], cursor=3)
    embedder.on = False
    with pytest.raises(EmbedderUnavailable):
        await index.put(ALL[3:], cursor=7)
    assert index.cursor == 3
    embedder.on = True
    await index.put(ALL[3:], cursor=7)
    assert (await index.status()).passages == 7
    await index.close()


async def test_empty_huge_and_odd_texts_are_kept(place: Place) -> None:
    index = await place.open()
    texts = ["", "x" * 10_000_000, "\ud800 half", "\x00", "'; DROP TABLE passages; --"]
    await index.put([passage(number, text) for number, text in enumerate(texts)])

    assert (await index.status()).passages == len(texts)
    await index.close()


async def test_reads_are_answered_while_it_writes(place: Place) -> None:
    index = await place.open()
    await index.put(ALL)
    writing = asyncio.create_task(
        index.put([passage(number, f"Word {number}", account=BETA) for number in range(10, 3_000)])
    )
    answered = 0
    while not writing.done():
        assert len(await ids(index, "price")) == 6
        answered += 1
    await writing
    assert answered > 3
    await index.close()


@pytest.mark.long
async def test_killed_at_any_point_the_next_start_ends_in_the_same_index(place: Place) -> None:
    undisturbed = await place.named("undisturbed").open()
    await killed.fill(undisturbed)
    expected = await _contents(undisturbed)
    await undisturbed.close()
    kills = int(os.environ.get("MEMORY_KILLS", "0")) or times(
        1, 12
    )  # at moments that nobody chose; more of them for a longer look
    command = [
        sys.executable,
        "-m",
        "tests.integrations.memory.killed",
        str(place.path),
        str(kills),
        place.database_url,
    ]
    done = await asyncio.to_thread(subprocess.run, command, capture_output=True, text=True, check=True)
    points = killed.POSTGRES if place.database_url else killed.EMBEDDED
    assert done.stdout.splitlines() == [f"{point} 9" for point in (*points, *["chance"] * kills)], done.stderr[-2_000:]

    for point in (*points, "chance"):
        with capture_logs() as logs:
            index = await place.named(point).open()
        assert [entry for entry in logs if entry["event"] == "memory.index.rebuild"] == [], (
            point
        )  # it goes on, not anew
        assert index.cursor < len(killed.truth()) or point in ("after-cursor", "chance")
        await killed.fill(index)
        if point == "chance":  # where the removal was followed by another round
            await index.put(killed.truth()[: killed.BATCH], gone=killed.GONE)
        assert await _contents(index) == expected, point
        await index.close()


async def _contents(index: CogneeIndex) -> object:
    """All that it answers by: every vector's place for some queries, and the counts."""
    hits = [await index.vectors([ACME, BETA], query, k=100) for query in ("renewal price", "budget legal pilot")]
    status = await index.status()
    return hits, (status.passages, status.cursor)


def _held(folder: Path, value: bytes) -> bool:
    return any(value in file.read_bytes() for file in folder.rglob("*") if file.is_file())
