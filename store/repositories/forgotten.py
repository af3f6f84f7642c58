"""Accounts that must not be read in again, with their deals, since data can come back through those, too."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import delete, select, text

from store.domain.crm.accounts import Activity, Deal, Entity, Kind, Note
from store.repositories.base import Repository, batches
from store.tables.core import table_of
from store.tables.memory import ForgottenRow

forgotten = table_of(ForgottenRow)

FORGETTING = 0xF0126E7  # the lock on PostgreSQL: exclusive for forgetting, shared for reading in


class Tombstone(NamedTuple):
    account_id: str
    at: datetime
    by: str


class ForgottenAccounts(Repository):
    async def add(self, account_id: str, deal_ids: Collection[str], *, at: datetime, by: str) -> None:
        """Stop reading in this account and these deals; only the first time counts."""
        named = [(Kind.ACCOUNT, account_id), *((Kind.DEAL, deal_id) for deal_id in deal_ids)]
        rows = [{"kind": kind, "id": id, "account_id": account_id, "at": at, "by": by} for kind, id in named]
        await self._connection.execute(self._insert(forgotten).on_conflict_do_nothing(), rows)

    async def note_deals(self, found: Mapping[str, str], *, others: Collection[str]) -> None:
        """Record that these deals (by id) belong to those forgotten accounts now, and the others no longer do."""
        for deal_id, account_id in found.items():
            stone = await self.get(account_id)
            if stone is not None:
                await self.add(account_id, [deal_id], at=stone.at, by=stone.by)
        for batch in batches(others):
            await self._connection.execute(
                delete(forgotten).where(forgotten.c.kind == Kind.DEAL, forgotten.c.id.in_(batch))
            )

    async def lift(self, account_id: str) -> None:
        """Allow the account to be read in again."""
        await self._connection.execute(delete(forgotten).where(forgotten.c.account_id == account_id))

    async def get(self, account_id: str) -> Tombstone | None:
        found = await self._connection.execute(
            select(forgotten.c.account_id, forgotten.c.at, forgotten.c.by).where(
                forgotten.c.kind == Kind.ACCOUNT, forgotten.c.id == account_id
            )
        )
        row = found.one_or_none()
        return Tombstone(*row) if row else None

    async def all(self) -> list[Tombstone]:
        """Return every forgotten account, the latest first."""
        rows = await self._connection.execute(
            select(forgotten.c.account_id, forgotten.c.at, forgotten.c.by)
            .where(forgotten.c.kind == Kind.ACCOUNT)
            .order_by(forgotten.c.at.desc(), forgotten.c.account_id)
        )
        return [Tombstone(*row) for row in rows]

    async def among(self, entities: Sequence[Entity]) -> dict[str, str]:
        """Map those of these records that belong to a forgotten account, directly or through their deal, to that account.

        The answer holds until this transaction ends: on PostgreSQL, forgetting another account waits for that.
        """
        await self.hold()
        by_account = await self._accounts_of(Kind.ACCOUNT, {each.account_id for each in entities if each.account_id})
        by_deal = await self._accounts_of(Kind.DEAL, {deal_id for each in entities if (deal_id := _deal_of(each))})
        return {
            each.id: account_id
            for each in entities
            if (account_id := by_account.get(each.account_id or "") or by_deal.get(_deal_of(each) or ""))
        }

    async def hold(self) -> None:
        """Block forgetting until this transaction ends."""
        if self._is_postgres:
            await self._connection.execute(text("SELECT pg_advisory_xact_lock_shared(:lock)"), {"lock": FORGETTING})

    async def _accounts_of(self, kind: Kind, ids: Collection[str]) -> Mapping[str, str]:
        found: dict[str, str] = {}
        for batch in batches(ids):
            rows = await self._connection.execute(
                select(forgotten.c.id, forgotten.c.account_id).where(
                    forgotten.c.kind == kind, forgotten.c.id.in_(batch)
                )
            )
            found.update(rows.tuples().all())
        return found


def _deal_of(entity: Entity) -> str | None:
    if isinstance(entity, Deal):
        return entity.id if entity.account_id is None else None
    return entity.deal_id if isinstance(entity, Activity | Note) else None
