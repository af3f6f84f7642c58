"""Commands of an operator: sync, brief, why, settings, migrate."""

from __future__ import annotations

from dataclasses import fields
from typing import get_type_hints

from rich.console import Console
from rich.table import Column, Table

from agents.flows.compose_brief import ComposeBrief
from agents.flows.reviewing import gather, review_all
from bot.bootstrap import build_bot
from bot.clock import SystemClock
from bot.commands.terminal import print_brief
from bot.policies import brief_policy
from bot.services import open_services, open_store
from bot.settings import Settings, load_settings, require, variable_of
from bot.telemetry import configure_logging
from store.database import Database, Tx
from store.domain.accounts import Person, Stream
from store.domain.errors import Ambiguous, NotFound
from store.domain.ranking import explain
from store.domain.signals.look import SignalPolicy
from store.domain.wording import plural

console = Console(highlight=False)


async def run_sync() -> int:
    """Read the CRM with a line of progress a kind of record."""
    settings = _start()
    async with open_services(settings, SystemClock()) as services:
        with console.status("Signing in …") as status:

            def progress(stream: Stream, rows: int) -> None:
                status.update(f"Reading {stream}: {rows:,}")

            report = await services.sync(progress=progress)
    rows = ", ".join(f"{stream} {count:,}" for stream, count in report.rows.items())
    came_of_it = "the first look, so nothing counts as changed" if report.baseline else plural(report.changes, "change")
    console.print(f"Read in {report.seconds:.1f} s ({rows}): {came_of_it}.", soft_wrap=True)
    for problem in report.problems:
        console.print(problem, style="yellow", soft_wrap=True, markup=False)
    return 0


async def run_brief(owner: str, *, dry_run: bool) -> int:
    """Print the brief of an owner as it would be now, or prepare and send it."""
    settings = _start()
    clock = SystemClock()
    if dry_run:
        async with open_store(settings, create=False) as database:
            person = await find_owner(database, owner)
            compose = ComposeBrief(database, clock, brief_policy(settings))
            print_brief(await compose.preview(person.id), console)
        return 0
    require(settings, "slack_bot_token")
    async with open_services(settings, clock) as services:
        person = await find_owner(services.database, owner)
        sent = await build_bot(services).morning(person.id)
    console.print(f"Sent to {person.name}." if sent else f"{person.name} has today's brief already.")
    return 0


async def run_why(name: str) -> int:
    """Print what each detector says of an account."""
    settings = _start()
    clock = SystemClock()
    async with open_store(settings, create=False) as database, database.reading() as tx:
        account_id = await account_id_of(tx, name)
        facts = await tx.snapshots.account_facts(account_id)
        owner = await tx.people.get(facts.account.owner_id) if facts and facts.account else None
        if facts is None or owner is None:
            raise NotFound(f"“{name}” has no owner that I know.")
        now, policy = clock.now(), settings.signals
        material = await gather(tx, owner, [facts], now=now, news_since=now, policy=policy, currency=settings.currency)
        review = (await review_all(material, now=now, news_since=now, policy=policy))[0]
    console.print(f"{facts.name} · {owner.name}", style="bold", markup=False)
    for line in explain(review.findings):
        console.print(f"  {line}", markup=False)
    return 0


async def run_settings() -> int:
    """Print every setting, its default and its meaning."""
    table = Table(Column("Variable", no_wrap=True), Column("Default", overflow="fold"), "Meaning", box=None)
    for name, field in Settings.model_fields.items():
        if name != "signals":
            secret = "secret" in str(field.annotation).lower()
            default = "" if secret else str(field.get_default(call_default_factory=True))
            table.add_row(variable_of(name), default, field.description or "")
    meanings = get_type_hints(SignalPolicy, include_extras=True)
    for threshold in fields(SignalPolicy):
        default = "all" if threshold.name == "enabled" else str(threshold.default)
        table.add_row(f"SERGAS_SIGNALS__{threshold.name.upper()}", default, meanings[threshold.name].__metadata__[0])
    console.print(table)
    return 0


async def run_migrate() -> int:
    """Open the database, which brings it up to date."""
    settings = _start()
    async with open_store(settings):
        console.print("The database is up to date.")
    return 0


async def find_owner(database: Database, text: str) -> Person:
    """The person with this e-mail address, id or name. Raises: NotFound, Ambiguous."""
    async with database.reading() as tx:
        people = await tx.people.all()
    wanted = text.strip().casefold()
    found = [p for p in people if wanted in (p.id.casefold(), p.email.casefold(), p.name.casefold())]
    found = found or [p for p in people if wanted and wanted in p.name.casefold()]
    if not found:
        hint = (
            "Run `sergas sync` first." if not people else "Known are: " + ", ".join(p.name for p in people[:8]) + " …"
        )
        raise NotFound(f"There is no owner “{text}”. {hint}")
    if len(found) > 1:
        raise Ambiguous(f"“{text}” fits {', '.join(p.name for p in found[:8])}. Say which.", [])
    return found[0]


def _start() -> Settings:
    settings = load_settings()
    quiet = settings.log_level == "INFO"  # a person at a terminal gets the command's one sentence instead
    configure_logging(level="ERROR" if quiet else settings.log_level, form="console")
    return settings


async def account_id_of(tx: Tx, name: str) -> str:
    """The account of this name. Raises: NotFound, Ambiguous."""
    found = await tx.snapshots.find_accounts(name, limit=10)
    exact = [account for account in found if account.name.casefold() == name.casefold()] or found
    if not exact:
        hint = "" if await tx.sync.last_success() else " The CRM was never read: run `sergas sync` first."
        raise NotFound(f"There is no account “{name}”.{hint}")
    if len(exact) > 1:
        raise Ambiguous(f"“{name}” fits {', '.join(account.name for account in exact)}. Say which.", [])
    return exact[0].id
