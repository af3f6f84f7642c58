"""Benchmarks: `python -m tests.bench NAME --json` prints one JSON object."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from pathlib import Path

from bot.telemetry import configure_logging
from store.domain.errors import BadInput
from tests.bench import (
    ack,
    brief,
    day,
    doors,
    engine,
    fair,
    grounding,
    memory,
    pilot,
    quality,
    reliability,
    retrieval,
    review,
    sealing,
    slack,
    sync,
)

BENCHMARKS = {
    "ack": ack,
    "brief": brief,
    "day": day,
    "doors": doors,
    "engine": engine,
    "fair": fair,
    "grounding": grounding,
    "memory": memory,
    "pilot": pilot,
    "quality": quality,
    "reliability": reliability,
    "retrieval": retrieval,
    "review": review,
    "sealing": sealing,
    "slack": slack,
    "sync": sync,
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    kinds = parser.add_subparsers(dest="name", required=True)
    for name, module in BENCHMARKS.items():
        kind = kinds.add_parser(name, help=module.__doc__, description=module.__doc__)
        if name == "retrieval":
            _add_retrieval(kind)
        elif name == "review":
            _add_review(kind)
        elif name == "fair":
            _add_fair(kind)
        elif name == "grounding":
            _add_grounding(kind)
        elif name == "quality":
            _add_quality(kind)
        elif name == "doors":
            kind.add_argument(
                "--connections", type=int, default=1_000, help="hostile ones, to each server (default 1,000)"
            )
            kind.add_argument(
                "--servers", nargs="+", default=list(doors.SERVERS), choices=list(doors.SERVERS), help="only these"
            )
            kind.add_argument("--seconds", type=float, default=6.0, help="of honest requests meanwhile (default 6)")
        elif name == "reliability":
            _add_reliability(kind)
        elif name == "slack":
            kind.add_argument("--owners", type=int, default=500, help="how many owners get a brief (default 500)")
            kind.add_argument("--accounts", type=int, help="how many accounts in all (default four each)")
            kind.add_argument("--first", action="store_true", help="the first morning: nobody was written to before")
            kind.add_argument(
                "--speed", type=float, default=1.0, help="Slack's seconds in one of ours, for both sides (default 1)"
            )
        elif name == "pilot":
            kind.add_argument("--owners", type=int, default=500, help="who get a brief on weekdays (default 500)")
            kind.add_argument("--weeks", type=int, default=52, help="how many weeks of them (default 52)")
            kind.add_argument("--postgres", action="store_true", help="on a PostgreSQL server of its own")
        else:
            kind.add_argument("--owners", type=int, default=50, help="how many owners get a brief (default 50)")
            kind.add_argument("--accounts", type=int, default=5_000, help="how many accounts in all (default 5,000)")
        if name == "day":
            _add_day(kind)
        if name == "sync":
            kind.add_argument("--notes", choices=("queried", "listed"), default="queried", help="how Zoho gives notes")
        if name == "memory":
            kind.add_argument(
                "--postgres", action="store_true", help="on a PostgreSQL server of its own, with pgvector"
            )
        kind.add_argument("--json", action="store_true", help="print one line of JSON")
    given = vars(parser.parse_args())
    name, as_json = given.pop("name"), given.pop("json")
    configure_logging(level="WARNING")
    try:
        figures = asyncio.run(BENCHMARKS[name].measure(**given))
    except BadInput as exc:
        print(f"{parser.prog} {name}: {exc}", file=sys.stderr)
        sys.exit(2)
    if as_json:
        print(json.dumps(figures))
    else:
        for name, value in figures.items():
            _print(name, value)


def _print(name: str, value: object) -> None:
    """One line, or a line for each row of a table."""
    if isinstance(value, list) and value and all(isinstance(row, dict) for row in value):
        print(name)
        print("    " + "  ".join(f"{heading:>18}" for heading in value[0]))
        for row in value:
            print("    " + "  ".join(f"{'' if cell is None else cell:>18}" for cell in row.values()))
    else:
        print(f"{name:24} {value}")


def _add_day(kind: argparse.ArgumentParser) -> None:
    kind.add_argument("--sample", type=int, default=100, help="accounts gone through in full (default 100)")
    kind.add_argument("--requests", type=int, default=1_000, help="Claude's limit a minute (default 1,000)")
    kind.add_argument("--input-tokens", type=int, default=450_000, help="the same in tokens read (default 450,000)")
    kind.add_argument("--output-tokens", type=int, default=90_000, help="the same in tokens said (default 90,000)")


def _add_fair(kind: argparse.ArgumentParser) -> None:
    kind.add_argument("--messages", type=int, default=60, help="of the one who floods (default 60)")
    kind.add_argument("--commands", type=int, default=25, help="the same in commands without a name (default 25)")
    kind.add_argument("--reviews", type=int, default=25, help="the same in reviews of accounts (default 25)")
    kind.add_argument("--others", type=int, default=5, help="colleagues who press and ask (default 5)")
    kind.add_argument("--first-token", type=float, default=1.0, help="seconds to Claude's first token (default 1)")
    kind.add_argument("--tokens-per-second", type=float, default=60.0, help="from there on (default 60)")


def _add_grounding(kind: argparse.ArgumentParser) -> None:
    kind.add_argument("--mornings", type=int, default=20, help="of another company each (default 20)")
    kind.add_argument("--seed", type=int, default=301, help="the first company's (default 301)")


def _add_quality(kind: argparse.ArgumentParser) -> None:
    kind.add_argument("--data", type=Path, help="folder of CSV files instead of the made-up company")
    kind.add_argument("--mapping", type=Path, help="TOML file that maps their columns (default: a Zoho export)")
    kind.add_argument("--world", type=int, metavar="SEED", help="another made-up company (default 7)")
    kind.add_argument("--owners", type=int, default=6, help="owners in the made-up company (default 6)")
    kind.add_argument("--accounts", type=int, default=20, help="accounts of each of them (default 20)")
    kind.add_argument("--days", type=int, default=5, help="working days with a brief, up to the last (default 5)")
    kind.add_argument(
        "--author", choices=("playbook", "claude"), default="playbook", help="rules, or the sandbox Claude"
    )
    kind.add_argument("--browser", action="store_true", help="also measure them on a phone, in headless Chromium")


def _add_reliability(kind: argparse.ArgumentParser) -> None:
    kind.add_argument("--worlds", type=int, default=6, help="made-up companies, one seed after the other (default 6)")
    kind.add_argument("--first-seed", type=int, default=1, help="the seed of the first (default 1)")
    kind.add_argument("--owners", type=int, default=6, help="owners in each (default 6)")
    kind.add_argument("--accounts", type=int, default=40, help="accounts of each of them (default 40)")


def _add_review(kind: argparse.ArgumentParser) -> None:
    kind.add_argument("--reviews", type=int, default=20, help="how many, one after the other (default 20)")
    kind.add_argument("--first-token", type=float, default=1.0, help="seconds to Claude's first token (default 1)")
    kind.add_argument("--tokens-per-second", type=float, default=60.0, help="from there on (default 60)")
    kind.add_argument("--no-memory", dest="memory", action="store_false", help="without the memory's process")


def _add_retrieval(kind: argparse.ArgumentParser) -> None:
    kind.add_argument("--passages", type=Path, help="JSON lines with id, account, meeting, text (default: qmsum_dev)")
    kind.add_argument("--queries", type=Path, help="JSON lines with id, account, query, relevant (default: qmsum_dev)")
    kind.add_argument("--out", type=Path, help="write the ranked ids of the last way of searching to this file")
    kind.add_argument("--model", type=Path, help="folder of MiniLM (default: MINILM_FOLDER; else hashing alone)")


if __name__ == "__main__":
    main()
