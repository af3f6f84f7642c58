"""The whole bot behind signed HTTP between its sandboxes, on a morning with proposals to decide."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from tests.flows.openings import Opening
from tests.flows.stage import Stage, stage


@asynccontextmanager
async def morning(url: str, home: Path) -> AsyncIterator[Stage]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    notices = f"http://127.0.0.1:{port}/zoho/changes"
    async with stage(
        url, home, slack_mode="http", http_port=port, zoho_notify_url=notices, opening=Opening.MORNING
    ) as made:
        yield made
