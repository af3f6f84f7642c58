"""A whole morning without a model: seconds until every owner's brief is in Slack, beside a plain loop over the same rows."""

from __future__ import annotations

import json
import resource
import sqlite3
import tempfile
from pathlib import Path
from time import perf_counter

from bot.demo.demo import slack_users
from bot.wiring.resources import owners_of
from bot.wiring.root import build_bot
from integrations.sandbox.slack import SlackSandbox
from integrations.sandbox.slack.rates import Rates
from tests.bench.company import company_of, filled_services


async def measure(*, owners: int, accounts: int) -> dict[str, object]:
    """`seconds` covers reading the store, signals, ranking, proposals, rendering and posting of all briefs; `sync_seconds`
    (not in it) the reads of the CRM before. `peak_mb` is the peak of this process, sandboxes included."""
    company = company_of(owners=owners, accounts=accounts)
    slack = SlackSandbox(users=slack_users(company), clock=lambda: services.clock.now(), rates=Rates.of_a_simulation())
    await slack.start()
    try:
        with tempfile.TemporaryDirectory() as folder:
            began = perf_counter()
            async with filled_services(company, Path(folder), slack_api_url=slack.api_url) as (services, zoho):
                sync_seconds = perf_counter() - began
                bot = build_bot(services)
                ids = [owner.id for owner in await owners_of(services)]
                began = perf_counter()
                sent = await bot.jobs.mornings(ids)
                seconds = perf_counter() - began
                rows, plain = _plain_loop(Path(folder) / "sergas.db")
                calls = zoho.calls
    finally:
        await slack.stop()
    return {
        "accounts": accounts,
        "owners": len(ids),
        "briefs": len(sent),
        "seconds": round(seconds, 2),
        "sync_seconds": round(sync_seconds, 2),
        "crm_calls": calls,
        "rows": rows,
        "plain_loop_seconds": round(plain, 3),
        "times_plain_loop": round(seconds / plain, 1),
        "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }


def _plain_loop(path: Path) -> tuple[int, float]:
    """Read every row of every snapshot once and parse its body: the least that any morning over these rows must do."""
    began = perf_counter()
    with sqlite3.connect(path) as connection:
        rows = sum(1 for (body,) in connection.execute("select body from snapshot") if json.loads(body))
    return rows, perf_counter() - began
