"""The outbox: one row per Slack message, written before it is posted, which later records its place in Slack."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any


class MessageState(StrEnum):
    """`sending` means that it may already be in Slack: check before posting again. `failed` means that Slack refused it
    permanently, or that it came too late."""

    PENDING = "pending"
    SENDING = "sending"
    POSTED = "posted"
    FAILED = "failed"


UNPOSTED = (MessageState.PENDING, MessageState.SENDING)
WHO = "who:"  # begins the key of a question to someone whether they are a CRM user
SIGNALS = (
    "signals:"  # begins the key of a question about signals, which is kept up to date for as long as it can be answered
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """`dedupe_key` permanently identifies content and recipient; `part` is the piece of the brief it shows; `thread_of` is
    the id of the message whose thread it is in. `channel` and `ts` are Slack's, once it is posted.

    `person_id` is the CRM user a brief is for; an answer, which belongs to no brief, names the Slack user. `body` is an
    answer's content, until it is posted. `sending_at` is when someone last began to post or update it, `fingerprint`
    identifies its content when last rendered.
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
    body: str | None = field(default=None, repr=False)
    sending_at: datetime | None = None
    fingerprint: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Saying:
    """A message for one Slack user, sent once by its `key`: in a channel, perhaps in a thread of it, or else in their
    direct messages. `text` is mrkdwn. `ending` means that it replaces a stream. Only with `to_anyone`, for what tells nothing
    from the CRM, does it go to someone who has not confirmed who they are."""

    key: str
    user_id: str
    text: str = field(repr=False)
    blocks: Sequence[dict[str, Any]] | None = field(default=None, repr=False)
    channel: str | None = None
    thread_ts: str | None = None
    ending: Ending | None = None
    to_anyone: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageStream:
    """A message in Slack that is still growing, with the plain text that has certainly arrived."""

    channel: str
    ts: str
    shown: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """How a stream becomes an answer: by this Markdown at its end, and these blocks below it. `tail` None: not at all. `steps` are
    the last chunks about steps of work."""

    stream: MessageStream
    tail: str | None = field(default=None, repr=False)
    below: Sequence[dict[str, Any]] = field(default=(), repr=False)
    steps: Sequence[dict[str, str]] = ()


@dataclass(frozen=True, slots=True)
class Earlier:
    """An earlier message in a thread; `ours` is an answer of the bot."""

    text: str = field(repr=False)
    ours: bool = False
