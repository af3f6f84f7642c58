"""Commands that explain: why, settings."""

from __future__ import annotations

from dataclasses import fields
from typing import get_type_hints

from rich.console import Console
from rich.table import Column, Table

from agents.flows.accounts.review import gather, review_all
from bot.clock import SystemClock
from bot.commands.naming import account_id_of
from bot.commands.starting import started
from bot.settings import Settings, variable_of
from bot.wiring.database import open_store
from store.domain.brief.ranking import explain
from store.domain.errors import NotFound
from store.domain.signals.look import SignalPolicy

console = Console(highlight=False)


async def run_why(name: str) -> int:
    """Print what each detector says of an account."""
    settings = started()
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
