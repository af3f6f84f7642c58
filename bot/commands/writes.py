"""`sergas writes`: approved writes that need the operator.

A running bot picks up retries and updates Slack within seconds.
"""

from __future__ import annotations

import getpass

from rich.table import Column, Table

from agents.flows.gate.operate_writes import STUCK, OperateWrites
from bot.commands.console import Terminal
from bot.settings import load_settings
from bot.settings.gate import GateSettings
from bot.settings.storage import StorageSettings
from bot.telemetry import configure_logging
from bot.wiring.database import open_store, open_store_as_it_is
from store.database import Database
from store.domain.errors import BadInput
from store.domain.gate.proposals import Proposal, State

console = Terminal()

_MEANING = {
    State.READY: "approved, waiting to be sent",
    State.SENDING: "being sent",
    State.UNKNOWN: "sent, outcome unknown; the bot is looking for it",
    State.DEAD: "not written; can be retried",
    State.DONE: "written",
    State.UNDONE: "written and undone",
}


async def run_list(*, everything: bool, limit: int) -> int:
    """One line per write that didn't succeed, or per approved write."""
    storage, gate = _start()
    async with open_store_as_it_is(storage) as database:
        states = tuple(_MEANING) if everything else STUCK
        found = await _operate(database, gate).listed(_operator(), states=states, limit=limit)
        names = await _names(database)
    if not found:
        console.print("No approved write is waiting, unknown or dead.")
        return 0
    table = Table(Column("Id", no_wrap=True), "State", Column("Approved", no_wrap=True), "By", "What", box=None)
    for proposal in found:
        table.add_row(
            proposal.id[:10],
            _state(proposal),
            _when(proposal),
            names.get(proposal.decided_by or "", "?"),
            _what(proposal),
        )
    console.print(table)
    return 0


async def run_show(prefix: str) -> int:
    """One write, its content and its history."""
    storage, gate = _start()
    async with open_store_as_it_is(storage) as database:
        story = await _operate(database, gate).show(_operator(), prefix)
        names = await _names(database)
    proposal = story.proposal
    console.print(f"{proposal.id}  version {proposal.version}, run {proposal.run}")
    lines = [
        ("State", _state(proposal)),
        ("What", _what(proposal)),
        ("Mark in Zoho", proposal.marker),
        ("Zoho record", proposal.crm_id or "–"),
        ("Problem", proposal.error or "–"),
        ("Digest", proposal.digest),
    ]
    for label, text in lines:
        console.print(f"  {label:<14} {text}")
    for entry in story.trail:
        who = names.get(entry.actor, entry.actor)
        console.print(f"  {entry.at:%Y-%m-%d %H:%M:%S} UTC  {entry.action}  {who}")
    return 0


async def run_retry(prefix: str) -> int:
    """Release a dead write again, or look for a parked one again."""
    storage, gate = _start()
    async with open_store(storage, create=False) as database:
        moved = await _operate(database, gate).retry(_operator(), prefix)
    said = "will be looked for again" if moved.state is State.UNKNOWN else f"will be retried (run {moved.run})"
    console.print(f"{moved.id[:10]} {said} by the running bot.")
    return 0


async def run_resolve(prefix: str, *, written: bool, crm_id: str | None) -> int:
    """Record what a person found in Zoho. Raises: BadInput for a written one without the record's id."""
    if written and not (crm_id or "").isdigit():
        raise BadInput("Give the id of the record that you found in Zoho: --written --crm-id 4150868000000123456.")
    storage, gate = _start()
    async with open_store(storage, create=False) as database:
        moved = await _operate(database, gate).resolve(_operator(), prefix, written=written, crm_id=crm_id)
    console.print(f"{moved.id[:10]} is recorded as {_MEANING[moved.state]}.")
    return 0


def _start() -> tuple[StorageSettings, GateSettings]:
    settings = load_settings()
    configure_logging(level="ERROR", form="console")
    return settings.storage, settings.gate


def _operate(database: Database, gate: GateSettings) -> OperateWrites:
    return OperateWrites(database, lifetime=gate.lifetime)


def _operator() -> str:
    """The operator, by their account on this machine, for the audit trail."""
    return f"operator:{getpass.getuser()}"


async def _names(database: Database) -> dict[str, str]:
    async with database.reading() as tx:
        return {person.id: person.name for person in await tx.people.all()}


def _state(proposal: Proposal) -> str:
    if proposal.parked_at is not None:
        return "unknown; needs you: look in Zoho, then `sergas writes resolve`"
    return _MEANING[proposal.state]


def _when(proposal: Proposal) -> str:
    return f"{proposal.decided_at:%d %b %H:%M} UTC" if proposal.decided_at else "–"


def _what(proposal: Proposal) -> str:
    return f"{proposal.write.kind}: {proposal.name} ({proposal.account_name})"
