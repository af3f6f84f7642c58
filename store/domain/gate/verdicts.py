"""The writer's knowledge about a write to the CRM, after an attempt or after looking for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Verdict(StrEnum):
    DONE = "done"
    NOT_SENT = "not_sent"  # proven not to have happened: may be tried again
    REFUSED = "refused"  # the CRM refused it permanently
    DRIFTED = "drifted"  # 412: the record changed since it was shown
    UNKNOWN = "unknown"  # sent, fate unknown: reconcile before anything else


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteResult:
    """`error` is one sentence; `retry_after` is in seconds, if the CRM gave it. `modified_at` is the CRM's modified
    time of the written record, if known."""

    verdict: Verdict
    crm_id: str | None = None
    modified_at: datetime | None = None
    error: str | None = None
    retry_after: float | None = None
