"""Commands about people: links to Slack users, and absences."""

from __future__ import annotations

from datetime import datetime

from rich.table import Column, Table

from agents.flows.people.absences import Absences
from agents.flows.people.confirm_link import unlink
from bot.commands.console import Terminal
from bot.commands.names import find_owner
from bot.settings import load_settings
from bot.settings.storage import StorageSettings
from bot.telemetry import configure_logging
from bot.wiring.database import open_store, open_store_as_it_is
from store.domain.errors import BadInput
from store.domain.gate.links import Link

console = Terminal(soft_wrap=True)


async def run_list() -> int:
    """Print every link."""
    async with open_store_as_it_is(_storage()) as database, database.reading() as tx:
        names = await tx.people.names()
        links = await tx.links.all()
    table = Table(Column("CRM user"), Column("Id"), Column("Slack"), Column("Said"), box=None)
    for link in links:
        name = names.get(link.person_id, "left the CRM")
        table.add_row(name, link.person_id, f"{link.team_id}/{link.user_id}", _said(link))
    console.print(table if links else "No one is linked yet. That happens with each person's first message.")
    return 0


async def run_unlink(text: str) -> int:
    """Remove a link; exit code 1 if there is none."""
    async with open_store(_storage(), create=False) as database:
        person = await find_owner(database, text)
        gone = await unlink(database, person)
    console.print(
        f"{person.name} is unlinked; the next message to them looks up their e-mail address again."
        if gone
        else f"{person.name} has no link."
    )
    return 0 if gone else 1


async def run_away(
    text: str, *, first: datetime | None, last: datetime | None, delegate: str | None, back: bool
) -> int:
    """Set or end an absence. Raises: BadInput for invalid dates or people."""
    async with open_store(_storage(), create=False) as database:
        person = await find_owner(database, text)
        absences = Absences(database)
        if back:
            ended = await absences.end_by_operator(person)
            console.print(f"{person.name} is back." if ended else f"{person.name} was not away.")
            return 0
        if last is None or delegate is None:
            raise BadInput("Give the last day and the delegate: --until DATE --delegate PERSON, or --back.")
        stand_in = await find_owner(database, delegate)
        absence = await absences.set_by_operator(
            person, first=first.date() if first else None, last=last.date(), delegate=stand_in
        )
    days = f"{absence.first_day(person):%Y-%m-%d} to {absence.last_day(person):%Y-%m-%d}"
    console.print(f"{person.name} is away from {days}; {stand_in.name} decides for them.")
    return 0


def _said(link: Link) -> str:
    if link.refused_at:
        return f"not me, {link.refused_at:%Y-%m-%d}"
    return f"yes, {link.confirmed_at:%Y-%m-%d}" if link.confirmed_at else "nothing yet"


def _storage() -> StorageSettings:
    settings = load_settings()
    configure_logging(level="WARNING", form="console")
    return settings.storage
