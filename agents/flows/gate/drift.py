"""Check whether the CRM has changed since a proposal was shown; if it has, the bot asks again.

The CRM is read at the press and again before the write. If it can't be read at the press, the last sync's data is used,
and the write waits until the CRM can be read.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from secrets import token_hex

import structlog

from agents.flows.gate.supersede import supersede
from agents.flows.records.sync_accounts import SyncAccounts
from agents.ports import Clock, Crm
from store.database import Tx
from store.domain.crm.accounts import Entity
from store.domain.crm.basis import Difference, RecordKey, Records, differences, refreshed
from store.domain.errors import CrmError
from store.domain.gate.proposals import Proposal
from store.domain.gate.stakes import StakesPolicy, needs_second

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Present:
    """The records behind a proposal as they are now, and what changed since it was shown. `modified_at` is the current
    modified time of the record that the write changes; None if that record is gone."""

    records: Records
    moved: tuple[Difference, ...]
    modified_at: datetime | None

    @property
    def is_gone(self) -> bool:
        return self.modified_at is None


class Drift:
    """`patience` limits the read at a press, because a person is waiting."""

    def __init__(
        self, crm: Crm, sync: SyncAccounts, clock: Clock, *, patience: timedelta = timedelta(seconds=1.5)
    ) -> None:
        self._crm = crm
        self._sync = sync
        self._clock = clock
        self._patience = patience

    async def at_press(self, proposal: Proposal) -> Present | None:
        """As `now`; None if the CRM can't be read within the patience."""
        try:
            async with asyncio.timeout(self._patience.total_seconds()):
                records = await self._read(proposal)
        except (CrmError, TimeoutError) as exc:
            log.info("drift.unread", proposal_id=proposal.id, error=type(exc).__name__)
            return None
        return await self._kept(proposal, records)

    async def now(self, proposal: Proposal) -> Present:
        """Read every record the proposal rests on, and store them as a sync would. Raises: CrmError."""
        return await self._kept(proposal, await self._read(proposal))

    async def _read(self, proposal: Proposal) -> Records:
        keys = keys_of(proposal)
        found = await asyncio.gather(*(self._crm.record(kind, record_id) for kind, record_id in keys))
        return dict(zip(keys, found, strict=True))

    async def _kept(self, proposal: Proposal, records: Records) -> Present:
        now = self._clock.now()
        for entity in records.values():
            if entity is not None:
                await self._sync.keep(entity.kind, [entity], seen_at=now)
        return _present(proposal, records)


def renewed(
    proposal: Proposal, present: Present, *, now: datetime, expires_at: datetime, stakes: StakesPolicy
) -> Proposal | None:
    """The proposal's next version, pending, with what changed; None if there is nothing left to ask: its record is
    gone, the change is already there, or it was an undo."""
    write = proposal.write.renewed(present.records)
    if present.is_gone or write is None or proposal.undoes is not None:
        return None
    anew = proposal.next_version(
        write,
        id=token_hex(16),
        created_at=now,
        expires_at=expires_at,
        needs_second=needs_second(write, amount=proposal.amount, policy=stakes),
    )
    return replace(anew, basis=refreshed(proposal.basis, present.records), drifted=present.moved)


async def put_in_place(
    tx: Tx, proposal: Proposal, successor: Proposal | None, present: Present, *, now: datetime, request_id: str
) -> bool:
    """Supersede a pending or approved proposal with its successor, or with nothing and a reason; False if someone moved
    it in the meantime."""
    why = (
        None
        if successor
        else "Someone changed this in the CRM in the meantime and there is nothing left to do, so nothing was written."
    )
    return await supersede(
        tx,
        proposal,
        successor,
        "proposal.drifted",
        now=now,
        request_id=request_id,
        error=why,
        was=str(proposal.state),
        fields=[each.label.replace(" ", "_") for each in present.moved],
    )


async def as_last_read(tx: Tx, proposal: Proposal) -> Present:
    """The same check against the last sync's data, for when the CRM can't be read."""
    records: dict[RecordKey, Entity | None] = {}
    for kind, record_id in keys_of(proposal):
        if (entity := await tx.snapshots.entity(kind, record_id)) is not None:
            records[kind, record_id] = entity
    return _present(proposal, records)


def keys_of(proposal: Proposal) -> list[RecordKey]:
    """The record that the write changes, and the records that the proposal rests on."""
    write = proposal.write
    own = ((write.parent_kind, write.parent_id), write.guarded())
    return list(dict.fromkeys((*own, *(fact.record for fact in proposal.basis))))


def _present(proposal: Proposal, records: Records) -> Present:
    touched = records.get(proposal.write.guarded())
    return Present(
        records=records,
        moved=differences(proposal.basis, records),
        modified_at=touched.modified_at if touched is not None else None,
    )
