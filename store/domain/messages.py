"""The outbox: one row for each Slack message, written before it is posted, and the map of what stands where."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class MessageState(StrEnum):
    """`sending` means that it may or may not stand in Slack already: look there before posting again."""

    PENDING = "pending"
    SENDING = "sending"
    POSTED = "posted"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """`dedupe_key` names what the message says to whom, once and for all; `part` is the piece of the brief it shows;
    `thread_of` is the id of the message in whose thread it stands. `channel` and `ts` are Slack's, once it is posted.
    """

    id: str
    dedupe_key: str
    person_id: str
    part: str
    created_at: datetime
    brief_id: str | None = None
    thread_of: str | None = None
    state: MessageState = MessageState.PENDING
    channel: str | None = None
    ts: str | None = None
