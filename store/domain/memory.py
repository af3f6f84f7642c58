"""What is remembered of an account: passages of text, each with where it comes from and when it happened."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

CHUNK = 1_200  # characters of a passage at most


class MemoryKind(StrEnum):
    """What a passage tells of. CHANGE: a stage, sponsor, owner, amount or close date moved."""

    NOTE = "note"
    MEETING = "meeting"
    CALL = "call"
    TASK = "task"
    CHANGE = "change"
    RECOMMENDATION = "recommendation"
    DECISION = "decision"
    OUTCOME = "outcome"


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """`id` is `note:4150868000000123#0`: kind, record, number of the chunk. `at` is when it happened, aware, in UTC."""

    id: str
    account_id: str
    kind: MemoryKind
    record_id: str
    title: str
    text: str
    at: datetime
    deal_id: str | None = None
    contact_id: str | None = None
    author: str = ""
