"""Reading whole accounts: a handful of statements for a whole book, then grouped in memory.

An activity or a note that hangs on a deal belongs to the deal's account; that is resolved here, when it is read, because
the deal may have moved to another account since.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Select, select, union
from sqlalchemy.ext.asyncio import AsyncConnection

from store.codec import decode_entities
from store.domain.accounts import Account, AccountFacts, Activity, Contact, Deal, Kind, Note
from store.repositories.base import batches
from store.tables import SnapshotRow, table_of

snapshots = table_of(SnapshotRow)
c = snapshots.c

Ids = Select[tuple[str]]


async def read_book(connection: AsyncConnection, owner_id: str) -> list[AccountFacts]:
    """All that one owner may see; see `Snapshots.book`."""
    owned = select(c.id).where(c.kind == Kind.ACCOUNT, c.owner_id == owner_id)
    own_deals = select(c.id).where(c.kind == Kind.DEAL, c.owner_id == owner_id)
    records = await _read(connection, accounts=owned, deals=own_deals)
    whole = {account.id for account in records.accounts.values() if account.owner_id == owner_id}
    return _grouped(records, whole)


async def read_account(connection: AsyncConnection, account_id: str) -> AccountFacts | None:
    """One account with everything on it; None where we do not know it."""
    one = select(c.id).where(c.kind == Kind.ACCOUNT, c.id == account_id)
    records = await _read(connection, accounts=one, deals=None)
    return next(iter(_grouped(records, {account_id})), None)


@dataclass(slots=True)
class _Records:
    """What was read, by id."""

    accounts: dict[str, Account] = field(default_factory=dict)
    deals: dict[str, Deal] = field(default_factory=dict)
    activities: dict[str, Activity] = field(default_factory=dict)
    notes: dict[str, Note] = field(default_factory=dict)
    contacts: dict[str, Contact] = field(default_factory=dict)

    def account_of(self, item: Deal | Activity | Note) -> str:
        """The id of the account an item belongs to, "" where it has none that we know."""
        deal = item if isinstance(item, Deal) else self.deals.get(item.deal_id or "")
        for account_id in (item.account_id, deal.account_id if deal else None):
            if account_id and account_id in self.accounts:
                return account_id
        return ""

    def referenced_contacts(self) -> set[str]:
        items = (*self.deals.values(), *self.activities.values())
        return {item.contact_id for item in items if item.contact_id}


async def _read(connection: AsyncConnection, *, accounts: Ids, deals: Ids | None) -> _Records:
    """Everything on these accounts, and these deals with what hangs on them and the accounts they are on."""
    deal_ids = select(c.id).where(c.kind == Kind.DEAL, c.account_id.in_(accounts))
    account_ids = accounts
    if deals is not None:
        on_deals = select(c.account_id).where(c.kind == Kind.DEAL, c.id.in_(deals))
        account_ids = union(accounts, on_deals)
        deal_ids = union(deal_ids, deals)
    hanging = (Kind.ACTIVITY, Kind.NOTE)
    rows = await connection.execute(
        union(
            _bodies().where(c.kind == Kind.ACCOUNT, c.id.in_(account_ids)),
            _bodies().where(c.kind == Kind.DEAL, c.id.in_(deal_ids)),
            _bodies().where(c.kind.in_(hanging), c.deal_id.in_(deal_ids)),
            _bodies().where(c.kind.in_((*hanging, Kind.CONTACT)), c.account_id.in_(accounts)),
        )
    )
    return _Records()
