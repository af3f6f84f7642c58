"""What is known of a write to the CRM after an attempt, or after looking for one: what the writer tells the flows."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    DONE = "done"
    NOT_SENT = "not_sent"  # proven not to have happened: may be tried again
    REFUSED = "refused"  # the CRM said no for good
    DRIFTED = "drifted"  # 412: the record changed since it was shown
    UNKNOWN = "unknown"  # sent, fate unknown: reconcile before anything else


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteResult:
    """`error` is one sentence; `retry_after` is in seconds, where the CRM gave one."""

    verdict: Verdict
    crm_id: str | None = None
    error: str | None = None
    retry_after: float | None = None
