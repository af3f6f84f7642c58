"""`sergas trace`: what a brief was made with, as a person reads it and as JSON."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta

from bot.commands.trace import run_trace
from store.database import Database
from store.domain.running.model_calls import Amount, CallState, ModelCall, ToolCall, Usage
from tests.bot.commands.terminal import Sergas, each_database
from tests.store.makers import ANNA, NOW, brief

TRACE = "5f0c7a9e41d24b7c"
CALL = ModelCall(
    id="m1",
    trace=TRACE,
    owner_id="anna",
    account_id="a1",
    agent="zoho_scout",
    model="claude-haiku-5-5",
    question="q" * 64,
    prompt="p" * 64,
    at=NOW,
    state=CallState.USED_TOOLS,
    attempts=1,
    milliseconds=1_234,
    usage=Usage(plain=100, written=900, output=50),
    amount=Amount(tokens=1_050, usd=0.0125),
)
LAST = replace(
    CALL,
    id="m2",
    state=CallState.FAILED,
    problem="overloaded_error",
    attempts=4,
    usage=Usage(),
    amount=Amount(),
    at=NOW + timedelta(seconds=2),
)
USED = ToolCall(
    id="t1",
    call_id="m1",
    trace=TRACE,
    owner_id="anna",
    account_id="a1",
    agent="zoho_scout",
    tool="zoho_get_notes",
    inputs="i" * 64,
    is_error=False,
    characters=1_500,
    milliseconds=30,
    at=NOW,
)


def kept(url: str, *calls: ModelCall) -> None:
    async def writing() -> None:
        database = Database(url)
        async with database.transaction() as tx:
            await tx.model_calls.add(calls)
            await tx.model_calls.add_tools([USED] if calls else [])
        await database.close()

    asyncio.run(writing())


def trace(text: str, *, as_json: bool = False) -> Callable[[], Awaitable[int]]:
    return lambda: run_trace(text, as_json=as_json)


@each_database
def test_each_call_and_each_tool_has_a_line(sergas: Sergas, url: str) -> None:
    kept(url, CALL, LAST)
    ran = sergas(trace(TRACE))
    assert ran.code == 0
    assert "zoho scout claude-haiku-5-5 used tools 1.2 s 1,000 0 50 0.01250" in ran.out
    assert "zoho_get_notes 1,500 characters 0.0 s" in ran.out
    assert "failed (overloaded_error), 4 tries" in ran.out
    assert f"{TRACE}: 2 calls, 1 use of tools, 1,050 tokens" in ran.out


@each_database
def test_the_beginning_of_an_id_will_do(sergas: Sergas, url: str) -> None:
    kept(url, CALL)
    told = json.loads(sergas(trace(TRACE[:6], as_json=True)).out)
    assert told["trace"] == TRACE
    assert [tool["tool"] for tool in told["calls"][0]["tools"]] == ["zoho_get_notes"]
    assert told["sums"] == {"tokens": 1_050, "input": 1_000, "cached": 0, "output": 50, "usd": 0.0125}


def test_a_beginning_of_several_names_them(sergas: Sergas, url: str) -> None:
    kept(url, CALL, replace(LAST, trace="5f0c1111"))
    ran = sergas(trace("5f0c"))
    assert ran.code == 2
    assert "Several ids begin with “5f0c”" in ran.err
    assert TRACE in ran.err


def test_nothing_known_is_one_sentence(sergas: Sergas, url: str) -> None:
    kept(url)
    for text in ("nonsense", "5f", "%", ""):
        ran = sergas(trace(text))
        assert ran.code == 2
        assert ran.err.startswith("sergas: There is no brief")


def test_a_brief_of_the_playbooks_says_so(sergas: Sergas, url: str) -> None:
    async def writing() -> None:
        database, made = Database(url), brief("b1")
        async with database.transaction() as tx:
            await tx.briefs.begin(ANNA.id, made.local_date, brief_id="b1", now=NOW)
            await tx.briefs.save(made)
        await database.close()

    asyncio.run(writing())
    assert "the playbook wrote it" in sergas(trace("b1")).out
    assert json.loads(sergas(trace("b1", as_json=True)).out)["calls"] == []
