"""`python -m tests.evals`: the evaluation sets of the prompts on the sandbox Claude; `--live` asks the real one, for money.

Prints a table, or with `--json` one line, and ends with 1 where a case failed.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections.abc import Sequence

from agents.toolbox import Agent
from bot.telemetry import configure_logging
from store.domain.errors import SettingError
from tests.evals.run import Graded, desk_of, evaluate, report, sandbox_desk


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.evals", description=__doc__)
    parser.add_argument("--agent", choices=[str(each) for each in Agent], help="the cases of this agent alone")
    parser.add_argument("--live", action="store_true", help="ask the real Claude; needs ANTHROPIC_API_KEY")
    parser.add_argument("--character", default="competent", help="of the sandbox Claude (default competent)")
    parser.add_argument("--json", action="store_true", help="print one line of JSON")
    given = parser.parse_args()
    configure_logging(level="ERROR")
    agents = [Agent(given.agent)] if given.agent else list(Agent)
    try:
        found = asyncio.run(_run(agents, live=given.live, character=given.character))
    except SettingError as exc:
        print(exc, file=sys.stderr)
        return 2
    _show(found, by="claude" if given.live else f"sandbox ({given.character})", as_json=given.json)
    return int(any(each.problems for each in found))


async def _run(agents: Sequence[Agent], *, live: bool, character: str) -> list[Graded]:
    async with desk_of({}) if live else sandbox_desk(character) as desk:
        return await evaluate(desk, agents)


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
