"""The same morning where Slack reaches the bot by signed requests and not over a socket."""

from __future__ import annotations

import asyncio
import socket
from pathlib import Path

from tests.flows.company import ACME, FIRST_NIGHT
from tests.flows.stage import ANNAS, APPROVE, NIGHT, stage


async def test_over_signed_http_an_approved_task_is_written_once(sqlite_url: str, tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    async with stage(sqlite_url, tmp_path, slack_mode="http", http_port=port) as made:
        await made.look(FIRST_NIGHT)
        await made.look(NIGHT)
        await made.morning()
        proposal = await made.proposal(ACME)
        await asyncio.gather(made.press(ANNAS, APPROVE, proposal), made.press(ANNAS, APPROVE, proposal))
        await made.until(ANNAS, "task created, due")

        assert len(made.zoho.ledger) == 1
        assert {receipt.acknowledged for _, receipt in made.slack.deliveries} == {True}
