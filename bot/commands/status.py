"""`sergas status`: the whole system on one screen, from the database alone."""

from __future__ import annotations

from typing import Any

from rich.table import Column, Table

from agents.ports import Clock
from bot.clock import clock_at
from bot.commands.console import Terminal, write_json
from bot.settings import load_settings
from bot.settings.zoho import ZohoSettings
from bot.telemetry import configure_logging
from bot.wiring.crm import open_crm, with_refresh_token
from bot.wiring.database import open_store_as_it_is
from bot.wiring.overview import Overview, look
from store.domain.errors import CrmError
from store.domain.running.features import Feature

console = Terminal()
LISTED = 50  # quarantined fields, on one screen


async def run_status(*, as_json: bool, live: bool) -> int:
    """Exit code 1 if something needs a person. No external service is called unless `live`."""
    settings = load_settings()
    configure_logging(level="ERROR", form="console")
    zoho = await with_refresh_token(settings.zoho)
    clock = clock_at(settings.storage.home)
    async with open_store_as_it_is(settings.storage) as database:
        said = await _live(zoho, database, clock) if live else None
        seen = await look(
            zoho, settings.engine, settings.signals, database, now=clock.now(), brief_time=settings.brief.time
        )
    problems = [*seen.problems, *([said] if said else [])]
    if as_json:
        write_json(seen.as_json() | {"problems": problems})
    else:
        _print(seen, problems)
    return 1 if problems else 0


async def _live(zoho: ZohoSettings, database: Any, clock: Clock) -> str | None:
    """The problem with Zoho now; None if it answers."""
    try:
        async with open_crm(zoho, database, clock) as crm:
            await crm.hurried().me()
    except CrmError as exc:
        return str(exc)
    return None


def _print(seen: Overview, problems: list[str]) -> None:
    table = Table(Column(style="bold", no_wrap=True), Column(overflow="fold"), show_header=False, box=None)
    sync = seen.sync or {}
    credits, requests = seen.credits, seen.requests
    allowed = f"{credits['allowed']:,}" if credits["allowed"] else "not known"
    rows = {
        "Database": seen.database,
        "Engine": f"its records are {seen.engine}",
        "Last sync": f"{sync.get('started', 'never')} {_read(sync)}".strip(),
        "Reads, 30 days": _reads(seen.reads),
        "Read up to": _counts(seen.watermarks),
        "Credits, 24 h": f"{credits['used']:,} used, {allowed} allowed, {credits['reserve']:,} kept for approved writes",
        "Requests": f"{requests['this_minute']} this minute, ceiling {requests['ceiling'] or 'none'}",
        "Token": f"valid until {seen.token['valid_until'] or '–'}, {seen.token['asked_in_ten_minutes']} requested in ten minutes",
        "Writes": _counts(seen.writes),
        "Silent signals": _counts(seen.signals) or "none",
        "Switched off": ", ".join(Feature(each).label for each in seen.features_off) or "nothing",
        "Briefs today": _counts(seen.briefs) or "none",
    }
    for name, text in rows.items():
        table.add_row(name, text)
    console.print(table)
    for odd in seen.quarantine[:LISTED]:
        since = f"since {odd['since'][:10]}"
        console.print(
            f"? {odd['kind'].capitalize()} {odd['record']}: {odd['field']} {odd['why']} ({since})",
            soft_wrap=True,
        )
    if (more := len(seen.quarantine) - LISTED) > 0:
        console.print(f"? and {more:,} more: see `sergas status --json`")
    for problem in problems:
        console.print(f"✗ {problem}", soft_wrap=True)


def _read(sync: dict[str, Any]) -> str:
    """What the last sync read: what changed since the one before, not how much there is; or why it failed."""
    if not sync or sync["error"]:
        return sync.get("error") or ""
    changed = {stream: count for stream, count in sync["rows"].items() if count}
    return f"read {_counts(changed)}" if changed else "no changes" if sync["finished"] else "still running"


def _reads(reads: dict[str, Any]) -> str:
    ended = reads["succeeded"] + reads["failed"]
    return f"{reads['succeeded']:,} of {ended:,} succeeded ({reads['share']:.1%})" if ended else "none"


def _counts(counts: dict[str, Any]) -> str:
    return ", ".join(f"{name} {count}" for name, count in counts.items())
