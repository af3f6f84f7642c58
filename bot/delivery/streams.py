"""Turn a streamed answer into a message of the outbox, or delete it so that the message is posted like any other."""

from __future__ import annotations

import asyncio
from typing import Any

import structlog

from bot.delivery.claims import OutboxPolicy, claim, key_in_metadata, turn
from bot.delivery.slack_errors import SLACK_ERRORS, Fate, error_name, fate_of
from bot.delivery.web_api.client import SlackClient
from store.database import Database
from store.domain.errors import SlackUnavailable
from store.domain.running.messages import Ending, Message, MessageStream

log = structlog.get_logger()


class Streams:
    def __init__(self, database: Database, client: SlackClient, policy: OutboxPolicy) -> None:
        self._database = database
        self._client = client
        self._policy = policy

    async def end(self, message: Message | None, ending: Ending) -> bool:
        """Turn a stream into the message, with its key. False if the stream was deleted instead, so that the message must be posted
        like any other. None is a message that was said before: only its stream is deleted.

        If neither is certain, the message stays `sending`, and the bot looks for it by its key. Raises: StoreUnavailable.
        """
        if message is None or ending.tail is None:
            await self._take_away(ending.stream)
            return False
        try:
            async with turn(self._client, "chat.stopStream"):
                return await self._ended(message, ending)
        except SlackUnavailable as exc:
            log.warning("outbox.stream_not_ended", message_id=message.id, problem=str(exc))
            await self._take_away(ending.stream)
            return False

    async def _ended(self, message: Message, ending: Ending) -> bool:
        claimed, deadline = await claim(self._database, message, self._policy)
        if claimed is None:
            return True
        try:
            async with asyncio.timeout_at(deadline):
                in_its_thread = await self._stop(message, ending)
        except SLACK_ERRORS as exc:
            log.warning("outbox.stream_not_ended", message_id=message.id, error=error_name(exc))
            gone = await self._take_away(ending.stream)
            if not gone and fate_of(exc) is Fate.UNKNOWN:
                return True
            async with self._database.transaction() as tx:
                await tx.messages.release(claimed)
            return False
        if not in_its_thread:
            log.info("outbox.thread_gone", message_id=message.id)
            await self._take_away(ending.stream)
        async with self._database.transaction() as tx:
            if in_its_thread:
                await tx.messages.posted(message.id, channel=ending.stream.channel, ts=ending.stream.ts)
            else:
                await tx.messages.failed([claimed.id])
        return True

    async def _stop(self, message: Message, ending: Ending) -> bool:
        """Whether the message is in its thread. If the question was deleted, Slack puts the answer into the conversation itself."""
        told: dict[str, Any] = {"markdown_text": ending.tail or None}
        if ending.steps:
            text = [{"type": "markdown_text", "text": ending.tail}] if ending.tail else []
            told = {"chunks": [*ending.steps, *text]}
        answer = await self._client.chat_stopStream(
            channel=ending.stream.channel,
            ts=ending.stream.ts,
            **told,
            blocks=list(ending.below) or None,
            metadata=key_in_metadata(message),
        )
        standing = answer.get("message") or {}
        return bool(standing.get("thread_ts")) or not standing

    async def _take_away(self, stream: MessageStream) -> bool:
        """Whether the stream is certain to be gone."""
        try:
            async with asyncio.timeout(self._policy.timeout.total_seconds()):
                await self._client.chat_delete(channel=stream.channel, ts=stream.ts)
        except SLACK_ERRORS as exc:
            log.warning("outbox.stream_left", error=error_name(exc))
            return error_name(exc) == "message_not_found"
        return True
