"""Passages for tests: short, distinct, of known accounts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from store.domain.memory.passage import MemoryKind, Passage

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
ACME, BETA = "4150868000000001001", "4150868000000001002"


def passage(
    number: int,
    text: str,
    *,
    account: str = ACME,
    kind: MemoryKind = MemoryKind.NOTE,
    deal: str | None = None,
    contact: str | None = None,
    piece: int = 0,
    days: float = 0,
) -> Passage:
    record = f"41508680000000{number:05d}"
    return Passage(
        id=f"{kind.value}:{record}#{piece}",
        account_id=account,
        kind=kind,
        record_id=record,
        title=f"Note {number}",
        text=text,
        at=START + timedelta(days=days),
        deal_id=deal,
        contact_id=contact,
        author="Ada Moreau",
    )
