"""Store the versions of records that were read, and record how they differ from those before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from agents.flows.records.quarantine import quarantine
from agents.ports import Crm
from store.database import Database, Tx
from store.domain.crm.accounts import Contact, Entity, Kind, Stream
from store.domain.crm.changes import Change, between_looks, diff
from store.domain.crm.settle import moves_between, settle


class KeepRecords:
    def __init__(self, database: Database, crm: Crm) -> None:
        self._database = database
        self._crm = crm

    async def __call__(
        self, kind: Kind, page: Sequence[Entity], *, seen_at: datetime, baseline: bool = False, late: bool = False
    ) -> int:
        """Store these versions and the changes that lead to them; return how many changes were new. `baseline` is a first look,
        whose past is unknown; `late` are records that may have existed unseen."""
        async with self._database.transaction() as tx:
            return await self.within(tx, kind, page, seen_at=seen_at, baseline=baseline, late=late)

    async def within(
        self,
        tx: Tx,
        kind: Kind,
        page: Sequence[Entity],
        *,
        seen_at: datetime,
        baseline: bool = False,
        late: bool = False,
    ) -> int:
        """The same, in the caller's transaction."""
        page = await _without_forgotten(tx, kind, page)
        ids = [entity.id for entity in page]
        known, held = await tx.snapshots.versions(kind, ids), await tx.quarantine.of(kind, ids)
        page = _with_what_was_known(page, known, self._crm.unread(kind))
        settled = [settle(each, known.get(each.id), held.get(each.id, {}), seen_at=seen_at) for each in page]
        await quarantine(tx, kind, settled, seen_at=seen_at)
        moved = [each.entity for each in settled if each.entity and known.get(each.entity.id) != each.entity]
        restored = await _restored(tx, kind, [each for each in moved if each.id not in known and not baseline])
        changes: list[Change] = []
        looked_at = await _looked_at(tx, kind)
        for entity in moved if not baseline else ():
            was, odd, back = known.get(entity.id), held.get(entity.id, {}), entity.id in restored
            found = moves_between(was, entity, odd, seen_at=seen_at, restored=back)
            changes.extend(between_looks(found, was, looked_at=looked_at))
        left = [old for entity in moved if (old := _left_account(known.get(entity.id), entity))]
        await tx.snapshots.keep_departed(left, at=seen_at)
        unseen = {each.id for each in moved if baseline or late or each.id in restored}
        for first in (True, False):
            some = [each for each in moved if (each.id in unseen) is first]
            await tx.snapshots.upsert(some, seen_at=seen_at, baseline=first)
        return len(await tx.changes.add(changes))

    async def remove(self, kind: Kind, gone: Sequence[str], *, seen_at: datetime) -> int:
        """Remove records that left the CRM, and read again what hung on them, because a merge moves it without any change of its
        own. Returns how many changes were new. Raises: CrmError."""
        if not gone:
            return 0
        async with self._database.transaction() as tx:
            removed = await tx.snapshots.remove(kind, gone)
            await tx.quarantine.drop(kind, gone)
            contacts = [entity for entity in removed if isinstance(entity, Contact)]
            await tx.snapshots.keep_departed(contacts, at=seen_at)
            looked_at = await _looked_at(tx, kind)
            changes = [
                change
                for entity in removed
                for change in between_looks(diff(entity, None, seen_at=seen_at), entity, looked_at=looked_at)
            ]
            found = len(await tx.changes.add(changes))
        async with self._database.reading() as tx:
            children = await tx.snapshots.hanging_on(kind, gone)
        for child_kind, ids in children.items():
            found += await self(child_kind, await self._crm.records(child_kind, ids), seen_at=seen_at)
        return found


async def _looked_at(tx: Tx, kind: Kind) -> datetime | None:
    """Up to when all records of this kind were read; None for activities, whose streams are read separately."""
    stream = next((each for each in Stream if each.kind is kind and kind is not Kind.ACTIVITY), None)
    return await tx.sync.watermark(stream) if stream else None


async def _restored(tx: Tx, kind: Kind, unknown: Sequence[Entity]) -> set[str]:
    """Those of these records that we saw leave the CRM."""
    return await tx.changes.deleted_among(kind, [entity.id for entity in unknown]) if unknown else set()


async def _without_forgotten(tx: Tx, kind: Kind, page: Sequence[Entity]) -> Sequence[Entity]:
    """The page without records of forgotten accounts. Known records that moved to such an account are removed."""
    forgotten = await tx.forgotten.among(page)
    if kind is Kind.DEAL:
        await tx.forgotten.note_deals(forgotten, others=[each.id for each in page if each.id not in forgotten])
    if not forgotten:
        return page
    await tx.snapshots.remove(kind, forgotten)
    await tx.quarantine.drop(kind, forgotten)
    return [each for each in page if each.id not in forgotten]


def _with_what_was_known(
    page: Sequence[Entity], known: Mapping[str, Entity], unread: frozenset[str]
) -> Sequence[Entity]:
    """Fields that are not read (any more) keep their last value, because not reading them is no change."""
    if not unread:
        return page
    kept = [(entity, known.get(entity.id)) for entity in page]
    return [replace(now, **{name: getattr(old, name) for name in unread}) if old else now for now, old in kept]


def _left_account(before: Entity | None, after: Entity) -> Contact | None:
    """The earlier version of a contact, if it has left its account."""
    return before if isinstance(before, Contact) and before.account_id != after.account_id else None
