"""The figures of a pilot: how long the report and the Home take over a year of briefs."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import AsyncExitStack
from datetime import UTC, date, datetime, time, timedelta
from itertools import product
from pathlib import Path
from statistics import median
from time import perf_counter, process_time
from typing import Any

from sqlalchemy import insert

from agents.flows.pilot.show_pilot import measured
from store.database import Database
from store.domain.gate.proposals import State
from store.domain.pilot.measures import by_person
from store.domain.pilot.opening import Sign
from store.domain.pilot.report import RECENT, Scope
from store.domain.signals.kinds import SignalKind
from store.repositories.briefs import BriefState
from store.repositories.pilot import briefs, openings, outcomes
from store.repositories.proposal_rows import proposals
from tests.postgres import postgres_server

LAST = date(2026, 11, 27)  # a Friday
ASKED = 3  # new recommendations of a brief
BODY, ADVICE = "b" * 9_000, "a" * 1_500  # as large as those of the made-up company
KINDS = tuple(SignalKind)
OFTEN = 5  # kinds that one person meets
ENDS = (State.DONE, State.DONE, State.REJECTED, State.EXPIRED, State.DONE, State.RETRACTED)
ROUNDS = 5


async def measure(*, owners: int, weeks: int, postgres: bool) -> dict[str, object]:
    """`report_seconds` is everyone's, `home_ms` a manager's with ten reports over four weeks, `everyone_ms` an administrator's;
    each the median of five. `report_cpu_seconds` is what a busy machine doesn't stretch, without a PostgreSQL server's part."""
    async with AsyncExitStack() as stack:
        if postgres:
            address = stack.enter_context(postgres_server())
            url = address.replace("postgresql://", "postgresql+psycopg://")
        else:
            folder = stack.enter_context(tempfile.TemporaryDirectory())
            url = f"sqlite+aiosqlite:///{Path(folder) / 'bench.db'}"
        database = Database(url)
        stack.push_async_callback(database.close)
        await database.migrate()
        began = perf_counter()
        count = await _fill(database, owners=owners, weeks=weeks)
        filled = perf_counter() - began
        team = [f"u{number}" for number in range(10)]
        report, people, cpu = await _median(database, Scope.EVERYONE, LAST - timedelta(weeks=weeks), None)
        home, *_ = await _median(database, Scope.TEAM, LAST - RECENT, team)
        everyone, *_ = await _median(database, Scope.EVERYONE, LAST - RECENT, None)
    assert people == owners
    return {
        "owners": owners,
        "weeks": weeks,
        "recommendations": count,
        "report_seconds": round(report, 2),
        "report_cpu_seconds": round(cpu, 2),
        "home_ms": round(home * 1_000, 1),
        "everyone_ms": round(everyone * 1_000, 1),
        "fill_seconds": round(filled, 1),
    }


async def _median(
    database: Database, scope: Scope, since: date, person_ids: list[str] | None
) -> tuple[float, int, float]:
    """The seconds to count and add up, the people found, and the seconds of this process at work."""
    taken, busy, people = [], [], 0
    for _ in range(ROUNDS):
        began, worked = perf_counter(), process_time()
        async with database.reading() as tx:
            found = await measured(tx, scope, since=since, person_ids=person_ids)
        people = len(by_person(found.cells, found.sittings))
        taken.append(perf_counter() - began)
        busy.append(process_time() - worked)
    return median(taken), people, median(busy)


async def _fill(database: Database, *, owners: int, weeks: int) -> int:
    days = [LAST - timedelta(days=back) for back in range(weeks * 7)]
    mornings = [day for day in days if day.weekday() < 5]
    count = 0
    made = list(product(range(owners), mornings))
    for start in range(0, len(made), 2_000):
        some = made[start : start + 2_000]
        async with database.transaction() as tx:
            run = tx.pilot._connection.execute
            await run(insert(briefs), [_brief(owner, day) for owner, day in some])
            asked = [row for owner, day in some for row in _asked(owner, day)]
            await run(insert(proposals), asked)
            await run(insert(openings), [_opening(owner, day) for owner, day in some])
            done = [row for row in asked if row["state"] == State.DONE]
            await run(insert(outcomes), [_outcome(number, row) for number, row in enumerate(done)])
            count += len(asked)
    return count


def _at(day: date, minutes: float) -> datetime:
    return datetime.combine(day, time(7), UTC) + timedelta(minutes=minutes)


def _brief(owner: int, day: date) -> dict[str, Any]:
    return {
        "id": f"b{owner}-{day}",
        "owner_id": f"u{owner}",
        "local_date": day,
        "state": BriefState.POSTED,
        "claimed_at": _at(day, 0),
        "generated_at": _at(day, 0),
        "posted_at": _at(day, 1),
        "body": BODY,
    }


def _asked(owner: int, day: date) -> Iterator[dict[str, Any]]:
    for place in range(ASKED):
        number = owner * 7 + day.toordinal() + place
        state, id = ENDS[number % len(ENDS)], f"{owner:08x}{day.toordinal():08x}{place:016x}"
        decided = state in (State.DONE, State.REJECTED)
        yield {
            "id": id,
            "lineage": id,
            "version": 1,
            "brief_id": f"b{owner}-{day}",
            "owner_id": f"u{owner}",
            "account_id": f"a{number}",
            "account_name": "Acme Robotics",
            "key": f"a{number}:follow_up:{KINDS[(owner + number % OFTEN) % len(KINDS)]}:a{number}",
            "recommendation": ADVICE,
            "write": ADVICE[:600],
            "basis": ADVICE[:600],
            "digest": id * 2,
            "state": state,
            "created_at": _at(day, 0),
            "expires_at": _at(day, 4_320),
            "decided_by": f"u{owner}" if decided else None,
            "decided_at": _at(day, 5 + place) if decided else None,
            "done_at": _at(day, 6 + place) if state is State.DONE else None,
        }


def _opening(owner: int, day: date) -> dict[str, Any]:
    return {"person_id": f"u{owner}", "brief_id": f"b{owner}-{day}", "day": day, "sign": Sign.HOME, "at": _at(day, 4)}


def _outcome(number: int, row: dict[str, Any]) -> dict[str, Any]:
    return {
        "proposal_id": row["id"],
        "account_id": row["account_id"],
        "movement": "reply",
        "record_id": row["account_id"],
        "since": row["done_at"],
        "until": row["done_at"] + timedelta(days=14),
        "verdict": "improved" if number % 2 else "flat",
    }
