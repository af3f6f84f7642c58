"""Damage in any file of an index, found when it is opened or while it is used: one sentence, and the same index again."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest

from integrations.memory.cognee_index import CogneeIndex, open_index
from integrations.memory.embedded.folder import IndexFolder
from integrations.memory.embedders.hashing import HashingEmbedder
from integrations.memory.errors import IndexDamaged
from integrations.memory.recall import Recall, RecallQuery
from integrations.memory.supervisor import Keeper
from store.database import Database
from store.domain.memory.passage import Passage
from store.retry import Backoff
from tests.integrations.memory.makers import ACME, BETA, START, passage

pytestmark = pytest.mark.slow

EMBEDDER = HashingEmbedder(64)
TOLD = [
    passage(n, f"Price and renewal, number {n}", account=ACME if n % 3 else BETA, deal=f"d{n % 7}", days=n / 10)
    for n in range(300)
]
JUNK = b"\xde\xad" * 32


def _middle(held: bytes) -> bytes:
    at = len(held) // 2
    return held[:at] + JUNK + held[at + len(JUNK) :]


def _scattered(held: bytes) -> bytes:
    changed = bytearray(held)
    for at in range(0, len(held), max(1, len(held) // 40)):
        changed[at] ^= 0xFF
    return bytes(changed)


# A manifest that still decodes may end the process: then a start finds the mark of `IndexFolder.tending`.
WHILE_OPEN: dict[str, Callable[[bytes], bytes]] = {
    "data": _scattered,
    "deletions": _scattered,
    "versions": lambda held: held[: len(held) // 2],
}
DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "start": lambda held: JUNK + held[len(JUNK) :],
    "middle": _middle,
    "end": lambda held: held[: -len(JUNK)] + JUNK,
    "cut": lambda held: held[: len(held) // 2],
    "scattered": _scattered,
}
# The kinds of file there are: the last one of each is the one in force.
KINDS = {
    "state": "state.json",
    "data": "generation-*/vectors.lancedb/*/data/*.lance",
    "deletions": "generation-*/vectors.lancedb/*/_deletions/*",
    "versions": "generation-*/vectors.lancedb/*/_versions/*.manifest",
    "transactions": "generation-*/vectors.lancedb/*/_transactions/*",
}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index with every kind of file in it, closed."""
    folder = tmp_path_factory.mktemp("whole")

    async def build() -> None:
        index = await open_index(folder, EMBEDDER)
        await index.put(TOLD[:200], cursor=200)
        await index.forget(BETA)
        await index.put(TOLD, cursor=300)
        await index.put([], gone=[TOLD[5].id, TOLD[7].id], cursor=302)
        await index.close()

    asyncio.run(build())
    return folder


@pytest.fixture
async def remembering(sqlite_database: Database) -> Database:
    """Our tables, as they were when that index was filled: the places of passages and removals agree."""
    async with sqlite_database.transaction() as tx:
        await tx.memory.upsert(TOLD)
        await tx.memory.remove([TOLD[5].id, TOLD[7].id])
    return sqlite_database


def files_of(folder: Path, kind: str) -> Iterator[Path]:
    yield from sorted(folder.glob(KINDS[kind]))


@asynccontextmanager
async def kept(database: Database, folder: Path) -> AsyncIterator[Recall]:
    """The memory at work on this folder, as its process does it."""
    recall = Recall(None)

    async def opened(anew: bool) -> CogneeIndex:
        return await open_index(folder, EMBEDDER, anew=anew)

    def publish(index: CogneeIndex | None) -> None:
        recall.index = index

    task = asyncio.create_task(Keeper(database, opened, publish=publish, every=0.1, pauses=Backoff(0.1, 60)).run())
    try:
        yield recall
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def works(database: Database, recall: Recall) -> None:
    """Wait until it has caught up and answers by meaning; it answers by words all the time."""
    async with database.reading() as tx:
        last = await tx.memory.last_seq()
    async with asyncio.timeout(240):
        while True:
            question = RecallQuery(account_ids=[ACME, BETA], query="renewal price", now=START, limit=10)
            async with database.reading() as tx:
                answer = await recall.search(tx, question)
            assert answer.found
            index = recall.index
            if isinstance(index, CogneeIndex) and not (answer.by_words_alone or index.damaged) and index.cursor == last:
                return
            await asyncio.sleep(0.1)


