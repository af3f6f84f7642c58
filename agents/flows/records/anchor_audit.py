"""Store the head of the audit trail outside the database, so that no one who controls the database can cut or rewrite
the trail unseen.

A head is stored only if it follows from the last stored one: otherwise the trail was cut or rewritten, or the anchors
are gone, and a new anchor would hide that. The trail in turn records since when heads are stored at a place
(`audit.anchored`), which distinguishes an emptied place from a new one. That entry comes after the first anchor, so
even if a process dies in between, the trail never names a place without an anchor.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from hashlib import sha256

import structlog

from agents.flows.access.trail import note, plain
from agents.ports import AuditAnchors, Clock
from store.database import Database, Tx
from store.domain.gate.audit import START, AuditAnchor, AuditBroken, is_as_hashed
from store.domain.gate.audit_walk import AuditReport

log = structlog.get_logger()

TRAIL = "audit-trail"  # the subject of entries about the trail itself
ANCHORED = "audit.anchored"


class AnchorAudit:
    """May run in several processes at once: an anchor is never older than the one before it."""

    def __init__(self, database: Database, anchors: AuditAnchors, clock: Clock) -> None:
        self._database = database
        self._anchors = anchors
        self._clock = clock
        self._name = name_of(anchors.place)
        self._noted = START  # the last anchor that this process saw outside

    async def __call__(self) -> AuditAnchor:
        """Store the head if it has changed; return the latest anchor (that of entry 0 if the trail is empty).

        Raises: AuditBroken if the trail doesn't follow from the noted anchors, AnchorsDamaged, AnchorsUnavailable,
        StoreUnavailable.
        """
        latest = await self._latest()
        async with self._database.reading() as tx:
            if await tx.audit.head() == latest != START and self._noted == latest:
                return latest
            report = await tx.audit.verify(after=latest)
            places = await places_of(tx)
        if not report.ok:
            raise AuditBroken(
                f"{report.problem} No more anchors are stored until this is settled: run `sergas audit verify`."
            )
        if latest == START and self._name in places:
            if await self._latest() == START:
                raise AuditBroken(gone(self._anchors.place))
            return await self()  # another process stored the first one in the meantime
        head = AuditAnchor(report.entries, report.head)
        if head != latest:
            await self._anchors.keep(head, self._clock.now())
            log.info("audit.anchored", entry=head.seq, hash=head.hash)
        if head != START and self._name not in places:
            await self._record()
        self._noted = head
        return head

    async def _latest(self) -> AuditAnchor:
        latest = await self._anchors.latest() or START
        if latest.seq < self._noted.seq:
            raise AuditBroken(
                f"{self._anchors.place} had the anchor of entry {self._noted.seq} earlier and now ends with "
                f"that of entry {latest.seq}: someone removed anchors. Run `sergas audit verify`."
            )
        return latest

    async def _record(self) -> None:
        async with self._database.transaction() as tx:
            await tx.audit.lock()  # another process may be about to store the same
            if self._name not in await places_of(tx):
                await note(tx, "anchor", ANCHORED, TRAIL, place=self._name)


async def verify_audit(database: Database, anchors: AuditAnchors | None) -> AuditReport:
    """Check the whole trail against every anchor. Anchors stored in the meantime are left for the next time.

    Raises: AnchorsDamaged, AnchorsUnavailable, StoreUnavailable.
    """
    latest = await anchors.latest() if anchors else None
    async with database.reading() as tx:
        return await tx.audit.verify(anchors=_until(anchors, latest) if anchors and latest else None)


async def places_of(tx: Tx) -> list[str]:
    """The places where heads were stored, according to the trail, latest last."""
    entries = [entry async for entry in tx.audit.written(subject=TRAIL) if entry.action == ANCHORED]
    return [json.loads(entry.detail or "")["place"] for entry in entries if is_as_hashed(entry)]


def name_of(place: str) -> str:
    """The trail's name for a place; if its own name is not a plain word, the digest of it."""
    return place if plain(place) == place else f"sha256:{sha256(place.encode()).hexdigest()}"


def gone(place: str) -> str:
    """The error message if the trail knows of anchors at a place that holds none."""
    return (
        f"The trail says that its head was stored in {place}, but nothing is there: it was removed or "
        "emptied. Restore it from a backup, or set SERGAS_AUDIT_ANCHOR to a new place, which the trail "
        "will record."
    )


async def _until(anchors: AuditAnchors, latest: AuditAnchor) -> AsyncIterator[AuditAnchor]:
    async for anchor in anchors.all():
        if anchor.seq > latest.seq:
            return
        yield anchor
