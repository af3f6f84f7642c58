"""Evidence: the record and field behind a statement, and the confidence computed from it.

An evidence id is `kind:record id:field`, followed by `@change id` for a change: `deal:4150000000012001:closing_date@9f3c…`.
It resolves to a record and a field in the store, and so to a link in the CRM.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from store.domain.crm.accounts import Kind
from store.domain.errors import BadInput


class Source(StrEnum):
    """The source of a piece of evidence; kinds of source have different weights in confidence."""

    FIELD = "field"  # a record's current value
    CHANGE = "change"  # a change between two looks
    ABSENCE = "absence"  # something that should exist and doesn't
    NOTE = "note"  # a person's own text
    HISTORY = "history"  # our own earlier recommendations and their outcomes


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """`label` and `value` are for people ("Closing date", "30 Sep → 31 Dec"); `at` is when the CRM last confirmed it.

    CRM text in `value` and `record_name` is untrusted: views escape it.
    """

    source: Source
    kind: Kind
    record_id: str
    record_name: str
    field: str
    label: str
    value: str
    at: datetime
    change_id: str | None = None

    @property
    def id(self) -> str:
        base = f"{self.kind}:{self.record_id}:{self.field}"
        return f"{base}@{self.change_id}" if self.change_id else base


@dataclass(frozen=True, slots=True)
class EvidenceRef:
    """The parts of an evidence id."""

    kind: Kind
    record_id: str
    field: str
    change_id: str | None


def parse_evidence_id(text: str) -> EvidenceRef:
    """Raises: BadInput if the text is not an evidence id."""
    head, _, change_id = text.partition("@")
    parts = head.split(":")
    if len(parts) != 3 or not parts[1] or parts[0] not in set(Kind):
        raise BadInput(f"“{text}” is not an evidence id (kind:record:field).")
    return EvidenceRef(Kind(parts[0]), parts[1], parts[2], change_id or None)


class ConfidenceLevel(StrEnum):
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


@dataclass(frozen=True, slots=True, kw_only=True)
class Confidence:
    """`score` is in 0–1; `because` explains it in one sentence."""

    score: float
    level: ConfidenceLevel
    because: str
