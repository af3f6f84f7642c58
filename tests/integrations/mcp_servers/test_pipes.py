"""Serving over standard input and output: the protocol has them to itself, whatever they are."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from mcp import Client
from mcp.client.stdio import StdioServerParameters, stdio_client
from mcp_types import TextContent

TALKATIVE = ["-m", "tests.integrations.mcp_servers.talkative"]
LONG = 2_000_000  # letters of two bytes: many times what a pipe holds
PATIENCE = 30  # seconds


def asked(method: str, id: int | None = None, **params: Any) -> str:
    return (
        json.dumps({"jsonrpc": "2.0", "method": method, "params": params} | ({} if id is None else {"id": id})) + "\n"
    )


HELLO = {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}}
QUESTIONS = (
    asked("initialize", 1, **HELLO)
    + asked("notifications/initialized")
    + asked("tools/call", 2, name="say", arguments={"times": 3})
)


async def test_a_tool_that_prints_and_reads_does_not_get_into_the_protocol(tmp_path: Path) -> None:
    heard = tmp_path / "stderr"
    with heard.open("w") as errors:
        connect = stdio_client(StdioServerParameters(command=sys.executable, args=TALKATIVE), errlog=errors)
        async with Client(connect, cache=None) as client:
            for times in (1, LONG):
                answer = await client.call_tool("say", {"times": times})
                (said,) = answer.content
                assert isinstance(said, TextContent)
                assert said.text == "0 heard; " + "ä" * times
    assert heard.read_text().count("as well") == 2


async def test_a_long_question_arrives_whole() -> None:
    async with Client(
        stdio_client(StdioServerParameters(command=sys.executable, args=TALKATIVE)), cache=None
    ) as client:
        answer = await client.call_tool("say", {"times": 1, "after": "ö" * LONG})
    (said,) = answer.content
    assert isinstance(said, TextContent)
    assert said.text == "0 heard; ä" + "ö" * LONG


async def test_a_host_that_writes_lines_of_json_is_answered_and_the_server_ends_with_it() -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, *TALKATIVE, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(QUESTIONS.encode())
    answers = [json.loads(await process.stdout.readline()) for _ in range(2)]
    process.stdin.close()
    assert await asyncio.wait_for(process.wait(), PATIENCE) == 0
    assert [answer["id"] for answer in answers] == [1, 2]
    assert answers[1]["result"]["content"][0]["text"] == "0 heard; äää"


def test_questions_may_come_from_a_file(tmp_path: Path) -> None:
    asking = tmp_path / "questions"
    asking.write_text(asked("initialize", 1, **HELLO))
    with asking.open() as questions:
        ended = subprocess.run([sys.executable, *TALKATIVE], stdin=questions, capture_output=True, timeout=PATIENCE)
    assert ended.returncode == 0
    assert json.loads(ended.stdout)["id"] == 1
