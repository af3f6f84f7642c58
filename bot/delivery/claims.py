"""What posting a message and ending its stream have in common: a turn, a claim on the row, and the key in the metadata."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from bot.delivery.slack_errors import SLACK_ERRORS
from bot.delivery.web_api.client import SlackClient
from store.database import Database
from store.domain.errors import SlackUnavailable
from store.domain.running.messages import Message

EVENT_TYPE = "sergas_message"
BUSY = "Slack is busy; the message goes out later."


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxPolicy:
    """`timeout` is the limit of one call; `settle` is how long after that its effect may stay invisible. A message not posted
    within `keep` is dropped; an answer is not repeated for `remember`."""

    timeout: timedelta = timedelta(seconds=30)
    settle: timedelta = timedelta(seconds=10)
    keep: timedelta = timedelta(days=3)
    remember: timedelta = timedelta(days=7)

    @property
    def patience(self) -> timedelta:
        """How long a message belongs to the process that began to post or update it."""
        return self.timeout + self.settle


def key_in_metadata(message: Message) -> dict[str, Any]:
    """By this, the bot finds the message in Slack."""
    return {"event_type": EVENT_TYPE, "event_payload": {"key": message.dedupe_key}}


@asynccontextmanager
async def turn(client: SlackClient, method: str, *, channel: str = "") -> AsyncIterator[None]:
    """Raises: SlackUnavailable if it isn't ours soon."""
    async with AsyncExitStack() as stack:
        try:
            await stack.enter_async_context(client.ahead(method, channel=channel))
        except SLACK_ERRORS as exc:
            raise SlackUnavailable(BUSY) from exc
        yield


async def claim(database: Database, message: Message, policy: OutboxPolicy) -> tuple[Message | None, float]:
    """The claimed message, and the event-loop time by which the call must end. The time counts from before the claim, so that
    a process delayed here doesn't post after its claim has expired."""
    async with database.transaction() as tx:
        deadline = asyncio.get_running_loop().time() + policy.timeout.total_seconds()
        return await tx.messages.claim(message, patience=policy.patience), deadline
