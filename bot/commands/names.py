"""The person and the account that an operator means by a name."""

from __future__ import annotations

from store.database import Database, Tx
from store.domain.crm.accounts import Person
from store.domain.errors import Ambiguous, NotFound


async def find_owner(database: Database, text: str) -> Person:
    """Return the person with this e-mail address, id or name. Raises: NotFound, Ambiguous."""
    async with database.reading() as tx:
        people = await tx.people.all()
    wanted = text.strip().casefold()
    found = [p for p in people if wanted and wanted in (p.id.casefold(), p.email.casefold(), p.name.casefold())]
    found = found or [p for p in people if wanted and wanted in p.name.casefold()]
    if not found:
        hint = (
            "Run `sergas sync` first."
            if not people
            else "Known people: " + ", ".join(p.name for p in people[:8]) + " …"
        )
        raise NotFound(f"There is no owner “{text}”. {hint}")
    if len(found) > 1:
        raise Ambiguous(f"“{text}” matches {', '.join(p.name for p in found[:8])}. Please say which.", [])
    return found[0]


async def account_id_of(tx: Tx, name: str) -> str:
    """Return the id of the account with this name. Raises: NotFound, Ambiguous."""
    found = await tx.snapshots.find_accounts(name, limit=10)
    exact = [account for account in found if account.name.casefold() == name.casefold()] or found
    if not exact:
        hint = "" if await tx.sync.last_success() else " The CRM was never read: run `sergas sync` first."
        raise NotFound(f"There is no account “{name}”.{hint}")
    if len(exact) > 1:
        raise Ambiguous(f"“{name}” matches {', '.join(account.name for account in exact)}. Please say which.", [])
    return exact[0].id
