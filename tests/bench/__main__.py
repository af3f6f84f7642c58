"""Benchmarks: `python -m tests.bench NAME --json` prints one JSON object."""

from __future__ import annotations

import argparse
import asyncio
import json

from bot.telemetry import configure_logging
from tests.bench import ack, brief, engine, sync

BENCHMARKS = {"ack": ack, "brief": brief, "engine": engine, "sync": sync}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    kinds = parser.add_subparsers(dest="name", required=True)
    for name, module in BENCHMARKS.items():
        kind = kinds.add_parser(name, help=module.__doc__, description=module.__doc__)
        kind.add_argument("--owners", type=int, default=50, help="how many owners get a brief (default 50)")
        kind.add_argument("--accounts", type=int, default=5_000, help="how many accounts in all (default 5,000)")
        if name == "sync":
            kind.add_argument("--notes", choices=("queried", "listed"), default="queried", help="how Zoho gives notes")
        kind.add_argument("--json", action="store_true", help="print one line of JSON")
    given = parser.parse_args()
    configure_logging(level="WARNING")
    more = {"notes": given.notes} if given.name == "sync" else {}
    figures = asyncio.run(BENCHMARKS[given.name].measure(owners=given.owners, accounts=given.accounts, **more))
    if given.json:
        print(json.dumps(figures))
    else:
        for name, value in figures.items():
            print(f"{name:24} {value}")


if __name__ == "__main__":
    main()
