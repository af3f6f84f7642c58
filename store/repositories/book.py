"""Read whole accounts: a handful of statements for a whole book, then grouped in memory.

An activity or a note on a deal belongs to the deal's account. This is resolved on reading, because the deal may have moved
to another account since.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import CompoundSelect, Row, Select, select, union, union_all
from sqlalchemy.ext.asyncio import AsyncConnection

from store.codec import decode_entities
from store.domain.crm.accounts import Account, AccountFacts, Activity, Contact, Deal, Kind, Note
from store.domain.crm.namesakes import told_apart
from store.repositories.base import batches
from store.repositories.sealed import perhaps
from store.tables.core import SnapshotRow, table_of

snapshots = table_of(SnapshotRow)
c = snapshots.c

Ids = Select[tuple[str]] | CompoundSelect[tuple[str]]
Item = TypeVar("Item", Deal, Activity, Note)
Entry = TypeVar("Entry", Deal, Activity, Note, Contact)


async def read_book(connection: AsyncConnection, owner_id: str) -> list[AccountFacts]:
    """Return everything one owner may see; see `Snapshots.book`."""
    owned = select(c.id).where(c.kind == Kind.ACCOUNT, c.owner_id == owner_id)
    own_deals = select(c.id).where(c.kind == Kind.DEAL, c.owner_id == owner_id)
    records = await _read(connection, accounts=owned, deals=own_deals)
    whole = {account.id for account in records.accounts.values() if account.owner_id == owner_id}
    return _grouped(records, whole)


async def read_account(connection: AsyncConnection, account_id: str) -> AccountFacts | None:
    """Return one account with everything on it; None if it is unknown."""
    one = select(c.id).where(c.kind == Kind.ACCOUNT, c.id == account_id)
    records = await _read(connection, accounts=one, deals=None)
    apart = await _namesakes(connection, records.accounts.get(account_id))
    return next(iter(_grouped(records, {account_id}, apart)), None)


async def _namesakes(connection: AsyncConnection, account: Account | None) -> Mapping[str, str]:
    """A few words that distinguish an account from its owner's others of that name."""
    if account is None:
        return {}
    own = await connection.execute(select(c.name_key).where(c.kind == Kind.ACCOUNT, c.id == account.id))
    name = own.scalar_one()
    same = perhaps(c.name_key, lambda key: key == name)
    others = select(c.name_key, c.body).where(c.kind == Kind.ACCOUNT, same, c.owner_id == account.owner_id)
    bodies = [body for key, body in await connection.execute(others.order_by(c.id)) if key == name]
    return told_apart(each for each in decode_entities(Kind.ACCOUNT, bodies) if isinstance(each, Account))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Records:
    """The records that were read, by id."""

    accounts: dict[str, Account]
    deals: dict[str, Deal]
    activities: dict[str, Activity]
    notes: dict[str, Note]
    contacts: dict[str, Contact]

    def account_of(self, item: Deal | Activity | Note) -> str:
        """Return the id of an item's account, its deal's first; "" if neither is known."""
        deal = None if isinstance(item, Deal) else self.deals.get(item.deal_id or "")
        for account_id in (deal.account_id if deal else None, item.account_id):
            if account_id and account_id in self.accounts:
                return account_id
        return ""

    def referenced_contacts(self) -> set[str]:
        items: list[Deal | Activity] = [*self.deals.values(), *self.activities.values()]
        return {item.contact_id for item in items if item.contact_id}


async def _read(connection: AsyncConnection, *, accounts: Ids, deals: Ids | None) -> _Records:
    """Read everything on these accounts, and these deals with their records and accounts."""
    deal_ids: Ids = select(c.id).where(c.kind == Kind.DEAL, c.account_id.in_(accounts))
    account_ids = accounts
    if deals is not None:
        account_ids = union(accounts, select(c.account_id).where(c.kind == Kind.DEAL, c.id.in_(deals)))
        deal_ids = union(deal_ids, deals)
    bodies = select(c.kind, c.id, c.body)
    rows = await connection.execute(
        union_all(
            bodies.where(c.kind == Kind.ACCOUNT, c.id.in_(account_ids)),
            bodies.where(c.kind == Kind.DEAL, c.id.in_(deal_ids)),
            bodies.where(c.kind.in_((Kind.ACTIVITY, Kind.NOTE)), c.deal_id.in_(deal_ids)),
            bodies.where(c.kind.in_((Kind.ACTIVITY, Kind.NOTE, Kind.CONTACT)), c.account_id.in_(accounts)),
        )
    )
    records = _decoded(rows)
    missing = records.referenced_contacts() - records.contacts.keys()
    for batch in batches(missing):
        found = await connection.execute(select(c.body).where(c.kind == Kind.CONTACT, c.id.in_(batch)))
        records.contacts.update(_by_id(decode_entities(Kind.CONTACT, found.scalars())))
    return records


def _decoded(rows: Iterable[Row[tuple[str, str, str]]]) -> _Records:
    bodies: dict[str, dict[str, str]] = defaultdict(dict)
    for kind, record_id, body in rows:
        bodies[kind][record_id] = body  # a record found twice counts once
    found = {kind: _by_id(decode_entities(kind, bodies[kind].values())) for kind in Kind}
    return _Records(
        accounts=found[Kind.ACCOUNT],
        deals=found[Kind.DEAL],
        activities=found[Kind.ACTIVITY],
        notes=found[Kind.NOTE],
        contacts=found[Kind.CONTACT],
    )


def _by_id(entities: Iterable[Any]) -> dict[str, Any]:
    return {entity.id: entity for entity in entities}


def _grouped(records: _Records, whole: set[str], apart: Mapping[str, str] | None = None) -> list[AccountFacts]:
    """Group the records by account, sorted by name; those of `whole` accounts are complete, the others partial."""
    deals = _by_account(records, records.deals.values())
    activities = _by_account(records, records.activities.values())
    notes = _by_account(records, records.notes.values())
    contacts = _contacts_by_account(records, whole)
    accounts = sorted(records.accounts.values(), key=lambda account: (account.name.casefold(), account.id))
    without = [None] if deals[""] else []
    apart = told_apart(accounts) if apart is None else apart
    return [
        AccountFacts(
            account=account,
            deals=tuple(deals[key]),
            contacts=_in_order(contacts[key].values()),
            activities=tuple(activities[key]),
            notes=tuple(notes[key]),
            partial=account is not None and key not in whole,
            apart=apart.get(key, ""),
        )
        for account in (*accounts, *without)
        for key in [account.id if account else ""]
    ]


def _contacts_by_account(records: _Records, whole: set[str]) -> dict[str, dict[str, Contact]]:
    """Return the contacts of whole accounts, and on other accounts those named by its deals and activities."""
    groups: dict[str, dict[str, Contact]] = defaultdict(dict)
    for contact in records.contacts.values():
        if contact.account_id in whole:
            groups[contact.account_id][contact.id] = contact
    items: list[Deal | Activity] = [*records.deals.values(), *records.activities.values()]
    for item in items:
        named = records.contacts.get(item.contact_id or "")
        if named:
            groups[records.account_of(item)][named.id] = named
    return groups


def _by_account(records: _Records, items: Iterable[Item]) -> dict[str, list[Item]]:
    groups: dict[str, list[Item]] = defaultdict(list)
    for item in _in_order(items):
        groups[records.account_of(item)].append(item)
    return groups


def _in_order(items: Iterable[Entry]) -> tuple[Entry, ...]:
    return tuple(sorted(items, key=lambda item: item.id))
