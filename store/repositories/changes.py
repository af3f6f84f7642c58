"""Changes in the CRM: each is noticed only once."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, func, or_, select, tuple_

from store.domain.crm.accounts import Kind
from store.domain.crm.changes import Change, ChangeKind
from store.repositories.base import Repository, batches
from store.tables.core import ChangeRow, SnapshotRow, table_of

changes = table_of(ChangeRow)
snapshots = table_of(SnapshotRow)
record, deal = snapshots.alias("record"), snapshots.alias("deal")
COLUMNS = tuple(column.name for column in changes.columns)


class Changes(Repository):
    async def add(self, found: Sequence[Change]) -> list[Change]:
        """Store the changes; return those that are new."""
        known: set[str] = set()
        for batch in batches([change.id for change in found]):
            rows = await self._connection.execute(select(changes.c.id).where(changes.c.id.in_(batch)))
            known.update(rows.scalars())
        new = list({change.id: change for change in found if change.id not in known}.values())
        if new:
            statement = self._insert(changes).on_conflict_do_nothing()
            await self._connection.execute(statement, [_row(change) for change in new])
        return new

    async def since(
        self, account_ids: Collection[str], *, at_or_seen_after: datetime, deal_ids: Collection[str] = ()
    ) -> dict[str, list[Change]]:
        """Return the changes to these accounts, and to these deals and their records, by account, the oldest first.

        A change counts if it happened or was noticed at or after the moment. Those of a deal without an account are under
        "".
        """
        ways: list[ColumnElement[bool]] = [
            changes.c.account_id.in_(batch) for batch in batches([i for i in account_ids if i])
        ]
        ways += [_on_deals(batch) for batch in batches(deal_ids)]
        found: dict[str, tuple[str, Change]] = {}
        for way in ways:
            found.update(await self._since(way, at_or_seen_after))
        grouped: dict[str, list[Change]] = {}
        for account_id, change in sorted(found.values(), key=lambda pair: (pair[1].at, pair[1].id)):
            grouped.setdefault(account_id, []).append(change)
        return grouped

    async def by_ids(self, ids: Collection[str]) -> list[Change]:
        """Return these changes, the oldest first, leaving out unknown ids."""
        found: list[Change] = []
        for batch in batches(ids):
            rows = await self._connection.execute(select(changes).where(changes.c.id.in_(batch)))
            found += [_change(row) for row in rows]
        return sorted(found, key=lambda change: (change.at, change.id))

    async def for_record(self, kind: Kind, record_id: str) -> list[Change]:
        """Return all changes ever made to one record, the oldest first."""
        rows = await self._connection.execute(
            select(changes)
            .where(changes.c.record_kind == kind, changes.c.record_id == record_id)
            .order_by(changes.c.at, changes.c.id)
        )
        return [_change(row) for row in rows]

    async def deleted_among(self, kind: Kind, ids: Collection[str]) -> set[str]:
        """Return those of these records that we saw leave the CRM."""
        found: set[str] = set()
        for batch in batches(ids):
            rows = await self._connection.execute(
                select(changes.c.record_id).where(
                    changes.c.record_kind == kind,
                    changes.c.record_id.in_(batch),
                    changes.c.kind == ChangeKind.DELETED,
                )
            )
            found.update(rows.scalars())
        return found

    async def stage_entries(self, deal_ids: Collection[str]) -> set[tuple[str, datetime]]:
        """Return the moments at which these deals entered a stage, as far as we saw it happen."""
        found: set[tuple[str, datetime]] = set()
        for batch in batches(deal_ids):
            rows = await self._connection.execute(
                select(changes.c.record_id, changes.c.at).where(
                    changes.c.record_kind == Kind.DEAL,
                    changes.c.record_id.in_(batch),
                    changes.c.field.in_(("stage", "pipeline_name")),
                )
            )
            found.update((record_id, at) for record_id, at in rows)
        return found

    async def _since(self, way: ColumnElement[bool], moment: datetime) -> dict[str, tuple[str, Change]]:
        """Changes to a deal's records are filed under the deal's account."""
        account_id = func.coalesce(changes.c.account_id, record.c.account_id, deal.c.account_id, "").label("filed")
        rows = await self._connection.execute(
            select(changes, account_id)
            .join(
                record, and_(record.c.kind == changes.c.record_kind, record.c.id == changes.c.record_id), isouter=True
            )
            .join(deal, and_(deal.c.kind == Kind.DEAL, deal.c.id == record.c.deal_id), isouter=True)
            .where(way, or_(changes.c.at >= moment, changes.c.seen_at >= moment))
        )
        return {row.id: (row.filed, _change(row)) for row in rows}


def _on_deals(deal_ids: list[str]) -> ColumnElement[bool]:
    """The records are looked up first: joined, SQLite would go through all changes that were ever made."""
    kinds = (Kind.DEAL, Kind.ACTIVITY, Kind.NOTE)
    of_deals = select(snapshots.c.kind, snapshots.c.id).where(
        snapshots.c.kind.in_(kinds), snapshots.c.deal_id.in_(deal_ids)
    )
    return tuple_(changes.c.record_kind, changes.c.record_id).in_(of_deals)


def _row(change: Change) -> dict[str, Any]:
    return {column.name: getattr(change, column.name) for column in changes.columns}


def _change(row: Row[Any]) -> Change:
    """`row` begins with the columns of the table."""
    columns = dict(zip(COLUMNS, row, strict=False))
    return Change(**columns | {"kind": ChangeKind(columns["kind"]), "record_kind": Kind(columns["record_kind"])})
