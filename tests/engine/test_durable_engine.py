"""The durable engine: work is done once, goes on where its process stopped, and leaves records that hold ids and nothing more."""

from __future__ import annotations

import asyncio
import io
import json
from collections.abc import Iterator
from datetime import timedelta

import pytest
import sqlalchemy as sa
import structlog

from bot.jobs.policy import EnginePolicy
from bot.telemetry import configure_logging
from store.domain.errors import BadInput
from tests.engine.conftest import RELEASE, Door, Rig, finished

pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def log() -> Iterator[io.StringIO]:
    stream = io.StringIO()
    configure_logging(level="DEBUG", stream=stream)
    yield stream
    structlog.reset_defaults()


async def test_work_is_done_once_however_often_it_is_started(sqlite_rig: Rig) -> None:
    async with sqlite_rig.running() as engine:
        waits = [await engine.start("works", "work:anna", "anna", urgent=number == 0) for number in range(3)]
        assert await finished(waits[0]) == "made anna"
        assert waits[1:] == [None, None]
        assert await engine.start("works", "work:anna", "anna") is None

    assert sqlite_rig.watched.done == {"first anna": 1, "second anna": 1}


async def test_what_waits_in_the_queue_is_done_too(sqlite_rig: Rig) -> None:
    async with sqlite_rig.running() as engine:
        assert await finished(await engine.start("works", "work:anna", "anna")) == "made anna"


async def test_work_goes_on_in_the_next_process_and_repeats_no_finished_step(rig: Rig) -> None:
    await _stopped_after_the_first_step(rig)
    assert rig.watched.done == {"first anna": 1}
    async with rig.running() as engine:
        assert await engine.start("works", "work:anna", "anna") is None
        await rig.watched.until("second anna")

    assert rig.watched.done == {"first anna": 1, "second anna": 1}


async def test_work_that_fails_is_tried_again_a_few_times_while_the_others_go_on(
    sqlite_rig: Rig, log: io.StringIO
) -> None:
    sqlite_rig.watched.broken.add("bob")
    async with sqlite_rig.running() as engine:
        assert await finished(await engine.start("works", "work:bob", "bob", urgent=True)) is None
        assert await finished(await engine.start("works", "work:anna", "anna", urgent=True)) == "made anna"
        for _ in range(2):
            assert await finished(await engine.start("works", "work:bob", "bob", urgent=True)) is None
        assert [await engine.start("works", "work:bob", "bob", urgent=True) for _ in range(2)] == [None, None]

    assert [row["workflow_uuid"] for row in _works(sqlite_rig.policy)] == [
        "work:anna", "work:bob", "work:bob:1", "work:bob:2",
    ]  # fmt: skip
    assert log.getvalue().count("work.given_up") == 1


async def test_work_that_failed_and_is_well_again_is_done_at_the_next_try(sqlite_rig: Rig) -> None:
    sqlite_rig.watched.broken.add("bob")
    async with sqlite_rig.running() as engine:
        assert await finished(await engine.start("works", "work:bob", "bob", urgent=True)) is None
        sqlite_rig.watched.broken.clear()
        assert await finished(await engine.start("works", "work:bob", "bob", urgent=True)) == "made bob"
        assert await engine.start("works", "work:bob", "bob", urgent=True) is None


async def test_after_a_failure_work_rests(sqlite_rig: Rig) -> None:
    sqlite_rig.watched.broken.add("bob")
    async with sqlite_rig.running(pause=timedelta(hours=1)) as engine:
        assert await finished(await engine.start("works", "work:bob", "bob", urgent=True)) is None
        assert await engine.start("works", "work:bob", "bob", urgent=True) is None


async def test_endless_work_that_ended_is_started_again(sqlite_rig: Rig) -> None:
    sqlite_rig.endless = True
    async with sqlite_rig.running() as engine:
        for _ in range(2):
            assert await finished(await engine.start("works", "work:anna", "anna", urgent=True)) == "made anna"


async def test_of_what_waits_the_most_pressing_goes_first(rig: Rig) -> None:
    rig.everywhere = 1
    door = rig.watched.hold("first door")
    async with rig.running() as engine:
        waits = [await engine.start("works", "work:door", "door")]
        await door.entered.wait()  # it holds the only place
        for name, priority in (("calm", 900), ("usual", 500), ("critical", 1)):
            waits.append(await engine.start("works", f"work:{name}", name, priority=priority))
        door.opened.set()
        await asyncio.gather(*(finished(wait) for wait in waits))

    assert list(dict.fromkeys(rig.watched.order)) == ["door", "critical", "usual", "calm"]


