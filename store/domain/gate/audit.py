"""The audit trail: who did what to what, when. Each entry is chained to the one before by its hash.

An edited, deleted, inserted or reordered entry breaks the chain. A cut tail or a trail rewritten from the start does
not; only a comparison with heads (`AuditAnchor`) noted elsewhere shows those, which `store.domain.gate.audit_walk`
makes. Entries are kept for at least two years, and we never delete any.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from store.domain.errors import SergasError

GENESIS = "0" * 64  # the first entry is chained to this


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry:
    """`seq` counts from 1 without gaps. `actor` is a person's id, "sergas", or "slack:TEAM/USER" for an unknown user;
    `subject` is the id of the thing acted on."""

    seq: int
    at: datetime
    actor: str
    action: str
    subject: str
    detail: Mapping[str, Any]
    request_id: str
    previous: str
    hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenEntry:
    """An entry exactly as it is stored, unparsed and untrusted: `at` in ISO 8601 with microseconds and offset, `detail`
    as JSON text. None for a value that is no text at all."""

    seq: int | None
    at: str | None
    actor: str | None
    action: str | None
    subject: str | None
    detail: str | None
    request_id: str | None
    previous: str | None
    hash: str | None


@dataclass(frozen=True, slots=True)
class AuditAnchor:
    """An entry's number and hash, stored outside the database: the trail must still contain it."""

    seq: int
    hash: str


START = AuditAnchor(0, GENESIS)  # comes before the first entry


class AuditBroken(SergasError):
    """The trail is broken, or its outside anchors are gone. Don't store its head now: that would hide the damage."""


class AnchorsUnavailable(SergasError):
    """The place where heads are stored can't be reached or written to: try later."""


class AnchorsDamaged(SergasError):
    """The place where heads are stored holds something that is no anchor, or anchors out of order."""


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
    """SHA-256 of the previous hash and the canonical JSON of the entry, in hex."""
    return _hash(written(entry), entry.detail)


def written(entry: AuditEntry) -> WrittenEntry:
    """The entry as it is stored."""
    return WrittenEntry(
        seq=entry.seq,
        at=entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        actor=entry.actor,
        action=entry.action,
        subject=entry.subject,
        detail=canonical_json(entry.detail),
        request_id=entry.request_id,
        previous=entry.previous,
        hash=entry.hash,
    )


def canonical_json(detail: object) -> str:
    """The canonical JSON text of a value: sorted keys, no spaces, ASCII. Raises: TypeError, ValueError for anything
    that is not JSON."""
    return json.dumps(detail, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False)


def problem_with(entry: WrittenEntry, *, seq: int, previous: str) -> str | None:
    """Check an entry that should be number `seq` after the hash `previous`; return the problem, None if there is none."""
    if entry.seq is None or entry.seq < seq:
        return f"An entry numbered {entry.seq} is in the place of entry {seq}."
    if entry.seq > seq:
        return f"Entry {seq} is missing."
    if entry.previous != previous:
        return f"Entry {seq} does not follow the entry before it."
    if not is_as_hashed(entry):
        return f"Entry {seq} was changed after it was written."
    return None


def is_as_hashed(entry: WrittenEntry) -> bool:
    """Whether the stored text of the entry is exactly the one behind its hash."""
    try:
        detail = json.loads(entry.detail or "")
        return entry.detail == canonical_json(detail) and entry.hash == _hash(entry, detail)
    except (ValueError, RecursionError):  # no JSON, or nested deeper than anything we wrote
        return False


def _hash(entry: WrittenEntry, detail: object) -> str:
    body = {
        "seq": entry.seq,
        "at": entry.at,
        "actor": entry.actor,
        "action": entry.action,
        "subject": entry.subject,
        "detail": detail,
        "request_id": entry.request_id,
    }
    return hashlib.sha256(f"{entry.previous}\n{canonical_json(body)}".encode()).hexdigest()
