"""`sergas zoho mcp pin`: list the hosted server's tools and pin those to read through."""

from __future__ import annotations

from collections.abc import Sequence

from rich.table import Table

from bot.commands.console import Terminal
from bot.settings import load_settings, require
from bot.settings.storage import PINS_FILE
from bot.telemetry import configure_logging
from bot.wiring.resources import hosted_session
from integrations.zoho_mcp.pins import Pins, load, pin, save
from store.domain.errors import BadInput
from store.domain.text.redaction import clean

console = Terminal()


async def run_pin(choices: Sequence[str]) -> int:
    """Write this server's pins and show the changes. Raises: BadInput if tools are missing or several fit."""
    settings = load_settings()
    configure_logging(level=settings.log.level, form=settings.log.format)
    require(settings.zoho, "mcp_url")
    async with hosted_session(settings.zoho) as session:
        pins = pin(await session.tools(), chosen=_chosen(choices))
    path = settings.storage.home / PINS_FILE
    try:
        before: Pins = load(path)
    except BadInput:
        before = {}
    save(pins, path)
    console.print(_table(pins, before))
    console.print(f"Kept in {path}.", soft_wrap=True)
    return 0


def _chosen(choices: Sequence[str]) -> dict[str, str]:
    """`records=ZohoCRM_getRecords` and so on. Raises: BadInput."""
    for choice in choices:
        if not all(choice.partition("=")):
            raise BadInput("Use --choose OPERATION=TOOL, for example records=ZohoCRM_getRecords.")
    return {name: tool for name, _, tool in (choice.partition("=") for choice in choices)}


def _table(pins: Pins, before: Pins) -> Table:
    table = Table("Operation", "Tool", "SHA-256", "", box=None)
    for name, kept in pins.items():
        news = "" if before.get(name) == kept else "changed" if name in before else "new"
        table.add_row(name, clean(kept.tool, limit=80), kept.sha256[:12], news)
    return table
