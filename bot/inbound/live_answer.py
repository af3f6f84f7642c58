"""Show progress while a person waits for an answer: a status beside the bot's name, the steps of work, then the growing answer.

If any of this fails, nothing is lost: the answer itself goes through the outbox. A stream is one message that becomes the
answer, with its key in the metadata. If it can't, it is deleted and the answer is posted instead; the same goes for a stream
left by a process that died.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from bot.delivery.slack_errors import SLACK_ERRORS, Fate, error_name, fate_of
from bot.inbound.answer import voice
from bot.inbound.envelope import Body
from bot.inbound.typed import typed
from bot.views.text import continues, markdown, unbroken
from store.domain.running.messages import Earlier, Ending, MessageStream
from store.domain.text.redaction import visible

log = structlog.get_logger()

PAUSE = 1.0  # seconds between two pieces, far below Slack's rate limit
_EARLIER, _EARLIER_LIMIT = 8, 600
PATIENCE = 5.0  # seconds per call: a progress display isn't worth a longer wait


class LiveAnswer:
    """The answer to one message. With `again`, for a repeated request, nothing is streamed."""

    def __init__(
        self, client: AsyncWebClient, event: Body, *, again: bool, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._client = client
        self._event = event
        self._channel = str(event["channel"])
        self._thread_ts = str(event.get("thread_ts") or event["ts"])
        self._again = again
        self._lost = again  # whether there may be an unknown stream here
        self._monotonic = monotonic
        self._status = ""
        self._mute = False
        self._stream: MessageStream | None = None
        self._next = 0.0
        self._steps: list[str] = []

    async def earlier(self) -> list[Earlier]:
        """The streams; none if Slack doesn't list them."""
        if not self._event.get("thread_ts"):
            return []
        ts = str(self._event["ts"])
        standing = [each for each in await self._replies(latest=ts) if each["ts"] != ts]
        told = [each for each in standing if not each.get("bot_id") or _key(each).startswith("answer:")]
        return [_earlier(each) for each in told[-_EARLIER:]]

    async def status(self, text: str) -> None:
        if text == self._status or self._mute or self._stream:
            return
        self._status = text
        failed = await self._tried(
            lambda: self._client.assistant_threads_setStatus(
                channel_id=self._channel, thread_ts=self._thread_ts, status=text
            )
        )
        self._mute = failed not in (None, Fate.THROTTLED)

    async def step(self, title: str) -> None:
        """Show that a step of work begins, and that those before it are done."""
        if title in self._steps:
            return
        chunks = [*self._done(), _step(len(self._steps), title, "in_progress")]
        if self._again or (self._stream is not None and self._stream.shown):
            return
        self._steps.append(title)
        if self._stream is None:
            failed = await self._tried(lambda: self._begin("", chunks))
            self._again = self._lost = failed not in (None, Fate.THROTTLED)
            if failed is not None:
                self._steps.pop()
                await self.status(f"{title}…")
        else:
            await self._grow("", chunks)

    async def so_far(self, text: str) -> None:
        """Show the answer's plain text so far; it only grows."""
        if self._again or self._monotonic() < self._next:
            return
        self._next = self._monotonic() + PAUSE
        text = unbroken(text)
        if self._stream is None:
            failed = await self._tried(lambda: self._begin(text, [])) if text else None
            self._again = self._lost = failed not in (None, Fate.THROTTLED)
        elif text != self._stream.shown and continues(self._stream.shown, text):
            await self._grow(text, self._done() if not self._stream.shown else [])

    async def _grow(self, text: str, chunks: list[dict[str, str]]) -> None:
        """Append steps, and the new end of the text."""
        assert self._stream is not None
        stream, more = self._stream, text[len(self._stream.shown) :]
        told: dict[str, Any] = {"markdown_text": markdown(more)}
        if chunks:
            told = {"chunks": [*chunks, *([{"type": "markdown_text", "text": markdown(more)}] if more else [])]}
        failed = await self._tried(lambda: self._client.chat_appendStream(channel=self._channel, ts=stream.ts, **told))
        if failed is None:
            self._stream = MessageStream(channel=self._channel, ts=stream.ts, shown=text or stream.shown)
        elif failed is not Fate.THROTTLED:  # then the next piece has this one in it
            self._again = True  # its content is uncertain

    def _done(self) -> list[dict[str, str]]:
        """Says that the last step is over."""
        return [_step(len(self._steps) - 1, self._steps[-1], "complete")] if self._steps else []

    async def end(
        self, text: str, *, plain: str, blocks: Sequence[dict[str, Any]], below: Sequence[dict[str, Any]]
    ) -> None:
        """Give the answer: `plain` as streamed, `text` and `blocks` for posting, `below` for the end of a stream."""
        stream = self._stream
        tail = markdown(plain[len(stream.shown) :]) if stream and continues(stream.shown, plain) else None
        if self._again and stream:
            tail = None
        await voice().say(
            str(self._event.get("user", "")),
            text,
            blocks=blocks,
            channel=self._channel,
            thread_ts=self._thread_ts,
            ending=Ending(stream=stream, tail=tail, below=below, steps=self._done()) if stream else None,
        )
        self._stream, self._status = None, ""  # Slack removes the status when the answer comes

    async def drop(self) -> None:
        """Delete the stream if it won't become the answer."""
        if self._stream is not None:
            stream, self._stream = self._stream, None
            await self._delete(stream.ts)
        elif self._status:
            await self.status("")
        if self._lost:
            await self._tidy()

    async def _tidy(self) -> None:
        """Delete the streams that a dead process or a lost answer left in this thread: the bot's only messages without
        metadata."""
        asked = str(self._event["ts"])
        for each in await self._replies(oldest=asked):
            if each.get("bot_id") and not each.get("metadata") and each["ts"] > asked:
                await self._delete(str(each["ts"]))

    async def _replies(self, *, latest: str | None = None, oldest: str | None = None) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []

        async def look() -> None:
            answer = await self._client.conversations_replies(
                channel=self._channel,
                ts=self._thread_ts,
                limit=200,
                include_all_metadata=True,
                latest=latest,
                oldest=oldest,
            )
            found.extend(answer["messages"])

        await self._tried(look)
        return found

    async def _delete(self, ts: str) -> None:
        await self._tried(lambda: self._client.chat_delete(channel=self._channel, ts=ts))

    async def _begin(self, text: str, chunks: list[dict[str, str]]) -> None:
        told: dict[str, Any] = {"markdown_text": markdown(text)}
        if chunks:
            told = {"chunks": chunks, "task_display_mode": "timeline"}
        answer = await self._client.chat_startStream(
            channel=self._channel,
            thread_ts=self._thread_ts,
            recipient_user_id=self._event.get("user"),
            recipient_team_id=self._event.get("team"),
            **told,
        )
        self._stream = MessageStream(channel=self._channel, ts=str(answer["ts"]), shown=text)

    async def _tried(self, call: Callable[[], Awaitable[object]]) -> Fate | None:
        """What became of it; None if it worked."""
        try:
            async with asyncio.timeout(PATIENCE):
                await call()
        except SLACK_ERRORS as refused:
            log.info("slack.progress_refused", error=error_name(refused))
            return fate_of(refused)
        return None


def _step(number: int, title: str, status: str) -> dict[str, str]:
    """A chunk of a stream."""
    return {"type": "task_update", "id": f"step-{number + 1}", "title": title, "status": status}


def _earlier(message: dict[str, Any]) -> Earlier:
    text = visible(typed(str(message.get("text") or "")), limit=_EARLIER_LIMIT)
    return Earlier(text, ours=bool(message.get("bot_id")))


def _key(message: dict[str, Any]) -> str:
    payload = (message.get("metadata") or {}).get("event_payload") or {}
    return str(payload.get("key") or "")
