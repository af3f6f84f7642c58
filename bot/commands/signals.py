"""`sergas signals`: the signals that say nothing in this CRM, and the answers about them."""

from __future__ import annotations

import getpass

from rich.console import Console
from rich.markup import escape
from rich.table import Column, Table

from agents.flows.people.question_signals import answer_as_operator
from bot.clock import SystemClock
from bot.settings import load_settings
from bot.settings.storage import StorageSettings
from bot.telemetry import configure_logging
from bot.wiring.database import open_store, open_store_as_it_is
from store.domain.errors import BadInput
from store.domain.signals.kinds import SignalKind
from store.domain.signals.question import Answer

console = Console(highlight=False)
_SAID = {None: "silent; not answered yet", Answer.OFF: "off for everyone", Answer.KEEP: "silent until it is used"}


async def run_list() -> int:
    """Print each signal that an administrator was asked about, with the figures and the answer."""
    async with open_store_as_it_is(_storage()) as database, database.reading() as tx:
        questions = await tx.questions.all()
        names = await tx.people.names()
    if not questions:
        console.print("Every signal says something in this CRM, as far as is known.")
        return 0
    table = Table(Column("Signal", no_wrap=True), Column("State"), Column("By"), Column("Figures"), box=None)
    for each in questions:
        by = names.get(each.answered_by or "", each.answered_by or "")
        table.add_row(each.kind, _SAID[each.answer], escape(by), escape(each.figures))
    console.print(table)
    return 0


async def run_switch(name: str, *, on: bool) -> int:
    """Switch a signal off for everyone, or on again. Raises: BadInput, NotFound."""
    if name not in set(SignalKind):
        raise BadInput(f"There is no signal “{name}”. The signals are {', '.join(SignalKind)}.")
    async with open_store(_storage(), create=False) as database:
        answer = Answer.KEEP if on else Answer.OFF
        kept = await answer_as_operator(
            database, SystemClock(), SignalKind(name), answer, by=f"operator:{getpass.getuser()}"
        )
    console.print(f"{kept.kind}: {_SAID[kept.answer]}.")
    return 0


def _storage() -> StorageSettings:
    settings = load_settings()
    configure_logging(level="ERROR", form="console")
    return settings.storage
