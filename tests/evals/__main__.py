"""`python -m tests.evals`: the evaluation sets of the prompts on the sandbox Claude; `--live` asks the real one, for money.

Prints a table, or with `--json` one line, and ends with 1 where a case failed. `--morning` has a whole company's morning written
instead, and prints what came of it as one line of JSON.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import tempfile
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from agents.model.toolbox import Agent
from bot.telemetry import configure_logging
from integrations.sandbox.claude import ClaudeSandbox
from store.domain.errors import SettingError
from tests.evals.morning import run
from tests.evals.run import Graded, desk_of, evaluate, report, sandbox_desk


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.evals", description=__doc__)
    parser.add_argument("--agent", choices=[str(each) for each in Agent], help="the cases of this agent alone")
    parser.add_argument("--live", action="store_true", help="ask the real Claude; needs ANTHROPIC_API_KEY")
    parser.add_argument("--character", default="competent", help="of the sandbox Claude (default competent)")
    parser.add_argument("--morning", action="store_true", help="write a whole morning instead of the cases")
    parser.add_argument("--json", action="store_true", help="print one line of JSON")
    given = parser.parse_args(arguments)
    configure_logging(level="ERROR")
    agents = [Agent(given.agent)] if given.agent else list(Agent)
    try:
        if given.morning:
            print(json.dumps(asyncio.run(_morning(live=given.live, character=given.character)), ensure_ascii=False))
            return 0
        found = asyncio.run(_run(agents, live=given.live, character=given.character))
    except SettingError as exc:
        print(exc, file=sys.stderr)
        return 2
    _show(found, by="claude" if given.live else f"sandbox ({given.character})", as_json=given.json)
    return int(any(each.problems for each in found))


async def _run(agents: Sequence[Agent], *, live: bool, character: str) -> list[Graded]:
    async with desk_of({}) if live else sandbox_desk(character) as desk:
        return await evaluate(desk, agents)


async def _morning(*, live: bool, character: str) -> Mapping[str, Any]:
    with tempfile.TemporaryDirectory() as home:
        if live:
            return (await run(Path(home), {"author": "claude"})).figures
        claude = await ClaudeSandbox(character, clock=lambda: datetime.now(UTC)).start()
        try:
            told = {"anthropic_url": claude.url, "anthropic_api_key": claude.api_key}
            return (await run(Path(home), told)).figures
        finally:
            await claude.stop()


def _show(found: Sequence[Graded], *, by: str, as_json: bool) -> None:
    failed = {f"{each.case.agent}: {each.case.name}": each.problems for each in found if each.problems}
    if as_json:
        print(json.dumps({"by": by, "agents": report(found), "failed": failed}, ensure_ascii=False))
        return
    columns = ("agent", "cases", "passed", "tokens", "usd", "seconds")
    print(f"Answered by {by}\n\n| {' | '.join(columns)} |\n|{'---|' * len(columns)}")
    for row in report(found):
        print(f"| {' | '.join(str(row[each]) for each in columns)} |")
    for name, problems in failed.items():
        print(f"\n{name}", *(f"- {each}" for each in problems), sep="\n")


if __name__ == "__main__":
    sys.exit(main())
