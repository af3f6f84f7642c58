"""Commands that run the bot's scheduled work now: sync, brief."""

from __future__ import annotations

from agents.flows.accounts.compose_brief import ComposeBrief
from bot.clock import SystemClock
from bot.commands.console import Terminal
from bot.commands.names import find_owner
from bot.commands.setup import started
from bot.commands.terminal import print_brief
from bot.settings import require
from bot.wiring.database import open_store_as_it_is
from bot.wiring.policies import brief_policy
from bot.wiring.resources import open_services
from bot.wiring.root import build_bot
from store.domain.crm.accounts import Stream
from store.domain.text.wording import plural

console = Terminal()


async def run_sync() -> int:
    """Read the CRM, with a line of progress per kind of record."""
    settings = started()
    async with open_services(settings, SystemClock()) as services:
        with console.status("Signing in …") as status:

            def progress(stream: Stream, rows: int) -> None:
                status.update(f"Reading {stream}: {rows:,}")

            report = await services.sync(progress=progress)
    rows = ", ".join(f"{stream} {count:,}" for stream, count in report.rows.items())
    came_of_it = "the first read, so nothing counts as changed" if report.baseline else plural(report.changes, "change")
    console.print(f"Read in {report.seconds:.1f} s ({rows}): {came_of_it}.", soft_wrap=True)
    for problem in report.problems:
        console.print(problem, style="yellow", soft_wrap=True)
    return 0


async def run_brief(owner: str, *, dry_run: bool) -> int:
    """Print an owner's brief as of now, or prepare and send it."""
    settings = started()
    clock = SystemClock()
    if dry_run:
        async with open_store_as_it_is(settings.storage) as database:
            person = await find_owner(database, owner)
            compose = ComposeBrief(database, clock, brief_policy(settings.brief, settings.gate, settings.signals))
            print_brief(await compose.preview(person.id), console)
        return 0
    require(settings.slack, *settings.slack.credentials)
    async with open_services(settings, clock) as services:
        person = await find_owner(services.database, owner)
        bot = build_bot(services)
        sent = await bot.accounts.morning(person.id)
        await bot.cards.drain()
    console.print(f"Sent to {person.name}." if sent else f"{person.name} already has today's brief.")
    return 0
