"""litellm speaks to the stand-in as to Anthropic: texts, streams, tools, shapes, and errors."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys

import pytest

from integrations.sandbox.claude import ClaudeSandbox


@pytest.mark.slow
async def test_litellm_works_with_it(sandbox: ClaudeSandbox) -> None:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.integrations.sandbox_claude.litellm_helper", sandbox.url, sandbox.api_key),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    async with asyncio.timeout(120):
        said, problems = await process.communicate()
    assert process.returncode == 0, problems.decode()[-2000:]

    assert json.loads(said.splitlines()[-1]) == {
        "text": "Hello! How can I help?",
        "streamed": "Hello! How can I help?",
        "call": ["get_weather", {"town": "Rome"}],
        "answer": "Rome: 21 degrees",
        "shaped": {"name": "Anna Berg", "age": 23},
        "forced": {"town": "Oslo"},
        "picture": True,
    }
