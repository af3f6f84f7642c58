"""`python -m tests.injection`: the attack with a sample of the strings; `--all` with every one of them, in every text field.

Prints one closing line of JSON and ends with 1 where a promise was broken. `--pin` writes down the tools that the servers
have now, for somebody to look at and check in.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import tempfile
from pathlib import Path

from mcp import Client

import agents.model
from agents.model.toolbox import pins_of
from bot.telemetry import configure_logging
from integrations.mcp_servers.crm import build_crm_server
from store.domain.access.rules import Reach
from tests.injection import corpus, views
from tests.injection.campaign import campaign
from tests.injection.judge import Verdict
from tests.integrations.mcp_servers.host import Gate, desk_server, memory_server
from tests.integrations.zoho.bench import bench
from tests.integrations.zoho.company import company

ROUND = 80  # strings at once: no owner has more accounts than Claude writes of in a morning
PINS = Path(agents.model.__path__[0]) / "tool_pins.json"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.injection", description=__doc__)
    parser.add_argument("--all", action="store_true", help="every string, every field, every owner (minutes)")
    parser.add_argument("--pin", action="store_true", help="write the digests of the servers' tools")
    given = parser.parse_args()
    configure_logging(level="CRITICAL")
    if given.pin:
        asyncio.run(pin())
        return 0
    verdict = asyncio.run(attack(corpus.strings() if given.all else corpus.sample(24), thorough=given.all))
    print(*verdict.cases[:40], sep="\n", file=sys.stderr)
    print(json.dumps(verdict.line()))
    # A run that streams nothing has not looked everywhere.
    return int(any(verdict.broken.values()) or not verdict.streams)


async def attack(texts: list[str], *, thorough: bool) -> Verdict:
    """The campaign in rounds, and every view with every string."""
    whole = Verdict()
    for start in range(0, len(texts), ROUND):
        with tempfile.TemporaryDirectory() as folder:
            url = f"sqlite+aiosqlite:///{folder}/sergas.db"
            part = texts[start : start + ROUND]
            whole = whole.merged(await campaign(url, Path(folder), part, thorough=thorough, huge=start == 0))
        print(f"{start + len(part)} of {len(texts)} strings", file=sys.stderr)
    views.judge_views(texts, whole)
    return whole


async def pin() -> None:
    async with bench(company()) as crm:
        server = build_crm_server(reader=crm.client, execute=Gate(), reach=Reach())
        async with Client(server, cache=None) as client:
            pins = {"crm": await pins_of(client)}
    async with Client(memory_server(), cache=None) as client:
        pins["memory"] = await pins_of(client)
    async with Client(desk_server(), cache=None) as client:
        pins["desk"] = await pins_of(client)
    PINS.write_text(json.dumps(pins, indent=2, sort_keys=True) + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
