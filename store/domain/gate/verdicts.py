"""What is known of a write to the CRM after an attempt, or after looking for one: what the writer tells the flows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Verdict(StrEnum):
    DONE = "done"
    NOT_SENT = "not_sent"  # proven not to have happened: may be tried again
    REFUSED = "refused"  # the CRM said no for good
    DRIFTED = "drifted"  # 412: the record changed since it was shown
    UNKNOWN = "unknown"  # sent, fate unknown: reconcile before anything else


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteResult:
    """`error` is one sentence; `retry_after` is in seconds, where the CRM gave one. `modified_at` is the time that the CRM gave
    the written record, where it is known."""

    verdict: Verdict
    crm_id: str | None = None
    modified_at: datetime | None = None
    error: str | None = None
    retry_after: float | None = None
