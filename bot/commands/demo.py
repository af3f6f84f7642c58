"""`sergas demo`: the page for people or, with --check, the whole loop without a page."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from rich.text import Text

from bot.commands.console import Terminal, write_json, write_line
from bot.commands.demo_progress import DemoProgress
from bot.commands.imports import read_company
from bot.demo.check import check_demo
from bot.demo.demo import Author, running_demo
from bot.demo.replay import WARM_UP
from bot.demo.shown import where_to_look, whom_to_act_as
from bot.heap import settle
from bot.telemetry import configure_logging
from integrations.sandbox.history import Company
from integrations.sandbox.imports import Report
from store.domain.errors import BadInput
from store.domain.text.wording import plural

console = Terminal(stderr=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoOptions:
    port: int
    seed: int
    days: int
    owners: int
    accounts: int
    data: Path | None
    mapping: Path | None
    check: bool
    author: Author


async def run_demo(options: DemoOptions) -> int:
    """Run until interrupted; with `check`, run the loop once and return 0 if all went well, else 1.

    Raises: BadInput for unreadable data or a taken port.
    """
    configure_logging(level="WARNING", form="json")
    if options.author == "playbook" or not os.environ.get("ANTHROPIC_API_KEY"):
        for name in ("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"):
            os.environ.pop(name, None)  # everything is on this machine, but the Slack SDK would use the proxy
    with tempfile.TemporaryDirectory(prefix="sergas-demo-") as folder, DemoProgress(console) as progress:
        progress.step("Reading your files" if options.data else "Making up a company")
        company, report = await asyncio.to_thread(_company, options)
        async with running_demo(
            company,
            home=Path(folder),
            port=options.port,
            days=options.days,
            author=options.author,
            progress=progress.step,
        ) as demo:
            progress.stop()
            settle()
            if options.check:
                result = await check_demo(demo)
                write_json(result.figures)
                _say(result.cards, report)
                for problem in result.problems:
                    console.print(f"sergas: {problem}", style="red")
                return 1 if result.problems else 0
            be = "is" if demo.briefs == 1 else "are"
            waiting = f"\n  {plural(demo.briefs, 'brief')} {be} waiting, written by {demo.author}.  Open "
            console.print(Text.assemble(waiting, (demo.slack.url, "bold")))
            console.print(f"  {whom_to_act_as(company)}", soft_wrap=True)
            console.print(
                Text.assemble("  Run commands on it with ", (f"SERGAS_HOME={folder} sergas", "bold"), ", such as")
            )
            console.print(f"    SERGAS_HOME={folder} sergas status", soft_wrap=True)
            if os.environ.get("SERGAS_HOME"):
                console.print("  SERGAS_HOME is set, but the demo keeps its data in that folder of its own.")
            console.print("  Press Ctrl-C to stop; nothing is saved.\n")
            await _stopped()
    return 0


def _say(cards: Sequence[str], report: Report | None) -> None:
    """Show some cards and what to look at next, beside the figures."""
    look = (
        where_to_look(checks=len(report.checks), left_out=len(report.left_out), own=True) if report else where_to_look()
    )
    for line in (*cards, *look):
        write_line(line, sys.stderr)


def _company(options: DemoOptions) -> tuple[Company, Report | None]:
    from integrations.sandbox.world import build_world

    if options.mapping and not options.data:
        raise BadInput("--mapping needs --data with the folder of the files.")
    if options.data:
        return read_company(options.data, options.mapping)
    world = build_world(
        seed=options.seed,
        owners=options.owners,
        accounts_per_owner=options.accounts,
        days=WARM_UP.days + 2 * options.days,
        end=_last_working_day(datetime.now(UTC).date()),
        noise=True,
    )
    return world.company, None


def _last_working_day(day: date) -> date:
    return day - timedelta(days=max(0, day.weekday() - 4))


async def _stopped() -> None:
    stop = asyncio.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    await stop.wait()
