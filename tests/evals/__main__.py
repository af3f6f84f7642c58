"""`python -m tests.evals`: the report of a sandbox character, or with `--real` of the Claude API by `ANTHROPIC_API_KEY`."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot.telemetry import configure_logging
from integrations.sandbox.claude import CHARACTERS, ClaudeSandbox
from tests.evals.running import Report, run


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.evals", description=__doc__)
    parser.add_argument("--character", choices=sorted(CHARACTERS), default="competent")
    parser.add_argument("--real", action="store_true", help="ask the Claude API; it costs some cents")
    parser.add_argument("--accounts", type=int, default=20)
    asked = parser.parse_args()
    if asked.real and not os.environ.get("ANTHROPIC_API_KEY"):
        print("Set ANTHROPIC_API_KEY to ask the Claude API.", file=sys.stderr)
        return 2
    configure_logging(level="ERROR")
    report = asyncio.run(_run(asked))
    print(json.dumps(report.figures, ensure_ascii=False))
    return 0


async def _run(asked: argparse.Namespace) -> Report:
    with tempfile.TemporaryDirectory(prefix="sergas-evals-") as home:
        if asked.real:
            return await run(Path(home), {"author": "claude"}, accounts=asked.accounts)
        claude = await ClaudeSandbox(asked.character, clock=lambda: datetime.now(UTC)).start()
        try:
            settings: dict[str, Any] = {"anthropic_url": claude.url, "anthropic_api_key": claude.api_key}
            return await run(Path(home), settings, accounts=asked.accounts)
        finally:
            await claude.stop()


if __name__ == "__main__":
    sys.exit(main())
