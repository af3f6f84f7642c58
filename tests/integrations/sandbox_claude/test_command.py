"""`sergas sandbox claude` as a process of its own."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import sys
from pathlib import Path

from anthropic import AsyncAnthropic

from tests.integrations.sandbox_claude.puppet import asking

ROOT = Path(__file__).parents[3]


async def test_the_command_serves_with_the_settings_that_it_prints(tmp_path: Path) -> None:
    served = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "sandbox", "claude", "--port", "0"),
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "200"},
        stdout=asyncio.subprocess.PIPE,
    )
    assert served.stdout is not None
    settings: dict[str, str] = {}
    while len(settings) < 3:
        line = (await asyncio.wait_for(served.stdout.readline(), timeout=60)).decode()
        settings |= dict(re.findall(r"export (\w+)=(\S+)", line))
    url, key = settings["ANTHROPIC_BASE_URL"], settings["ANTHROPIC_API_KEY"]
    assert settings["SERGAS_ANTHROPIC_URL"] == url
    async with AsyncAnthropic(base_url=url, api_key=key, max_retries=0) as client:
        answer = await client.messages.create(**asking())
    served.send_signal(signal.SIGTERM)

    assert answer.stop_reason == "end_turn"
    assert await served.wait() == 0
