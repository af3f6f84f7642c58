"""The vendor's helpers in JavaScript, in a process of their own. `make javascript` installs them."""

from __future__ import annotations

import asyncio
import json
import shutil
import subprocess
from pathlib import Path

import pytest

from integrations.sandbox.claude import ClaudeSandbox
from tests.integrations.sandbox_claude.puppet import MODEL

ROOT = Path(__file__).parents[3]
INSTALLED = ROOT / ".javascript"
SCRIPT = Path(__file__).parent / "javascript" / "helpers.mjs"


def _missing() -> str:
    if shutil.which("node") is None:
        return "there is no Node.js on this machine"
    if not (INSTALLED / "node_modules" / "@anthropic-ai" / "sdk").is_dir():
        return "the SDK for JavaScript is not installed; run `make javascript`"
    return ""


@pytest.mark.slow
@pytest.mark.skipif(bool(_missing()), reason=_missing())
async def test_the_helpers_in_javascript_work(sandbox: ClaudeSandbox) -> None:
    process = await asyncio.create_subprocess_exec(
        *("node", str(SCRIPT), sandbox.url, sandbox.api_key, str(INSTALLED)),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    async with asyncio.timeout(60):
        said, problems = await process.communicate()
    assert process.returncode == 0, problems.decode()

    assert json.loads(said) == {
        "runner": "Rome: 21 degrees and sunny",
        "streamed": ["Let me look that up.", "Oslo: 21 degrees and sunny"],
        "parsed": {"name": "Anna Berg", "age": 23},
        "stream": "Hello! How can I help?",
        "picture": {
            "name": "BadRequestError",
            "status": 400,
            "error": {"type": "invalid_request_error", "message": f"'{MODEL}' does not support image input."},
        },
    }
    assert sandbox.calls[0].body["thread"] == {"type": "create"}
