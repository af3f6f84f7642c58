"""An index that fails is opened again by itself, and our tables are followed from where it stood."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Collection, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

import pytest
from structlog.testing import capture_logs

from integrations.memory.errors import EmbedderUnavailable, IndexBusy, IndexDamaged, IndexUnavailable
from integrations.memory.supervisor import Keeper
from store.database import Database
from store.domain.errors import SettingError
from store.domain.memory.passage import Passage
from store.retry import Backoff
from tests.integrations.memory.makers import passage

SOON = Backoff(0.01, 60)


@dataclass
class Disk:
    """What survives a process: the passages and the cursor. `fails` are raised one after the other, by whoever writes."""

    cursor: int = 0
    held: dict[str, Passage] = field(default_factory=dict)
    fails: list[Exception] = field(default_factory=list)
    openings: list[bool] = field(default_factory=list)
    refuses: list[Exception] = field(default_factory=list)


@dataclass
class OnDisk:
    """An index over it that does what an index promises, and fails when it is told to."""

    disk: Disk
    damaged: bool = False
    closed: bool = False

    @property
    def cursor(self) -> int:
        return self.disk.cursor

    async def put(self, passages: Sequence[Passage], *, gone: Collection[str] = (), cursor: int | None = None) -> None:
        assert not self.closed
        if self.disk.fails:
            raise self.disk.fails.pop(0)
        self.disk.held |= {each.id: each for each in passages}
        for each in gone:
            self.disk.held.pop(each, None)
        self.disk.cursor = self.disk.cursor if cursor is None else cursor

    async def forget(self, account_id: str) -> int:
        return 0

    async def settle(self) -> None: ...

    async def close(self) -> None:
        self.closed = True


@dataclass
class Seen:
    index: OnDisk | None = None
    published: list[OnDisk | None] = field(default_factory=list)

    def __call__(self, index: OnDisk | None) -> None:
        self.index = index
        self.published.append(index)


async def remember(database: Database, *numbers: int) -> None:
    async with database.transaction() as tx:
        await tx.memory.upsert([passage(number, f"Number {number}.") for number in numbers])


@asynccontextmanager
async def kept(database: Database, disk: Disk, *, pauses: Backoff = SOON) -> AsyncIterator[Seen]:
    seen = Seen()

    async def opened(anew: bool) -> OnDisk:
        disk.openings.append(anew)
        if disk.refuses:
            raise disk.refuses.pop(0)
        if anew:
            disk.held, disk.cursor = {}, 0
        return OnDisk(disk)

    task = asyncio.create_task(Keeper(database, opened, publish=seen, every=0.01, pauses=pauses).run())
    try:
        yield seen
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def until(what: Callable[[], bool]) -> None:
    async with asyncio.timeout(30):
        while not what():  # noqa: ASYNC110 - another task's work
            await asyncio.sleep(0.01)


@pytest.mark.parametrize(
    "error",
    [IndexDamaged("x"), IndexUnavailable("x"), EmbedderUnavailable("x"), RuntimeError("x"), KeyError("x")],
    ids=lambda error: type(error).__name__,
)
async def test_whatever_ends_the_following_it_goes_on_and_loses_nothing(
    sqlite_database: Database, error: Exception
) -> None:
    await remember(sqlite_database, 1, 2, 3)
    disk = Disk(fails=[error])
    async with kept(sqlite_database, disk):
        await until(lambda: disk.cursor == 3)
        await remember(sqlite_database, 4)
        await until(lambda: disk.cursor == 4)
    assert len(disk.held) == 4
    assert not any(disk.openings)


@pytest.mark.parametrize(
    "error", [IndexBusy("x"), IndexUnavailable("x"), RuntimeError("x")], ids=lambda e: type(e).__name__
)
async def test_an_index_that_cannot_be_opened_is_tried_again(sqlite_database: Database, error: Exception) -> None:
    await remember(sqlite_database, 1)
    disk = Disk(refuses=[error, error])
    async with kept(sqlite_database, disk) as seen:
        await until(lambda: disk.cursor == 1)
        assert seen.index is not None


async def test_an_index_that_failed_more_than_a_thousand_times_still_opens(sqlite_database: Database) -> None:
    await remember(sqlite_database, 1)
    disk = Disk(refuses=[IndexUnavailable("x") for _ in range(1_100)])
    async with kept(sqlite_database, disk, pauses=Backoff(0.0, 0.0)):
        await until(lambda: disk.cursor == 1)


async def test_one_that_fails_twice_at_the_same_place_is_made_anew(sqlite_database: Database) -> None:
    await remember(sqlite_database, 1, 2)
    disk = Disk(fails=[IndexDamaged("x"), IndexDamaged("x")], held={"left": passage(9, "Left over.")})
    async with kept(sqlite_database, disk):
        await until(lambda: disk.cursor == 2)
    assert disk.openings == [False, False, True]
    assert "left" not in disk.held


async def test_damage_that_somebody_who_asks_comes_upon_is_mended_as_well(sqlite_database: Database) -> None:
    await remember(sqlite_database, 1)
    disk = Disk()
    async with kept(sqlite_database, disk) as seen:
        await until(lambda: disk.cursor == 1)
        first = seen.index
        assert first is not None
        first.damaged = True
        await until(lambda: seen.index not in (first, None))
    assert first.closed
    assert seen.published[-1] is None


async def test_an_unexpected_failure_is_in_the_log_with_its_trace(sqlite_database: Database) -> None:
    await remember(sqlite_database, 1)
    disk = Disk(fails=[ZeroDivisionError("x")])
    with capture_logs() as logs:
        async with kept(sqlite_database, disk):
            await until(lambda: disk.cursor == 1)
    assert [entry["log_level"] for entry in logs if entry["event"] == "memory.index_lost"] == ["error"]


async def test_a_setting_that_is_wrong_is_not_tried_again(sqlite_database: Database) -> None:
    disk = Disk(refuses=[SettingError("SERGAS_MEMORY_EMBEDDER", "is none.")])

    async def opened(anew: bool) -> OnDisk:
        raise disk.refuses.pop()

    with pytest.raises(SettingError):
        await Keeper(sqlite_database, opened, publish=Seen(), every=1).run()
