"""An anchor as one line of JSON: `{"seq": 7, "hash": "…", "at": "2026-03-24T07:30:00+00:00"}`."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime

from store.domain.gate.audit import AuditAnchor
from store.domain.text.outside_json import NotJson, read_object

_HASH = re.compile(r"[0-9a-f]{64}")


def line_of(anchor: AuditAnchor, at: datetime) -> str:
    """Return the line without its newline. `at` is for people; nothing reads it."""
    return json.dumps({"seq": anchor.seq, "hash": anchor.hash, "at": at.astimezone(UTC).isoformat(timespec="seconds")})


def anchor_in(line: str) -> AuditAnchor | None:
    """Return the anchor in a line; None if it holds none."""
    try:
        value = read_object(line)
    except NotJson:
        return None
    return anchor_from(value.get("seq"), value.get("hash"))


def anchor_from(seq: object, digest: object) -> AuditAnchor | None:
    """Return the anchor these two values make; None if they don't fit."""
    fits = type(seq) is int and seq > 0 and isinstance(digest, str) and _HASH.fullmatch(digest)
    return AuditAnchor(seq, digest) if fits else None  # type: ignore[arg-type]  # `fits` has checked both
