"""What somebody sees while they wait for an answer: a status behind the bot's name. It may fail, and then nothing is lost."""

from __future__ import annotations

from types import TracebackType
from typing import Self

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack_errors import SLACK_ERRORS, error_name

log = structlog.get_logger()


class ThreadStatus:
    """The status of one thread. Slack takes it away when an answer is posted; on leaving it is taken away in any case."""

    def __init__(self, client: AsyncWebClient, channel: str, thread_ts: str) -> None:
        self._client = client
        self._channel = channel
        self._thread_ts = thread_ts
        self._shown = ""
        self._given_up = False

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is not None and self._shown:
            await self.status("")

    async def status(self, text: str) -> None:
        if text == self._shown or self._given_up:
            return
        self._shown = text
        try:
            await self._client.assistant_threads_setStatus(
                channel_id=self._channel, thread_ts=self._thread_ts, status=text
            )
        except SLACK_ERRORS as refused:
            log.info("slack.status_refused", error=error_name(refused))
            self._given_up = True

    async def so_far(self, text: str) -> None:
        """What is not posted yet is not shown."""
