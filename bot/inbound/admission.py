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

from agents.flows.access.identity import Caller
from bot.delivery.slack_errors import SLACK_ERRORS
from bot.inbound.answer import Voice, lend
from bot.inbound.asker import vouched
from bot.inbound.envelope import INBOX_KEY, Body, inbox_key
from bot.inbound.errands import ask_to_wait, errand_of, rank_for, sentence_to_wait
from bot.inbound.scrub import asks_for_something, cleaned, kept_text
from bot.telemetry import new_request_id
from store.domain.errors import StoreUnavailable
from store.domain.running.fair_use import Errand, Turn
from store.domain.running.messages import Saying
from store.lanes import Lanes, Rank, rank_as

log = structlog.get_logger()
# A flood comes in a few at a time, a colleague's first errand before someone's second, so that presses find the loop free.
_DOOR = Lanes(4)
_answering: set[asyncio.Task[None]] = set()
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

    async def ask(self, key: str, body: str, errand: Errand, caller: Caller, /) -> Turn | None:
        """Store an errand as durably, and say whether it has its turn; None if it was stored before."""
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
        errand = errand_of(request.body)
        rank_as(rank_for(request.body, errand))
        key = again or inbox_key(request.body)
        lend(Voice(say, key or context["request_id"]))
        context[INBOX_KEY] = again
        if key is not None and again is None:
            refused = await _stored(requests, key, request.body, errand, context)
            if refused is not None:
                return refused
        context["admitted"] = True
        await next_()
        return None

    return admit


async def _stored(
    requests: Requests, key: str, body: Body, errand: Errand | None, context: AsyncBoltContext
) -> BoltResponse | None:
    """Store a new request; or answer at once one that is no new one, too large or not in turn."""
    text = kept_text(body) if asks_for_something(body) else None
    if text is not None and len(text) > BODY_LIMIT:
        log.warning("slack.oversized_request", characters=len(text))
        return BoltResponse(status=413)
    if errand is None or text is None:
        is_new, turn = await requests.keep(key, text), None
    else:
        caller = vouched(context, body, key=key)
        async with _DOOR.place(Rank.QUESTION, of=caller.slack):
            turn = await requests.ask(key, text, errand, caller)
        is_new = turn is not None
    if not is_new:
        log.info("slack.repeated_request", key=key)
        return BoltResponse(status=200)
    if errand is not None and turn is not None and turn.wait is not None:
        return await _put_off(requests, key, body, errand, turn, context)
    context[INBOX_KEY] = key if text is not None else None
    return None


async def _put_off(
    requests: Requests, key: str, body: Body, errand: Errand, turn: Turn, context: AsyncBoltContext
) -> BoltResponse:
    """Acknowledge an errand that has to wait, and say so if the person didn't hear it a moment ago. If the process dies before it
    could, the errand is done later after all."""
    if not turn.tell or turn.wait is None:
        return BoltResponse(status=200)
    log.info("errand.put_off", errand=errand, why=turn.wait)
    sentence = sentence_to_wait(errand, turn.wait)
    if body.get("command") is not None:
        await requests.done(key)
        return BoltResponse(status=200, body={"response_type": "ephemeral", "text": sentence})
    client, user_id = context.client, context.actor_user_id or context.user_id or ""

    async def answer() -> None:
        try:
            await ask_to_wait(client, body, user_id, sentence)
            await requests.done(key)
        except (*SLACK_ERRORS, StoreUnavailable) as failure:
            log.warning("slack.answer_failed", error=type(failure).__name__)

    task = asyncio.create_task(answer())
    _answering.add(task)  # the event loop keeps only a weak reference to a task
    task.add_done_callback(_answering.discard)
    return BoltResponse(status=200)


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
    ours, sent_to = context.authorize_result, body.get("api_app_id")
    if ours is None or not (app_id is None or sent_to == app_id):
        return False
    if ours.team_id and (context.team_id == ours.team_id or ours.team_id in _teams_beside(body)):
        return True
    organisation = (body.get("enterprise") or {}).get("id") if body.get("is_enterprise_install") is True else None
    return organisation is not None and _names_no_team(body) and organisation == ours.enterprise_id


def _names_no_team(body: Body) -> bool:
    """Of a press or a submission under an installation for a whole organisation."""
    return "team" in body and body["team"] is None


def _teams_beside(body: Body) -> set[str]:
    """The workspaces of the user, the message and the view; only asked where the payload itself names none."""
    if not _names_no_team(body):
        return set()
    user, message, view = (body.get(name) or {} for name in ("user", "message", "view"))
    named = (user.get("team_id"), message.get("team"), view.get("team_id"), view.get("app_installed_team_id"))
    return {each for each in named if isinstance(each, str)}
