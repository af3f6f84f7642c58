"""The head of the trail is noted outside the database, and never in a way that hides what was done to the trail."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator, MutableMapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import structlog
from structlog.testing import capture_logs

from agents.flows.records.anchor_audit import AnchorAudit, name_of, places_of, verify_audit
from bot.jobs.anchor import OFF, AnchorJob
from integrations.anchors.file import FileAnchors
from store.database import Database
from store.domain.gate.audit import START, AnchorsUnavailable, AuditAnchor, AuditBroken
from tests.flows.stage import StillClock
from tests.store.makers import NOW
from tests.store.repositories.test_audit import tamper
from tests.store.repositories.vandal import write


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "anchors.jsonl"


@pytest.fixture
def log() -> Iterator[list[MutableMapping[str, Any]]]:
    structlog.reset_defaults()
    with capture_logs() as logs:
        yield logs


def told(log: list[MutableMapping[str, Any]]) -> list[tuple[str, str]]:
    return [(line["event"], line["log_level"]) for line in log if line["log_level"] != "info"]


def lines(path: Path) -> list[str]:
    return path.read_text().splitlines(keepends=True) if path.exists() else []


def rewrite(path: Path, rest: list[str]) -> None:
    path.write_text("".join(rest))


def anchoring(database: Database, path: Path) -> AnchorAudit:
    """As a process that has just started."""
    return AnchorAudit(database, FileAnchors(path), StillClock(NOW))


async def test_the_head_is_noted_once_each_time_it_moved(database: Database, path: Path) -> None:
    anchor = anchoring(database, path)
    assert await anchor() == START
    assert lines(path) == [], "an empty trail has no head"
    last = [await write(database, number) for number in (1, 2, 3)][-1]

    assert await anchor() == AuditAnchor(3, last.hash)
    assert await anchor() == await anchor(), "the entry that says so is noted too, and then nothing moves"
    assert [int(line.split(",")[0].split()[1]) for line in lines(path)] == [3, 4]
    async with database.reading() as tx:
        assert (await tx.audit.entries())[-1].action == "audit.anchored"
        assert await places_of(tx) == [str(path)]
    report = await verify_audit(database, FileAnchors(path))
    assert (report.ok, report.anchors, report.anchored) == (True, 2, 4)


async def test_a_restart_goes_on_from_what_is_noted(database: Database, path: Path) -> None:
    await write(database, 1)
    await anchoring(database, path)()
    await write(database, 3)
    await anchoring(database, path)()

    async with database.reading() as tx:
        assert len(await places_of(tx)) == 1
        assert (await tx.audit.head()).seq == 3


async def test_several_processes_at_once_leave_one_order(database: Database, path: Path) -> None:
    await write(database, 1)
    await asyncio.gather(*(anchoring(database, path)() for _ in range(4)))

    report = await verify_audit(database, FileAnchors(path))
    async with database.reading() as tx:
        assert len(await places_of(tx)) == 1
    assert report.ok
    assert report.entries == 2


async def test_a_process_that_died_before_the_trail_named_the_place_goes_on(database: Database, path: Path) -> None:
    entry = await write(database, 1)
    await FileAnchors(path).keep(AuditAnchor(1, entry.hash), NOW)
    await anchoring(database, path)()

    async with database.reading() as tx:
        assert await places_of(tx) == [str(path)]


TAMPERING = {
    "cut": "DELETE FROM audit WHERE seq >= 2",
    "edited since": "UPDATE audit SET actor = 'u-eve' WHERE seq = 4",
    "anchored entry edited": "UPDATE audit SET actor = 'u-eve' WHERE seq = 3",
    "emptied": "DELETE FROM audit",
}


@pytest.mark.parametrize("statement", TAMPERING.values(), ids=TAMPERING)
async def test_a_trail_that_was_cut_or_changed_is_never_healed_by_an_anchor(
    database: Database, database_url: str, path: Path, log: list[MutableMapping[str, Any]], statement: str
) -> None:
    await write(database, 1)
    await anchoring(database, path)()
    await write(database, 3)
    await anchoring(database, path)()
    await write(database, 4)
    tamper(database_url, statement)
    standing = lines(path)

    job = AnchorJob(anchoring(database, path))
    assert not await job()
    await write(database, 5)
    assert not await job()
    assert told(log) == [("audit.broken", "error")] * 2
    assert "sergas audit verify" in str(job.problem)
    assert lines(path) == standing
    assert not (await verify_audit(database, FileAnchors(path))).ok


async def test_what_was_changed_before_the_last_anchor_is_left_for_verifying(
    database: Database, database_url: str, path: Path
) -> None:
    await write(database, 1)
    await write(database, 2)
    await anchoring(database, path)()
    tamper(database_url, "UPDATE audit SET actor = 'u-eve' WHERE seq = 1")
    await write(database, 4)

    await anchoring(database, path)()
    report = await verify_audit(database, FileAnchors(path))
    assert (report.ok, report.first_bad) == (False, 1), "a further anchor hid nothing"


async def test_anchors_that_are_gone_are_told_and_not_begun_anew(database: Database, path: Path) -> None:
    await write(database, 1)
    await anchoring(database, path)()
    await asyncio.to_thread(path.unlink)

    with pytest.raises(AuditBroken, match="removed or emptied"):
        await anchoring(database, path)()
    assert lines(path) == []


async def test_anchors_that_are_taken_away_while_we_run_are_told(database: Database, path: Path) -> None:
    await write(database, 1)
    anchor = anchoring(database, path)
    await anchor()
    await write(database, 3)
    await anchor()
    await write(database, 4)
    rest = lines(path)[:1]
    rewrite(path, rest)

    with pytest.raises(AuditBroken, match="someone removed anchors"):
        await anchor()
    assert lines(path) == rest


async def test_another_place_begins_anew_and_the_trail_says_so(database: Database, path: Path) -> None:
    await write(database, 1)
    await anchoring(database, path)()
    elsewhere = path.with_name("new place with spaces.jsonl")
    await anchoring(database, elsewhere)()

    async with database.reading() as tx:
        assert await places_of(tx) == [str(path), name_of(str(elsewhere))]
    assert name_of(str(elsewhere)).startswith("sha256:")
    for place in (path, elsewhere):
        assert (await verify_audit(database, FileAnchors(place))).ok


async def test_what_somebody_made_of_the_entry_about_the_place_counts_for_nothing(
    database: Database, database_url: str, path: Path
) -> None:
    await write(database, 1)
    await anchoring(database, path)()
    tamper(database_url, "UPDATE audit SET detail = 'no' WHERE seq = 2")
    async with database.reading() as tx:
        assert await places_of(tx) == []


async def test_verifying_leaves_what_is_noted_meanwhile_for_the_next_time(database: Database, path: Path) -> None:
    await write(database, 1)
    await anchoring(database, path)()
    await anchoring(database, path)()
    anchors = Growing(FileAnchors(path), database)

    assert (await verify_audit(database, anchors)).ok
    assert anchors.grew


@dataclass
class Growing:
    """Anchors to which the bot adds while somebody reads them."""

    file: FileAnchors
    database: Database
    grew: bool = False

    @property
    def place(self) -> str:
        return self.file.place

    async def latest(self) -> AuditAnchor | None:
        return await self.file.latest()

    async def all(self) -> AsyncIterator[AuditAnchor]:
        first, *_ = [anchor async for anchor in self.file.all()]
        yield first
        entry = await write(self.database, 9)  # the trail is being read by now
        await self.keep(AuditAnchor(entry.seq, entry.hash), NOW)
        self.grew = True
        async for anchor in self.file.all():
            if anchor != first:
                yield anchor

    async def keep(self, anchor: AuditAnchor, at: datetime) -> None:
        await self.file.keep(anchor, at)


@dataclass
class Outage:
    """Anchors in a place that does not answer until it is let."""

    file: FileAnchors
    answers: asyncio.Event

    @property
    def place(self) -> str:
        return self.file.place

    async def latest(self) -> AuditAnchor | None:
        if not self.answers.is_set():
            raise AnchorsUnavailable("The bucket cannot be reached.")
        return await self.file.latest()

    async def all(self) -> AsyncIterator[AuditAnchor]:
        async for anchor in self.file.all():
            yield anchor

    async def keep(self, anchor: AuditAnchor, at: datetime) -> None:
        await self.file.keep(anchor, at)


async def test_an_outage_loses_nothing_and_is_made_up_for(
    sqlite_database: Database, path: Path, log: list[MutableMapping[str, Any]]
) -> None:
    outage = Outage(FileAnchors(path), asyncio.Event())
    job = AnchorJob(AnchorAudit(sqlite_database, outage, StillClock(NOW)))
    await write(sqlite_database, 1)
    assert not await job()
    assert told(log) == [("audit.anchor_postponed", "warning")]
    problem = job.problem
    assert problem == "The bucket cannot be reached."
    await write(sqlite_database, 2)
    outage.answers.set()

    assert await job()
    assert job.problem is None
    assert (await verify_audit(sqlite_database, outage)).anchored == 2


async def test_the_last_minute_is_noted_as_the_bot_ends_unless_the_place_hangs(
    sqlite_database: Database, path: Path, log: list[MutableMapping[str, Any]]
) -> None:
    await write(sqlite_database, 1)
    await AnchorJob(anchoring(sqlite_database, path)).last()
    assert len(lines(path)) == 1

    await AnchorJob(anchoring(sqlite_database, path)).last(grace_seconds=0)
    assert told(log) == [("audit.anchor_postponed", "warning")]


async def test_anchoring_that_is_off_is_told_once(log: list[MutableMapping[str, Any]]) -> None:
    job = AnchorJob(None)
    assert not await job()
    assert not await job()
    assert told(log) == [("audit.anchoring_off", "warning")]
    assert job.problem == OFF
