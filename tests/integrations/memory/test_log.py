"""The memory's own lines are seen before and after Cognee is loaded, and none of Cognee's that are no errors."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

OPENED = """
import asyncio, sys
from pathlib import Path
from bot.telemetry import configure_logging
from integrations.memory import supervisor
from integrations.memory.cognee_index import open_index
from integrations.memory.embedders.hashing import HashingEmbedder

async def main():
    configure_logging()
    supervisor.log.info("before")
    index = await open_index(Path(sys.argv[1]), HashingEmbedder(64))
    supervisor.log.info("after")
    await index.close()

asyncio.run(main())
"""


@pytest.mark.slow
def test_loading_cognee_leaves_our_log_as_it_is(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", OPENED, str(tmp_path)], cwd=Path(__file__).parents[3], capture_output=True, text=True
    )

    assert done.returncode == 0, done.stderr
    assert [json.loads(line)["event"] for line in done.stderr.splitlines()] == ["before", "after"]
    assert done.stdout == ""