async def test_work_of_another_release_is_not_replayed_but_started_anew(rig: Rig) -> None:
    rig.everywhere = 1  # its place must be free again
    await _stopped_after_the_first_step(rig, version="9.9.8")
    async with rig.running() as engine:
        assert await finished(await engine.start("works", "work:anna", "anna")) == "made anna"

    assert rig.watched.done == {"first anna": 2, "second anna": 1}
    assert {row["workflow_uuid"]: row["application_version"] for row in _works(rig.policy)} == {
        "work:anna": "9.9.8",
        "work:anna:1": RELEASE,
    }


async def test_work_under_another_name_goes_on_when_its_process_is_gone(rig: Rig) -> None:
    await _stopped_after_the_first_step(rig, executor_id="another")
    async with rig.running() as engine:
        await engine.upkeep()[1].run()
        await rig.watched.until("second anna")

    assert rig.watched.done == {"first anna": 1, "second anna": 1}


async def test_what_ended_long_ago_is_forgotten(rig: Rig) -> None:
    async with rig.running(keep=timedelta(0)) as engine:
        for name in ("anna", "bob"):
            await finished(await engine.start("works", f"work:{name}", name, urgent=True))
        door = rig.watched.hold("first cora")
        await engine.start("works", "work:cora", "cora", urgent=True)
        await door.entered.wait()
        await engine.upkeep()[0].run()
        door.opened.set()

        assert [row["workflow_uuid"] for row in _works(rig.policy)] == ["work:cora"]


async def test_what_ended_lately_is_remembered(sqlite_rig: Rig) -> None:
    async with sqlite_rig.running() as engine:
        await finished(await engine.start("works", "work:anna", "anna", urgent=True))
        await engine.upkeep()[0].run()
        assert await engine.start("works", "work:anna", "anna") is None


async def test_the_records_are_json_with_ids_and_the_names_of_errors(rig: Rig) -> None:
    rig.watched.broken.add("bob")
    async with rig.running() as engine:
        for name in ("anna", "bob"):
            await finished(await engine.start("works", f"work:{name}", name, urgent=True))
    kept = [value for row in _rows(rig.policy) for value in row if isinstance(value, str)]

    written = [value for value in kept if value[:1] in '"{[']
    assert {"made anna", "anna"} <= {json.loads(value) for value in written if value.startswith('"')}
    assert any('"message":"CrmUnavailable"' in value for value in written)
    assert "secret" not in str(kept)
    assert "py_pickle" not in kept
    assert "portable_json" in kept
    assert not [value for value in kept if value.startswith("gA")]  # how a pickle begins in base 64


async def test_a_second_engine_under_the_same_name_is_refused(rig: Rig) -> None:
    async with rig.running():
        with pytest.raises(BadInput, match="Another sergas is running"):
            async with rig.running():
                pass  # pragma: no cover
    async with rig.running():
        pass


@pytest.mark.postgres
async def test_the_password_of_the_server_is_not_logged(postgres_url: str, sqlite_rig: Rig, log: io.StringIO) -> None:
    url = sa.make_url(postgres_url).set(drivername="postgresql+psycopg", username="postgres", password="open-sesame")
    async with sqlite_rig.running(url=url) as engine:
        await finished(await engine.start("works", "work:anna", "anna", urgent=True))
    assert "open-sesame" not in log.getvalue()


async def test_threads_can_be_used_after_the_engine_has_ended(sqlite_rig: Rig) -> None:
    async with sqlite_rig.running():
        pass
    assert await asyncio.to_thread(lambda: "well") == "well"


async def _stopped_after_the_first_step(rig: Rig, **changed: object) -> None:
    """A process that is told to stop while the first step is at work."""
    door = rig.watched.hold("first anna")
    async with rig.running(**changed) as engine:
        await engine.start("works", "work:anna", "anna", urgent=True)
        await door.entered.wait()
        opening = asyncio.create_task(_open(door))  # runs as soon as the engine waits for its steps
    await opening


async def _open(door: Door) -> None:
    door.opened.set()


def _works(policy: EnginePolicy) -> list[sa.RowMapping]:
    with sa.create_engine(policy.address).connect() as connection:
        table = "workflow_status" if policy.is_sqlite else "dbos.workflow_status"
        rows = connection.execute(sa.text(f"SELECT * FROM {table} ORDER BY workflow_uuid"))
        return list(rows.mappings())


def _rows(policy: EnginePolicy) -> Iterator[sa.Row[tuple[object, ...]]]:
    """Every row of every table of the engine."""
    engine = sa.create_engine(policy.address)
    schema = None if policy.is_sqlite else "dbos"
    with engine.connect() as connection:
        for table in sa.inspect(engine).get_table_names(schema=schema):
            name = table if policy.is_sqlite else f"dbos.{table}"
            yield from connection.execute(sa.text(f"SELECT * FROM {name}"))
