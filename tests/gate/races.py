"""`python -m tests.gate.races`: many presses on one proposal at the same moment, again and again: one write each.

Half of the presses are the owner's, half the manager's; in every fifth race one of them rejects.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from time import perf_counter

from bot.telemetry import configure_logging
from store.domain.errors import GateClosed
from store.domain.gate.proposals import Proposal, State
from tests.gate.desk import Desk, caller, note, open_desk, task
from tests.gate.templates import postgres_templates, sqlite_templates
from tests.postgres import postgres_server


async def run_races(url: str, *, races: int, presses: int) -> dict[str, float]:
    """Counts of what came of it; `wrong` is how many races ended with anything but one decision and the write it stands for."""
    began, wrong, writes, rejected = perf_counter(), 0, 0, 0
    async with open_desk(url) as desk:
        for number in range(races):
            proposal = await desk.propose(note() if number % 2 else task())
            before = len(desk.zoho.ledger)
            outcomes = await asyncio.gather(
                *(_press(desk, proposal, each, rejects=number % 5 == 0 and each == 9) for each in range(presses))
            )
            await asyncio.gather(*(desk.execute.drive(proposal.id) for _ in range(3)))
            state, made = (await desk.get(proposal.id)).state, len(desk.zoho.ledger) - before
            rejected += state is State.REJECTED
            writes += made
            fits = (state, made) in ((State.DONE, 1), (State.REJECTED, 0))
            wrong += not (outcomes.count(True) == 1 and fits)
    seconds = round(perf_counter() - began, 1)
    return {
        "races": races,
        "presses": presses,
        "writes": writes,
        "rejected": rejected,
        "wrong": wrong,
        "seconds": seconds,
    }


async def _press(desk: Desk, proposal: Proposal, number: int, *, rejects: bool) -> bool:
    """Whether this press was the one that counted."""
    who = caller("mia" if number % 2 else "anna")
    try:
        if rejects:
            await desk.decide.reject(who, proposal.id, proposal.version, "no")
        else:
            await desk.decide.approve(who, proposal.id, proposal.version, digest=proposal.digest)
    except GateClosed:
        return False
    return True


@contextmanager
def _fresh(kind: str) -> Iterator[str]:
    """The URL of a migrated, empty database."""
    with ExitStack() as stack:
        if kind == "postgres":
            yield postgres_templates(stack.enter_context(postgres_server()), read=False).fresh()
        else:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            yield sqlite_templates(folder, read=False).fresh()


def main() -> int:
    """0 where every race had one winner and at most one write; prints one JSON line a database."""
    parser = argparse.ArgumentParser(prog="python -m tests.gate.races", description=__doc__)
    parser.add_argument("--races", type=int, default=1000)
    parser.add_argument("--presses", type=int, default=50)
    parser.add_argument("--database", choices=("sqlite", "postgres", "both"), default="both")
    options = parser.parse_args()
    configure_logging(level="CRITICAL")
    wrong = 0
    for kind in ("sqlite", "postgres") if options.database == "both" else (options.database,):
        with _fresh(kind) as url:
            result = asyncio.run(run_races(url, races=options.races, presses=options.presses))
        print(json.dumps({"database": kind, **result}), flush=True)
        wrong += int(result["wrong"])
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