async def contents(index: object) -> tuple[object, ...]:
    assert isinstance(index, CogneeIndex)
    status = await index.status()
    hits = await index.vectors([ACME, BETA], "renewal price number 17", k=400)
    return status.passages, sorted(hit.passage_id for hit in hits)


@pytest.mark.parametrize("kind", KINDS)
async def test_whatever_is_broken_before_it_opens_the_memory_ends_with_the_whole_index(
    remembering: Database, whole: Path, tmp_path: Path, kind: str
) -> None:
    expected = None
    assert list(files_of(whole, kind)), f"There is no file of the kind {kind}."
    for damage in DAMAGES if kind == "data" else ("start", "cut"):
        folder = tmp_path / damage
        shutil.copytree(whole, folder)
        for file in files_of(folder, kind):
            file.write_bytes(DAMAGES[damage](file.read_bytes()))
        async with kept(remembering, folder) as recall:
            await works(remembering, recall)
            found = await contents(recall.index)
        if expected is None:
            expected = await undisturbed(remembering, tmp_path / "anew")
        assert found == expected, damage


async def undisturbed(database: Database, folder: Path) -> tuple[object, ...]:
    async with kept(database, folder) as recall:
        await works(database, recall)
        return await contents(recall.index)


@pytest.mark.parametrize("kind", list(WHILE_OPEN))
async def test_whatever_breaks_while_it_is_open_is_one_sentence_and_mended_behind_the_answers(
    remembering: Database, whole: Path, tmp_path: Path, kind: str
) -> None:
    folder = tmp_path / "index"
    shutil.copytree(whole, folder)
    async with kept(remembering, folder) as recall:
        await works(remembering, recall)
        for file in files_of(folder, kind):
            file.write_bytes(WHILE_OPEN[kind](file.read_bytes()))
        index = recall.index
        assert isinstance(index, CogneeIndex)
        await broken(index)
        assert index.damaged or kind != "data"  # the others may have been read already
        await works(remembering, recall)
        found = await contents(recall.index)
    assert found == await undisturbed(remembering, tmp_path / "anew")


async def test_an_index_in_which_two_processes_died_clearing_up_is_made_anew(whole: Path, tmp_path: Path) -> None:
    folder = tmp_path / "index"
    shutil.copytree(whole, folder)
    assert await generation_of(folder) == 1
    for generation in (1, 2):
        with IndexFolder(folder).tending():
            shutil.copytree(folder, tmp_path / f"dead-{generation}")  # as a process leaves it that dies here
        shutil.rmtree(folder)
        (tmp_path / f"dead-{generation}").rename(folder)
        assert await generation_of(folder) == generation


async def generation_of(folder: Path) -> int:
    index = await open_index(folder, EMBEDDER)
    try:
        return (await index.status()).generation
    finally:
        await index.close()


async def broken(index: CogneeIndex) -> None:
    """Use it in every way, without changing what it holds; what comes out are answers or our own sentence."""
    for use in (
        lambda: index.vectors([ACME, BETA], "renewal price number 17"),
        lambda: index.put(TOLD[10:12]),
        lambda: index.forget("4150868000000009999"),
        lambda: index.status(),
    ):
        with suppress(IndexDamaged):
            await use()


async def test_folders_that_are_something_else_are_told_in_one_sentence_or_made_anew(tmp_path: Path) -> None:
    (tmp_path / "generation-1").write_text("a file", encoding="utf-8")
    (tmp_path / "state.json").write_text('{"fingerprint": "hashing-1:64", "namespace": "%s"}' % ("0" * 32))
    index = await open_index(tmp_path, EMBEDDER)
    await index.put(list[Passage](TOLD[:3]), cursor=3)
    await index.close()
    state = IndexFolder(tmp_path).peek()
    assert state is not None
    assert state.cursor == 3
