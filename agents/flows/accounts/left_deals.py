"""Deals without an account whose owner left: no account's message names them, so the message about accounts left behind does."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from store.database import Tx
from store.domain.brief.handover import LeftDeal
from store.domain.crm.accounts import Deal, Kind, Person
from store.domain.crm.money import comparable


async def left_deals(tx: Tx, owner_ids: Collection[str] | None = None) -> list[Deal]:
    """The open deals without a known account, the most valuable first; with `owner_ids`, only those of these owners."""
    deals, pipeline = await tx.snapshots.deals_without_account(owner_ids), await tx.sync.pipeline()
    is_open = pipeline.open_deals(deals) if pipeline else deals
    return sorted(is_open, key=lambda each: (-comparable(each), each.name, each.id))


async def as_left(tx: Tx, deals: Collection[Deal], sign: str) -> tuple[LeftDeal, ...]:
    currency = await tx.sync.currency(sign)
    return tuple(LeftDeal(deal_id=each.id, name=each.name, money=currency.worth(each)) for each in deals)


async def still_left(tx: Tx, told: Collection[LeftDeal], people: Mapping[str, Person]) -> tuple[LeftDeal, ...]:
    """Those of these deals that are open, and still have neither an account nor an active owner."""
    if not told:
        return ()
    now = await tx.snapshots.versions(Kind.DEAL, [each.deal_id for each in told])
    owners = {each.owner_id for each in now.values() if not _is_active(people.get(each.owner_id))}
    left = {each.id for each in await left_deals(tx, owners)}
    return tuple(each for each in told if each.deal_id in left)


def _is_active(person: Person | None) -> bool:
    return person is not None and person.active
