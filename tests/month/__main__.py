"""Live a company's month through the real bot, and judge it: `python -m tests.month --seed 1 --days 34 --json`.

Owners of several kinds act in Slack and in the CRM: diligent, picky, ignoring, asking, absent, handing over, leaving, new; their
managers answer what is offered. Exits with 1 if anything was broken that must not be.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys

from bot.telemetry import configure_logging
from tests.month.company import Habit
from tests.month.life import Month, live


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m tests.month", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--seed", type=int, default=1, help="another seed is another company and other choices (default 1)"
    )
    parser.add_argument("--days", type=int, default=34, help="working days to live (default 34)")
    parser.add_argument("--owners", type=int, default=8, help="owners, of each kind in turn (default 8)")
    parser.add_argument("--accounts", type=int, default=20, help="accounts of each (default 20)")
    parser.add_argument("--people", default="", help=f"their kinds instead, with commas between: {', '.join(Habit)}")
    parser.add_argument("--json", action="store_true", help="print one JSON line; without it, lines to read")
    given = parser.parse_args()
    if min(given.days, given.owners, given.accounts) < 1:
        parser.error("--days, --owners and --accounts take at least 1.")
    try:
        people = [Habit(each.strip()) for each in given.people.split(",") if each.strip()]
    except ValueError as problem:
        parser.error(str(problem))
    configure_logging(level="CRITICAL")
    month = asyncio.run(
        live(
            seed=given.seed,
            days=given.days,
            owners=given.owners,
            accounts=given.accounts,
            people=people,
            tell=_tell,
        )
    )
    print(
        json.dumps({"seed": given.seed, **month.figures, "broken": month.broken.as_json()})
        if given.json
        else _lines(month)
    )
    return 1 if month.broken.counts else 0


def _tell(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def _lines(month: Month) -> str:
    lines = [f"{name}: {value}" for name, value in month.figures.items() if name != "people"]
    people = month.figures["people"]
    assert isinstance(people, dict)
    lines += [
        f"{habit}: " + ", ".join(f"{name} {value}" for name, value in figures.items())
        for habit, figures in people.items()
    ]
    for name, count in month.broken.counts.most_common():
        lines += [f"BROKEN {count} × {name}", *(f"    {each}" for each in month.broken.examples[name])]
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
