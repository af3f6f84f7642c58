"""A progress message for a person who waits: one message, updated at each step and deleted at the end.

Its content exists elsewhere, too. So if an update fails, it is skipped, and the work goes on.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from bot.delivery.slack_errors import SLACK_ERRORS, error_name
from bot.views.blocks import section
from bot.views.replies import steps_text
from store.database import Database
from store.domain.running.messages import Message, MessageState, Saying

log = structlog.get_logger()


class ProgressMessage:
    """Satisfies `agents.ports.TellStep`. `key` is the request's key, so that a repeated request continues the same message."""

    def __init__(
        self,
        database: Database,
        client: AsyncWebClient,
        say: Callable[[Saying], Awaitable[None]],
        *,
        key: str,
        user_id: str,
    ) -> None:
        self._database = database
        self._client = client
        self._say = say
        self._key = f"progress:{key}"
        self._user_id = user_id
        self._steps: list[str] = []
        self._turn = asyncio.Lock()

    async def __call__(self, step: str) -> None:
        """Show this step as the current one."""
        async with self._turn:
            if step not in self._steps:
                self._steps.append(step)
                await self._show(self._steps)

    async def done(self) -> None:
        """Delete the message: the result, or the reason why there is none, is beside it."""
        async with self._turn:
            message = await self._standing() if self._steps else None
            if message is not None:
                await self._tried(self._client.chat_delete(channel=str(message.channel), ts=str(message.ts)))

    async def _show(self, steps: Sequence[str]) -> None:
        text = steps_text(steps)
        message = await self._standing()
        if message is None:
            await self._say(Saying(key=self._key, user_id=self._user_id, text=text, blocks=[section(text)]))
        else:
            update = self._client.chat_update(
                channel=str(message.channel), ts=str(message.ts), text=text, blocks=[section(text)]
            )
            await self._tried(update)

    async def _standing(self) -> Message | None:
        async with self._database.reading() as tx:
            message = await tx.messages.by_key(self._key)
        stands = message is not None and message.state is MessageState.POSTED and message.channel and message.ts
        return message if stands else None

    async def _tried(self, call: Awaitable[object]) -> None:
        try:
            await call
        except SLACK_ERRORS as exc:
            log.info("progress.not_shown", error=error_name(exc))
