"""Post one message of the outbox: claim it, send it and, if the answer was lost, look for it before sending again."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import structlog

from bot.delivery.claims import BUSY, OutboxPolicy, claim, key_in_metadata, turn
from bot.delivery.slack_errors import SLACK_ERRORS, Fate, error_name, fate_of
from bot.delivery.web_api.client import SlackClient
from store.database import Database
from store.domain.errors import SlackUnavailable
from store.domain.running.messages import Message, MessageState

log = structlog.get_logger()

THROTTLED_TRIES = 4
# Slack's clock and ours may differ by less than this.
CLOCK_SKEW = timedelta(hours=1)
_PAGE = 200

Blocks = Sequence[dict[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """A message, its current content, and the ts of its thread's first message. `simpler` blocks say the same, for a Slack that
    doesn't take the others."""

    message: Message
    channel: str
    text: str
    blocks: Blocks | None = None
    under: str | None = None
    simpler: Blocks | None = None


_NOT_THESE_BLOCKS = frozenset({"invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long"})


class ThreadGone(Exception):
    """The first message of the thread is no longer there."""


class ChannelGone(Exception):
    """Slack doesn't know the conversation; nothing was posted, and the message is free."""


class Poster:
    """A message is claimed when it is its turn to be posted, and not before: a claim expires."""

    def __init__(self, database: Database, client: SlackClient, policy: OutboxPolicy) -> None:
        self._database = database
        self._client = client
        self._policy = policy

    async def place(self, post: Post) -> str | None:
        """Make sure that a message is in Slack, once. Returns its ts, or None if Slack refuses it permanently.

        Raises: SlackUnavailable if Slack doesn't accept it now, or the outcome isn't known yet; ChannelGone.
        """
        message = post.message
        if message.state is MessageState.SENDING and (found := await self._look(post)):
            return await self._stands(post, found, shows=None)
        for _ in range(THROTTLED_TRIES):
            async with turn(self._client, "chat.postMessage", channel=post.channel):
                claimed, deadline = await claim(self._database, message, self._policy)
                if claimed is None:
                    return await self._somebody_elses(message)
                try:
                    ts = await self._send(post, deadline)
                except ThreadGone:
                    log.info("outbox.thread_gone", message_id=message.id)
                    async with self._database.transaction() as tx:
                        await tx.messages.failed([claimed.id])
                    return None
                except SLACK_ERRORS as exc:
                    log.warning("outbox.not_posted", message_id=message.id, error=error_name(exc))
                    if post.simpler is not None and error_name(exc) in _NOT_THESE_BLOCKS:
                        post = replace(post, blocks=post.simpler, simpler=None)
                        async with self._database.transaction() as tx:
                            freed = await tx.messages.release(claimed)
                        if freed is None:
                            raise SlackUnavailable(BUSY) from exc
                        message = freed
                        continue
                    released = await self._after(claimed, exc)
                    if released is None:
                        return None
                    message = released
                else:
                    return await self._stands(post, ts, shows=fingerprint(post.text, post.blocks))
        raise SlackUnavailable(BUSY)

    async def _somebody_elses(self, message: Message) -> str | None:
        """Its ts if it is posted. Raises: SlackUnavailable if another process is posting it."""
        async with self._database.reading() as tx:
            standing = await tx.messages.get(message.id)
        if standing is None or standing.state is MessageState.FAILED:
            return None
        if standing.state is not MessageState.POSTED:
            raise SlackUnavailable("Another process is posting this message.")
        return standing.ts

    async def _send(self, post: Post, deadline: float) -> str:
        """Its ts. Raises: ThreadGone if the message whose thread it belongs to was deleted. Slack then posts it to the conversation
        itself, without the message that it answers, so it is deleted again."""
        if asyncio.get_running_loop().time() >= deadline:
            raise TimeoutError
        async with asyncio.timeout_at(deadline):
            answer = await self._client.chat_postMessage(
                channel=post.channel,
                text=post.text,
                blocks=post.blocks,
                thread_ts=post.under,
                unfurl_links=False,
                unfurl_media=False,
                metadata=key_in_metadata(post.message),
            )
            ts = str(answer["ts"])
            if post.under and not (answer.get("message") or {}).get("thread_ts"):
                await self._client.chat_delete(channel=post.channel, ts=ts)
                raise ThreadGone
        return ts

    async def _after(self, claimed: Message, error: Exception) -> Message | None:
        """The message, to retry after a pause, or None if Slack refuses it permanently.

        Raises: ChannelGone; SlackUnavailable otherwise; the row then says whether the message is free or its outcome uncertain.
        """
        fate, gone = fate_of(error), error_name(error) == "channel_not_found"
        async with self._database.transaction() as tx:
            if fate is Fate.REFUSED and not gone:
                await tx.messages.failed([claimed.id])
                return None
            free = gone or fate in (Fate.THROTTLED, Fate.NOT_DONE)
            released = await tx.messages.release(claimed) if free else None
        if gone:
            raise ChannelGone from error
        if fate is Fate.THROTTLED and released is not None:
            return released
        if released is not None:
            raise SlackUnavailable("Slack can't be reached; the message goes out later.") from error
        raise SlackUnavailable("Slack has not said whether it took a message; I look for it in a minute.") from error

    async def _stands(self, post: Post, ts: str, *, shows: str | None) -> str:
        async with self._database.transaction() as tx:
            await tx.messages.posted(post.message.id, channel=post.channel, ts=ts, fingerprint=shows)
        return ts

    async def _look(self, post: Post) -> str | None:
        """The ts of an earlier attempt's message; None if it certainly isn't in Slack.

        Raises: SlackUnavailable if it is missing but may still arrive. That is decided before looking.
        """
        async with self._database.reading() as tx:
            settled = await tx.messages.is_settled(post.message, patience=self._policy.patience)
        try:
            async with asyncio.timeout(self._policy.timeout.total_seconds()):
                found = await self._find(post)
        except SLACK_ERRORS as exc:
            if fate_of(exc) is not Fate.REFUSED:
                raise SlackUnavailable("Slack can't be reached; the bot looks for the message later.") from exc
            found = None  # the conversation is gone, and posting will show that
        if found is None and not settled:
            raise SlackUnavailable("Slack has not said whether it took a message; I look for it in a minute.")
        return found

    async def _find(self, post: Post) -> str | None:
        oldest = (post.message.created_at - CLOCK_SKEW).timestamp()
        options: dict[str, Any] = {"channel": post.channel, "limit": _PAGE, "include_all_metadata": True}
        while True:
            if post.under:
                answer = await self._client.conversations_replies(ts=post.under, **options)
            else:
                answer = await self._client.conversations_history(oldest=f"{oldest:.6f}", **options)
            for standing in answer["messages"]:
                payload = (standing.get("metadata") or {}).get("event_payload") or {}
                if payload.get("key") == post.message.dedupe_key:
                    return str(standing["ts"])
            cursor = (answer.get("response_metadata") or {}).get("next_cursor")
            if not cursor:
                return None
            options["cursor"] = cursor


def fingerprint(text: str, blocks: Blocks | None) -> str:
    """A fingerprint of a message's look."""
    return hashlib.sha256(json.dumps([text, blocks], sort_keys=True).encode()).hexdigest()
