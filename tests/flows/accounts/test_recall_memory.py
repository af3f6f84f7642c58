"""The brief and what is remembered: a promise in an old note comes up in the morning, and a memory that is down is told."""

from __future__ import annotations

import asyncio
import os
import signal
from dataclasses import replace
from datetime import timedelta
from itertools import count
from pathlib import Path

import pytest
import structlog
from mcp import Client
from mcp.client._transport import TransportStreams
from structlog.testing import capture_logs

from agents.flows.access.identity import Caller
from agents.flows.accounts.recall_memory import DOWN, RecallMemory
from agents.flows.people.switch_features import switched_on
from bot.clock import SystemClock
from bot.wiring.memory_link import MemoryLink
from integrations.memory_client import MemoryClient, over_http
from integrations.sandbox.history import CrmEvent, Json
from store.domain.running.features import Feature
from tests.flows.company import ANNA, BOREALIS, FIRST_NIGHT
from tests.flows.openings import Opening
from tests.flows.stage import ANNAS, MORNING, NIGHT, TEAM, Stage, stage

PROMISE = "Call with Jo. We will send the revised quote by Friday."


async def remembering(made: Stage) -> None:
    """A promise stands in a note of ten days ago, and no task was made of it."""
    at = NIGHT - timedelta(days=10)
    fields: dict[str, Json] = {
        "Note_Title": "Call",
        "Note_Content": PROMISE,
        "Parent_Id": {"id": BOREALIS},
        "$se_module": "Accounts",
    }
    made.zoho.happens(
        CrmEvent(at=at, op="create", module="Notes", id="4150868000009999001", user_id=ANNA, fields=fields)
    )
    await made.look(FIRST_NIGHT)
    await made.look(NIGHT)
    await made.bot.jobs.remember()


async def remembered(made: Stage) -> list[str]:
    """What the card of Borealis says from notes, behind Why?, up to the quotation."""
    async with made.bot.services.database.reading() as tx:
        (brief, *_) = await tx.briefs.recent(ANNA)
    found = await made.bot.accounts.why(Caller(team_id=TEAM, user_id=ANNAS, request_id="test"), brief.id, BOREALIS)
    return [each.text.partition(":")[0] for each in found.card.remembered]


async def until_up(made: Stage) -> MemoryLink:
    memory = made.bot.services.memory
    assert memory is not None
    async with asyncio.timeout(120):
        while not memory.is_up:
            await memory.watch()
            await asyncio.sleep(0.2)
    return memory


@pytest.mark.slow
async def test_a_promise_in_an_old_note_comes_up_in_the_brief(sqlite_url: str, tmp_path: Path) -> None:
    async with stage(sqlite_url, tmp_path) as made:
        await made.restart(memory_url="")
        await remembering(made)
        await until_up(made)

        await made.morning(MORNING)

        assert await remembered(made) == ["Promised on 14 Mar, due 20 Mar, and nothing shows that it was done"]
        assert DOWN not in made.shown(ANNAS)


@pytest.mark.slow
async def test_a_memory_that_was_killed_is_started_again_and_asked(sqlite_url: str, tmp_path: Path) -> None:
    async with stage(sqlite_url, tmp_path) as made:
        await made.restart(memory_url="")
        await remembering(made)
        await until_up(made)
        for child in children():
            os.kill(child, signal.SIGKILL)
        memory = made.bot.services.memory
        assert memory is not None
        await memory.watch()
        assert memory.is_up is False

        await until_up(made)
        await made.morning(MORNING)

        assert [each[:18] for each in await remembered(made)] == ["Promised on 14 Mar"]


async def test_while_the_memory_is_down_the_brief_says_so_and_holds_all_else(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.wiring.memory_link.STARTS", 1.0)  # it will not start, however long the brief waits
    async with stage(sqlite_url, tmp_path) as made:
        await made.restart(memory_url="http://127.0.0.1:9/mcp", memory_token="t" * 40)
        await remembering(made)

        await made.morning(MORNING)

        shown = made.shown(ANNAS)
        assert DOWN in shown
        assert "Borealis Foods" in shown


@pytest.mark.parametrize(("seconds", "is_up", "times"), [(600.0, None, 0), (0.0, False, 1)])
async def test_one_that_has_not_answered_yet_is_down_only_when_its_time_to_start_is_over(
    monkeypatch: pytest.MonkeyPatch, seconds: float, is_up: bool | None, times: int
) -> None:
    monkeypatch.setattr("bot.wiring.memory_link.STARTS", seconds)
    connect, key = over_http("http://127.0.0.1:9/mcp", token="t" * 40, timeout=30)
    memory = MemoryLink(MemoryClient(connect, key=key, tenant="default", timeout=30, now=SystemClock().now))
    structlog.reset_defaults()
    with capture_logs() as logs:
        for _ in range(2):
            await memory.watch()
    await memory.close()

    assert memory.is_up is is_up
    assert [each["event"] for each in logs].count("memory.down") == times


async def test_a_memory_that_has_been_down_for_a_month_costs_the_brief_its_own_lines_alone(
    sqlite_url: str, tmp_path: Path
) -> None:
    """Beyond 1,024 failures in a row, which a memory that is down reaches in 17 hours."""
    minutes = count(0, 60)
    client = MemoryClient(
        lambda: Client(Refusing()),
        key="t" * 40,
        tenant="default",
        timeout=30,
        now=SystemClock().now,
        monotonic=lambda: float(next(minutes)),
    )
    memory = MemoryLink(client)
    for _ in range(1_100):
        await memory.watch()

    async with stage(sqlite_url, tmp_path) as made:
        await remembering(made)
        await made.morning(MORNING)
        async with made.bot.services.database.reading() as tx:
            (told,) = await tx.briefs.recent(ANNA)
        brief = await RecallMemory(memory, SystemClock())(told)
    await memory.close()

    assert brief == replace(told, problems=(*told.problems, DOWN))


async def test_while_earlier_notes_are_switched_off_the_memory_is_not_asked(sqlite_url: str, tmp_path: Path) -> None:
    client = MemoryClient(lambda: Client(Refusing()), key="t" * 40, tenant="default", timeout=30, now=SystemClock().now)
    memory = MemoryLink(client)
    async with stage(sqlite_url, tmp_path, opening=Opening.MORNING) as made:
        database = made.bot.services.database
        async with database.reading() as tx:
            (told,) = await tx.briefs.recent(ANNA)
        recall = RecallMemory(memory, SystemClock(), is_on=switched_on(database, Feature.MEMORY))
        await made.switch(Feature.MEMORY, on=False)
        assert (await recall(told), memory.is_up) == (told, None)
    await memory.close()


async def test_where_the_memory_is_turned_off_nothing_is_said_of_it(sqlite_url: str, tmp_path: Path) -> None:
    async with stage(sqlite_url, tmp_path) as made:
        await remembering(made)

        await made.morning(MORNING)

        assert made.bot.services.memory is None
        assert DOWN not in made.shown(ANNAS)


class Refusing:
    """A connection that the other side refuses at once."""

    async def __aenter__(self) -> TransportStreams:
        raise ConnectionRefusedError

    async def __aexit__(self, *exc: object) -> None: ...


def children() -> list[int]:
    """The processes of ours that serve the memory."""
    own = [int(each) for each in Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()]
    return [each for each in own if b"memory" in Path(f"/proc/{each}/cmdline").read_bytes().split(b"\0")]
