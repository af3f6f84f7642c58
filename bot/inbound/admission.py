"""Admission before every listener: check workspace and app, drop duplicates, and store the request before acknowledging it;
after the listener, mark it as handled.

Bolt acknowledges events before their listener runs and doesn't detect repeated deliveries, so both happen here.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Protocol

import structlog
from slack_bolt.context.async_context import AsyncBoltContext
from slack_bolt.listener.async_listener_completion_handler import AsyncListenerCompletionHandler
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse

from bot.inbound.answer import Voice, lend
from bot.inbound.envelope import INBOX_KEY, Body, inbox_key
from bot.inbound.scrub import asks_for_something, cleaned, kept_text
from bot.telemetry import new_request_id
from store.domain.errors import StoreUnavailable
from store.domain.running.messages import Saying

log = structlog.get_logger()
Next = Callable[[], Awaitable[object]]

# Context keys: of a repeated request's inbox key, and of the task that informs a person of an error (its result says whether
# it succeeded).
TAKEN_AGAIN, ANSWERING = "taken_again", "answering"
# Characters. Slack's largest payload, a view of 250 kB, is smaller.
BODY_LIMIT = 1_000_000


# Says something once by its key; if Slack doesn't accept it now, it is posted later.
Say = Callable[[Saying], Awaitable[None]]


class Requests(Protocol):
    """Stores inbound requests until they are handled."""

    async def keep(self, key: str, body: str | None, /) -> bool:
        """Store a request durably; False if it was stored before. Nothing is acknowledged without it. One without a body needs
        no handling, only deduplication."""
        ...

    async def done(self, key: str, /) -> None:
        """Mark the request as handled and delete its content."""
        ...


def admission(requests: Requests, say: Say, *, app_id: str | None) -> Callable[..., Awaitable[BoltResponse | None]]:
    """A global Bolt middleware. Socket Mode has no signature, so team and app are compared with our own (`app_id` if known)."""

    async def admit(
        request: AsyncBoltRequest, body: Body, context: AsyncBoltContext, next_: Next
    ) -> BoltResponse | None:
        name_request(context)
        again = context.get(TAKEN_AGAIN)
        if not _is_ours(body, context, app_id):
            log.warning("slack.foreign_request", team_id=context.team_id, app_id=body.get("api_app_id"))
            return await _turned_away(requests, again)
        request.body = cleaned(request.body)
        key = again or inbox_key(request.body)
        if key is not None and again is None:
            text = kept_text(request.body) if asks_for_something(request.body) else None
            if text is not None and len(text) > BODY_LIMIT:
                log.warning("slack.oversized_request", characters=len(text))
                return BoltResponse(status=413)
            if not await requests.keep(key, text):
                log.info("slack.repeated_request", key=key)
                return BoltResponse(status=200)
            context[INBOX_KEY] = key if text is not None else None
        else:
            context[INBOX_KEY] = again
        context["admitted"] = True
        lend(Voice(say, key or context["request_id"]))
        await next_()
        return None

    return admit


class Handled(AsyncListenerCompletionHandler):
    """After each listener: the request is done, unless it failed and the person couldn't be informed. Then it is repeated
    later."""

    def __init__(self, requests: Requests) -> None:
        self._requests = requests

    async def handle(self, request: AsyncBoltRequest, response: BoltResponse | None) -> None:
        key = request.context.get(INBOX_KEY)
        answering: asyncio.Task[bool] | None = request.context.get(ANSWERING)
        if key is None or (answering is not None and not await answering):
            return
        try:
            await self._requests.done(key)
        except StoreUnavailable as exc:
            log.warning("inbox.not_done", key=key, problem=str(exc))


def name_request(context: AsyncBoltContext) -> str:
    """This request's id in the log, the same throughout."""
    if "request_id" not in context:
        context["request_id"] = new_request_id()
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=context["request_id"], user_id=context.user_id)
    request_id: str = context["request_id"]
    return request_id


async def _turned_away(requests: Requests, again: str | None) -> BoltResponse:
    """Drop a stored request that is no longer ours (the token of another workspace)."""
    if again is not None:
        await requests.done(again)
    return BoltResponse(status=200)


def _is_ours(body: Body, context: AsyncBoltContext, app_id: str | None) -> bool:
    ours = context.authorize_result.team_id if context.authorize_result else None
    sent_to = body.get("api_app_id")
    return context.team_id is not None and context.team_id == ours and (app_id is None or sent_to == app_id)
