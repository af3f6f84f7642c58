"""`sergas signals`: the signals that say nothing in this CRM, and the answers about them."""

from __future__ import annotations

import getpass
from collections.abc import Mapping

from rich.table import Column, Table

from agents.flows.people.question_signals import answer_as_operator, silent_signals
from bot.clock import clock_at
from bot.commands.console import Terminal, write_json
from bot.settings import Settings, load_settings
from bot.telemetry import configure_logging
from bot.wiring.database import open_store, open_store_as_it_is
from store.domain.errors import BadInput
from store.domain.signals.kinds import SignalKind
from store.domain.signals.question import Answer, Silence
from store.domain.signals.use import meaning_of, starts_once

console = Terminal()
_SAID = {
    "not asked": "silent; no one was asked yet",
    "asked": "silent; asked, not answered yet",
    "off": "off for everyone, unless you switch it on",
    "keep": "silent; waits until it is used",
    "speaks": "speaks, as the CRM is used for it",
}


async def run_list(*, as_json: bool = False) -> int:
    """Print each signal that says nothing, with the figures, whether an administrator was asked, and the answer."""
    settings = _settings()
    async with open_store_as_it_is(settings.storage) as database, database.reading() as tx:
        found = await silent_signals(tx, settings.signals)
        measured = (await tx.norms.last()).measured_at is not None
        names = await tx.people.names()
    if as_json:
        write_json([_as_json(each, names) for each in found])
        return 0
    if not found:
        console.print(
            "Every signal says something in this CRM." if measured else "Nothing was measured yet: `sergas sync`."
        )
        return 0
    table = Table(Column("Signal", no_wrap=True), Column("State"), Column("By"), Column("Figures"), box=None)
    for each in found:
        table.add_row(each.kind, _SAID[each.state], _by(each, names), each.figures)
    console.print(table)
    return 0


async def run_switch(name: str, *, on: bool) -> int:
    """Switch a signal off for everyone, or on again. Raises: BadInput, NotFound."""
    if name not in set(SignalKind):
        raise BadInput(f"There is no signal “{name}”. The signals are {', '.join(SignalKind)}.")
    settings, answer = _settings(), Answer.KEEP if on else Answer.OFF
    by = f"operator:{getpass.getuser()}"
    clock = clock_at(settings.storage.home)
    async with open_store(settings.storage, clock=clock, create=False) as database:
        found = await answer_as_operator(database, clock, settings.signals, SignalKind(name), answer, by=by)
    console.print(f"{found.kind}: {_told(found, settings)}.", soft_wrap=True)
    return 0


def _told(found: Silence, settings: Settings) -> str:
    """What the answer means from now on."""
    if found.state == "keep":
        starts = starts_once(found.kind, settings.signals.unused_share)
        return f"silent for now; it starts by itself once {starts}"
    return _SAID[found.state]


def _by(each: Silence, names: Mapping[str, str]) -> str:
    by = each.question.answered_by if each.question else None
    return names.get(by or "", by or "")


def _as_json(each: Silence, names: Mapping[str, str]) -> dict[str, object]:
    question = each.question
    return {
        "signal": each.kind,
        "state": each.state,
        "answer": question.answer if question else None,
        "answered_by": _by(each, names) or None,
        "answered_at": question.answered_at.isoformat() if question and question.answered_at else None,
        "figures": each.figures,
        "meaning": meaning_of(each.kind),
    }


def _settings() -> Settings:
    settings = load_settings()
    configure_logging(level="ERROR", form="console")
    return settings
