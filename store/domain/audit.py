"""The audit trail: who did what to what, when, each entry chained to the one before by its hash.

An edited, deleted, inserted or reordered entry breaks the chain. A cut tail does not: that is seen only by comparing with
a head (`AuditAnchor`) that was kept elsewhere. Entries are kept for at least two years and never deleted by us.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

GENESIS = "0" * 64  # what the first entry is chained to


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry:
    """`seq` counts from 1 without gaps. `actor` is a person's id or "sergas"; `subject` the id of what was acted on."""

    seq: int
    at: datetime
    actor: str
    action: str
    subject: str
    detail: Mapping[str, Any]
    request_id: str
    previous: str
    hash: str


@dataclass(frozen=True, slots=True)
class AuditAnchor:
    """An entry's number and hash, noted outside the database: the trail must still contain it."""

    seq: int
    hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditReport:
    """What verifying found. `first_bad` is the number of the first entry that does not hold; `head` the last good hash."""

    ok: bool
    entries: int
    head: str
    first_bad: int | None = None
    problem: str | None = None


def chained(
    *,
    seq: int,
    at: datetime,
    actor: str,
    action: str,
    subject: str,
    detail: Mapping[str, Any],
    request_id: str,
    previous: str,
) -> AuditEntry:
    """The next entry after the one whose hash is `previous`. `detail` must be plain JSON."""
    entry = AuditEntry(
        seq=seq,
        at=at.astimezone(UTC),
        actor=actor,
        action=action,
        subject=subject,
        detail=json.loads(canonical_json(detail)),
        request_id=request_id,
        previous=previous,
        hash="",
    )
    return replace(entry, hash=entry_hash(entry))


def entry_hash(entry: AuditEntry) -> str:
    """SHA-256 of the hash before and the canonical JSON of the entry, in hex."""
    body = {
        "seq": entry.seq,
        "at": entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "actor": entry.actor,
        "action": entry.action,
        "subject": entry.subject,
        "detail": entry.detail,
        "request_id": entry.request_id,
    }
    return hashlib.sha256(f"{entry.previous}\n{canonical_json(body)}".encode()).hexdigest()


def canonical_json(detail: Mapping[str, Any]) -> str:
    """The one JSON text of a mapping: sorted keys, no spaces, ASCII. Raises: TypeError, ValueError for what is not JSON."""
    return json.dumps(detail, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False)


def problem_with(entry: AuditEntry, *, seq: int, previous: str) -> str | None:
    """What is wrong with an entry that should be number `seq` after the hash `previous`; None where nothing is."""
    if entry.seq != seq:
        return f"Entry {seq} is missing."
    if entry.previous != previous:
        return f"Entry {seq} does not follow the entry before it."
    if entry.hash != entry_hash(entry):
        return f"Entry {seq} was changed after it was written."
    return None
