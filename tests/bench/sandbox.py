"""The sandbox CRM for `tests.bench sync`, in a process of its own: `count` gives its calls, `play` lets a day pass in which one
account in twenty changes, with what hangs on it."""

from __future__ import annotations

import asyncio
import json
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

from bot.clock import SimulatedClock
from bot.telemetry import configure_logging
from integrations.sandbox.history import Company, CrmEvent
from integrations.sandbox.world import build_world
from integrations.sandbox.zoho import ZohoSandbox

NIGHT = datetime(2026, 6, 11, 1, 0, tzinfo=UTC)
MORNING = NIGHT + timedelta(days=1)
SHARE = 20  # one in so many changes a day
TOUCHED = {
    "Accounts": {"Industry": "Robotics"},
    "Deals": {"Next_Step": "Send the offer"},
    "Tasks": {"Priority": "High"},
}


async def main() -> None:
    path, owners, accounts, latency = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4])
    queried = sys.argv[5] == "queried"
    configure_logging(level="ERROR")
    company = build_world(
        seed=7, owners=owners, accounts_per_owner=max(1, accounts // owners), end=NIGHT.date()
    ).company
    clock = SimulatedClock(NIGHT)
    zoho = ZohoSandbox(
        company,
        clock=clock.now,
        path=path,
        latency=latency,
        coql_notes=queried,
    )
    zoho.play(NIGHT)
    await zoho.start()
    _say(url=zoho.url, client_id=zoho.credentials.client_id, client_secret=zoho.credentials.client_secret,
         refresh_token=zoho.credentials.refresh_token)  # fmt: skip
    changes = _a_day(company)
    del company
    while word := (await asyncio.to_thread(sys.stdin.readline)).strip():
        if word == "play":
            clock.advance_to(MORNING)
            for change in changes:
                zoho.happens(change)
            _say(accounts=sum(change.module == "Accounts" for change in changes))
        else:
            _say(
                calls=zoho.calls,
                credits=zoho.credits,
                most_at_once=zoho.most_at_once,
                most_in_a_minute=zoho.most_in_a_minute,
                sign_ins=zoho.tokens_issued,
            )


def _a_day(company: Company) -> list[CrmEvent]:
    """Every change of the day: of each chosen account itself, and as many of the other records."""
    rng, at = Random(7), NIGHT + timedelta(hours=9)
    present: dict[str, dict[str, str]] = {module: {} for module in TOUCHED}
    for event in company.events:
        if event.at < NIGHT and event.module in present:
            if event.op == "create":
                present[event.module][event.id] = event.user_id
            elif event.op == "delete":
                present[event.module].pop(event.id, None)
    return [
        CrmEvent(at=at, op="update", module=module, id=record_id, user_id=user, fields=TOUCHED[module])
        for module, records in present.items()
        for record_id, user in rng.sample(sorted(records.items()), len(records) // SHARE)
    ]


def _say(**what: object) -> None:
    print(json.dumps(what), flush=True)


if __name__ == "__main__":
    asyncio.run(main())
