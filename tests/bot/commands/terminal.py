"""The commands over the audit trail as a person runs them, over a database of their own."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from agents.flows.records.anchor_audit import AnchorAudit
from bot.clock import SystemClock
from bot.commands.audit import run_export, run_verify
from bot.settings import load_settings
from bot.wiring.anchors import audit_anchors
from store.database import Database
from tests.store.makers import ANNA
from tests.store.repositories.vandal import write


@dataclass(frozen=True)
class Ran:
    """The exit code, what stood on standard output with its white space as single spaces, and on standard error."""

    code: int
    out: str
    err: str


Sergas = Callable[[Callable[[], Awaitable[int | None]]], Ran]
each_database = pytest.mark.parametrize(
    "url", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True
)


def verify(anchor: str | None = None, file: Path | None = None) -> Callable[[], Awaitable[int]]:
    return lambda: run_verify(anchor=anchor, file=file)


def export(**options: Any) -> Callable[[], Awaitable[int]]:
    given = {"since": None, "until": None, "subject": None, "out": None} | options
    return lambda: run_export(**given)


def entries(url: str, *numbers: int, anchored: bool = False) -> None:
    """Write these entries, and note the head as the bot does."""

    async def writing() -> None:
        database = Database(url)
        async with database.transaction() as tx:
            await tx.people.replace([ANNA])
        for number in numbers:
            await write(database, number)
        if anchored:
            settings = load_settings()
            anchors = audit_anchors(settings.audit, settings.storage)
            assert anchors is not None
            anchor = AnchorAudit(database, anchors, SystemClock())
            await anchor()
            await anchor()
        await database.close()

    asyncio.run(writing())
