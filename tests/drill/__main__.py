"""`python -m tests.drill`: the whole drill, with Claude, the durable engine and the memory's process, without and with sealing.

Prints how many of the planted values of each kind a thief finds in each place, and one closing line of JSON. Ends with 1 if a
secret is found, anything in a sealed database, or a file that other users can open.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from tests import postgres
from tests.drill.day import a_day, with_password
from tests.drill.verdict import Verdict, search

KEY = "cGxhbnRlZCBrZXksIHRoaXJ0eS10d28gYnl0ZXMgb2s="
READABLE = "exports"  # for those who may export, so they are not sealed


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.drill", description=__doc__)
    parser.add_argument("--postgres", action="store_true", help="over PostgreSQL instead of SQLite")
    parser.add_argument("--no-memory", action="store_true", help="without the memory's process")
    given = parser.parse_args()
    closing: dict[str, dict[str, int]] = {}
    broken = False
    for name, keys in (("plain", ""), ("sealed", KEY)):
        verdict = asyncio.run(_drill(keys, on_server=given.postgres, memory=not given.no_memory))
        print(name, file=sys.stderr)
        for place, counts in verdict.table().items():
            print(f"  {place:<34} {verdict.searched[place]:>11,} bytes  {counts}", file=sys.stderr)
        kept = [place for place in verdict.table() if place != READABLE]
        closing[name] = {kind: len(verdict.kinds_in(*kept).get(kind, ())) for kind in verdict.found}
        closing[name]["open_to_others"] = sum(mode & 0o077 != 0 for mode in verdict.modes)
        broken |= bool(closing[name]["secrets"] or closing[name]["open_to_others"]) or (
            name == "sealed" and any(closing[name].values())
        )
    print(json.dumps(closing))
    return int(broken)


async def _drill(keys: str, *, on_server: bool, memory: bool) -> Verdict:
    with tempfile.TemporaryDirectory() as folder, _database(folder, on_server=on_server) as url:
        async with a_day(url, Path(folder), seal_keys=keys, whole=True, memory=memory) as loot:
            return await asyncio.to_thread(search, loot)


@contextmanager
def _database(folder: str, *, on_server: bool) -> Iterator[str]:
    if not on_server:
        yield f"sqlite+aiosqlite:///{folder}/sergas.db"
        return
    with postgres.postgres_server() as address:
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute("CREATE DATABASE drill")
        url = address.replace("postgresql://", "postgresql+psycopg://").replace("/postgres?", "/drill?")
        yield with_password(url)


if __name__ == "__main__":
    sys.exit(main())
