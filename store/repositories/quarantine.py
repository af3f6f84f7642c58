"""Fields of records whose value in the CRM cannot be read, until it can."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, delete, exists, func, select, update

from store.domain.crm.accounts import Kind
from store.domain.crm.unread import Quarantined, Unread, Why
from store.repositories.base import Repository, batches
from store.tables.core import PersonRow, QuarantineRow, SnapshotRow, table_of

quarantine, snapshots, people = table_of(QuarantineRow), table_of(SnapshotRow), table_of(PersonRow)
_ORDER = (quarantine.c.kind, quarantine.c.record_id, quarantine.c.field)
_WITHOUT_OWNER = select(
    snapshots.c.kind, snapshots.c.id, snapshots.c.account_id, snapshots.c.owner_id, snapshots.c.seen_at
).where(
    snapshots.c.kind.in_((Kind.ACCOUNT, Kind.DEAL)),
    ~exists().where(people.c.id == snapshots.c.owner_id),
    ~exists().where(
        quarantine.c.kind == snapshots.c.kind,
        quarantine.c.record_id == snapshots.c.id,
        quarantine.c.field == "owner_id",
    ),
)


class Quarantine(Repository):
    async def of(self, kind: str, ids: Collection[str]) -> dict[str, dict[str, Quarantined]]:
        """Return the quarantined fields of these records, by record and by field."""
        if not await self.count():
            return {}
        found: dict[str, dict[str, Quarantined]] = {}
        for batch in batches(ids):
            rows = await self._connection.execute(
                select(quarantine).where(quarantine.c.kind == kind, quarantine.c.record_id.in_(batch))
            )
            for each in map(_read, rows.mappings()):
                found.setdefault(each.record_id, {})[each.unread.field] = each
        return found

    async def put(self, fields: Sequence[Quarantined], *, looked_at: datetime) -> None:
        await self._upsert(quarantine, [_row(each, looked_at) for each in fields])

    async def release(self, fields: Sequence[Quarantined]) -> None:
        for each in fields:
            of = (quarantine.c.kind == each.kind, quarantine.c.record_id == each.record_id)
            await self._connection.execute(delete(quarantine).where(*of, quarantine.c.field == each.unread.field))

    async def drop(self, kind: str, ids: Collection[str]) -> None:
        """Remove what belongs to records that are gone."""
        for batch in batches(ids):
            await self._connection.execute(
                delete(quarantine).where(quarantine.c.kind == kind, quarantine.c.record_id.in_(batch))
            )

    async def longest_unseen(self, *, before: datetime, limit: int) -> dict[str, list[str]]:
        """Return the records that were not looked at since, the longest unseen first, by kind."""
        rows = await self._connection.execute(
            select(quarantine.c.kind, quarantine.c.record_id)
            .where(quarantine.c.looked_at < before)
            .group_by(quarantine.c.kind, quarantine.c.record_id)
            .order_by(func.min(quarantine.c.looked_at), quarantine.c.record_id)
            .limit(limit)
        )
        found: dict[str, list[str]] = {}
        for kind, record_id in rows:
            found.setdefault(kind, []).append(record_id)
        return found

    async def look(self, kind: str, ids: Collection[str], at: datetime) -> None:
        """Note that these records were looked at."""
        for batch in batches(ids):
            of = (quarantine.c.kind == kind, quarantine.c.record_id.in_(batch))
            await self._connection.execute(update(quarantine).where(*of).values(looked_at=at))

    async def all(self, *, kind: str | None = None, limit: int | None = None) -> list[Quarantined]:
        """Return every quarantined field, by record; with `kind`, only those of its records."""
        among = select(quarantine).where(quarantine.c.kind == kind) if kind else select(quarantine)
        rows = await self._connection.execute(among.order_by(*_ORDER).limit(limit))
        return [_read(row) for row in rows.mappings()]

    async def without_owner(self, *, limit: int | None = None) -> list[Quarantined]:
        """Return the owners of accounts and deals that are no users of the CRM, or none at all: their value is kept."""
        rows = await self._connection.execute(_WITHOUT_OWNER.order_by(snapshots.c.kind, snapshots.c.id).limit(limit))
        return [
            Quarantined(
                kind=kind,
                record_id=record_id,
                account_id=account_id,
                unread=Unread("owner_id", "Owner", Why.UNKNOWN_USER if owner_id else Why.EMPTY),
                since=seen_at,
                was_known=False,
                last=None,
            )
            for kind, record_id, account_id, owner_id, seen_at in rows
        ]

    async def count_without_owner(self) -> int:
        among = _WITHOUT_OWNER.subquery()
        return (await self._connection.execute(select(func.count()).select_from(among))).scalar_one()

    async def count(self) -> int:
        return (await self._connection.execute(select(func.count()).select_from(quarantine))).scalar_one()

    async def records(self) -> int:
        """Count the records of which something is quarantined."""
        among = select(quarantine.c.kind, quarantine.c.record_id).distinct().subquery()
        return (await self._connection.execute(select(func.count()).select_from(among))).scalar_one()


def _row(each: Quarantined, looked_at: datetime) -> dict[str, Any]:
    return {
        "kind": each.kind,
        "record_id": each.record_id,
        "field": each.unread.field,
        "account_id": each.account_id,
        "name": each.unread.name,
        "why": each.unread.why,
        "since": each.since,
        "looked_at": looked_at,
        "was_known": each.was_known,
        "last": each.last,
    }


def _read(row: RowMapping) -> Quarantined:
    return Quarantined(
        kind=row["kind"],
        record_id=row["record_id"],
        account_id=row["account_id"],
        unread=Unread(row["field"], row["name"], Why(row["why"])),
        since=row["since"],
        was_known=row["was_known"],
        last=row["last"],
    )
