"""The outbox: one row for each Slack message, written before it is posted, and the map of what stands where."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any


class MessageState(StrEnum):
    """`sending` means that it may or may not stand in Slack already: look there before posting again. `failed` is what Slack
    refused for good, or what came too late."""

    PENDING = "pending"
    SENDING = "sending"
    POSTED = "posted"
    FAILED = "failed"


UNPOSTED = (MessageState.PENDING, MessageState.SENDING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """`dedupe_key` names what the message says to whom, once and for all; `part` is the piece of the brief it shows;
    `thread_of` is the id of the message in whose thread it stands. `channel` and `ts` are Slack's, once it is posted.

    `person_id` is the CRM user a brief is for; an answer, which belongs to no brief, names the Slack user. `body` is what an
    answer says, until it is posted. `sending_at` is when somebody last began to post or update it, `fingerprint` what it
    showed when it was last rendered.
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
    """Something to be said to one Slack user, once by its `key`: in a channel, perhaps in a thread of it, or else in their
    direct messages. `text` is mrkdwn. `ending` says that a stream stands there, which is to become this."""

    key: str
    user_id: str
    text: str = field(repr=False)
    blocks: Sequence[dict[str, Any]] | None = field(default=None, repr=False)
    channel: str | None = None
    thread_ts: str | None = None
    ending: Ending | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stream:
    """A message in Slack that is still growing, and what of its text is certainly there, plain."""

    channel: str
    ts: str
    shown: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """How a stream becomes an answer: by this Markdown at its end, and these blocks below it. `tail` None: not at all."""

    stream: Stream
    tail: str | None = field(default=None, repr=False)
    below: Sequence[dict[str, Any]] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class Earlier:
    """What was said before in a thread; `ours` is an answer of the bot."""

    text: str = field(repr=False)
    ours: bool = False
