"""Quarantine fields that cannot be read, so that an odd value stops nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import structlog

from agents.flows.access.trail import note
from store.database import Tx
from store.domain.crm.accounts import Person
from store.domain.crm.settle import USER, Settled, settle_people

log = structlog.get_logger()

LOGGED = 20  # fields logged one by one, of those that come together


async def quarantine(tx: Tx, kind: str, settled: Sequence[Settled], *, seen_at: datetime) -> None:
    """Store what the settled records have in quarantine, and record what entered and left it: never a value."""
    entered = [each for one in settled for each in one.entered]
    released = [each for one in settled for each in one.released]
    await tx.quarantine.put([each for one in settled for each in one.put], looked_at=seen_at)
    await tx.quarantine.release(released)
    for action, fields in (("record.quarantined", entered), ("record.readable", released)):
        if fields:
            told = [f"{each.record_id}:{each.unread.field}:{each.unread.why}" for each in fields]
            await note(tx, "sync", action, kind, at=seen_at, fields=told)
        for each in fields[:LOGGED]:
            log.warning(
                action,
                kind=kind,
                record_id=each.record_id,
                field=each.unread.name,
                why=str(each.unread.why),
                of=len(fields),
            )


async def quarantine_people(tx: Tx, people: Sequence[Person], *, seen_at: datetime) -> None:
    """The same for the CRM's users."""
    held = {each.record_id: each for each in await tx.quarantine.all(kind=USER)}
    await quarantine(tx, USER, [settle_people(people, held, seen_at=seen_at)], seen_at=seen_at)
