"""Remembering under kill -9: whenever its process dies, the next one ends with the same passages as an undisturbed run."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import sys
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest

from store.database import Database
from store.domain.crm.accounts import Entity
from tests.flows.records.test_remember import keep, remembered
from tests.store.makers import NOW, account, activity, deal, note

RECORDS = 120
CHILD = """
import asyncio, sys
from agents.flows.records.remember import MemoryPolicy, Remember
from store.database import Database
from tests.flows.records.test_remember import At

async def main():
    run = Remember(Database(sys.argv[1]), At(), MemoryPolicy(batch=2))
    await run(progress=lambda records, waiting: print(records, flush=True))

asyncio.run(main())
"""


async def filled(url: str) -> None:
    database = Database(url)
    records: list[Entity] = [account("a1"), account("a2"), deal("d1", "a1")]
    for number in range(RECORDS):
        place = {"account_id": "a2"} if number % 3 else {"deal_id": "d1"}
        records.append(note(f"n{number}", **place) if number % 2 else activity(f"c{number}", **place))
    await keep(database, *records)
    await keep(database, deal("d1", "a1", stage="Won", modified_at=NOW + timedelta(days=1)))
    await database.close()


async def ends_with(url: str) -> list[tuple[str, str, str]]:
    """What is remembered once the list is worked off."""
    database = Database(url)
    passages = [*await remembered(database, "a1"), *await remembered(database, "a2")]
    async with database.reading() as tx:
        hits = await tx.full_text.search(["a1", "a2"], "note call", limit=1_000)
        places = [each.seq for each in await tx.memory.after(0, 10_000)]
    assert len(set(places)) == len(places) == len(passages)
    assert len(hits) == RECORDS
    await database.close()
    return sorted((each.id, each.account_id, each.text) for each in passages)


@pytest.mark.slow
async def test_a_process_that_is_killed_anywhere_leaves_a_list_that_the_next_one_ends(
    sqlite_url: str, tmp_path: Path
) -> None:
    undisturbed = f"sqlite+aiosqlite:///{shutil.copyfile(sqlite_url.partition('///')[2], tmp_path / 'undisturbed.db')}"
    for url in (sqlite_url, undisturbed):
        await filled(url)
    chance, killed = Random(7), 0
    for lines in (1, 3, 6, 9):
        killed += await _killed_after(sqlite_url, lines, chance.uniform(0, 0.01))
    assert killed == 4
    assert await ends_with(sqlite_url) == await ends_with(undisturbed)


async def _killed_after(url: str, lines: int, seconds: float) -> bool:
    """Whether it was still at work when the blow came."""
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-c", CHILD, url, stdout=asyncio.subprocess.PIPE, cwd=Path(__file__).parents[3]
    )
    assert child.stdout is not None
    for _ in range(lines):
        assert await child.stdout.readline()
    await asyncio.sleep(seconds)
    os.kill(child.pid, signal.SIGKILL)
    return await child.wait() == -signal.SIGKILL
