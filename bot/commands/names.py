"""The person and the account that an operator means by a name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from store.database import Database, Tx
from store.domain.crm.accounts import Account, Person
from store.domain.errors import Ambiguous, NotFound

_ENOUGH = 1_000  # accounts to look for by a part of their name


async def find_owner(database: Database, text: str) -> Person:
    """Return the person with this e-mail address, id or name. Raises: NotFound, Ambiguous."""
    async with database.reading() as tx:
        people = await tx.people.all()
    wanted = text.strip().casefold()
    found = [p for p in people if wanted and wanted in (p.id.casefold(), p.email.casefold(), p.name.casefold())]
    found = found or [p for p in people if wanted and wanted in p.name.casefold()]
    if not found:
        hint = "Run `sergas sync` first." if not people else f"Known people: {_some([p.name for p in people])}."
        raise NotFound(f"There is no owner “{text}”. {hint}")
    if len(found) > 1:
        choices = [(p.id, f"{p.name} ({p.email or p.id})") for p in found]
        raise Ambiguous(f"“{text}” matches {_some([told for _, told in choices])}. Please say which.", choices)
    return found[0]


async def account_id_of(tx: Tx, name: str) -> str:
    """Return the id of the account with this name or id. Raises: NotFound, Ambiguous."""
    found = await tx.snapshots.find_accounts(name, limit=_ENOUGH)
    exact = [account for account in found if account.name.casefold() == name.casefold()] or found
    if not exact:
        if await tx.snapshots.account_facts(name) is not None:
            return name
        hint = "" if await tx.sync.last_success() else " The CRM was never read: run `sergas sync` first."
        raise NotFound(f"There is no account “{name}”.{hint}")
    if len(exact) > 1:
        names = await tx.people.names()
        # Only an id can tell accounts of the same name apart.
        alike = len({account.name.casefold() for account in exact}) == 1
        choices = [
            (account.id, f"{account.name} ({_owner(account, names)}{f', id {account.id}' if alike else ''})")
            for account in exact
        ]
        count = f"{len(exact)} accounts" if len(exact) < _ENOUGH else f"at least {_ENOUGH} accounts"
        told = f"“{name}” matches {count}: {_some([text for _, text in choices])}."
        raise Ambiguous(f"{told} Please say which{', by its id' if alike else ''}.", choices)
    return exact[0].id


def _owner(account: Account, names: Mapping[str, str]) -> str:
    return names.get(account.owner_id or "", "no owner")


def _some(names: Sequence[str], *, most: int = 10) -> str:
    """The first of these names, and how many there are besides."""
    left = len(names) - most
    return ", ".join(names[:most]) + (f" and {left:,} more" if left > 0 else "")
