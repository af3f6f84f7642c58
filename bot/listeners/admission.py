"""The gate before every listener: is it from our workspace and our app, is it new, and is it kept before it is acknowledged.

Bolt acknowledges events before their listener runs and never tells two deliveries apart, so both happen here.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import structlog
from slack_bolt.context.async_context import AsyncBoltContext
from slack_bolt.response import BoltResponse

from bot.listeners.flows import Flows
from bot.listeners.inbound import Body, inbox_key
from bot.telemetry import new_request_id

log = structlog.get_logger()
Next = Callable[[], Awaitable[object]]


def admission(flows: Flows, *, app_id: str | None) -> Callable[..., Awaitable[BoltResponse | None]]:
    """A global Bolt middleware. Socket Mode has no signature, so team and app are compared with our own (`app_id` if known)."""

    async def admit(body: Body, context: AsyncBoltContext, next_: Next) -> BoltResponse | None:
        name_request(context)
        if not _is_ours(body, context, app_id):
            log.warning("slack.foreign_request", team_id=context.team_id, app_id=body.get("api_app_id"))
            return BoltResponse(status=200)
        key = inbox_key(body)
        if key is not None and not await flows.first_time(key):
            log.info("slack.repeated_request", key=key)
            return BoltResponse(status=200)
        context["admitted"] = True
        await next_()
        return None

    return admit


def name_request(context: AsyncBoltContext) -> str:
    """The id this request is logged under, the same throughout."""
    if "request_id" not in context:
        context["request_id"] = new_request_id()
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=context["request_id"], user_id=context.user_id)
    request_id: str = context["request_id"]
    return request_id


def _is_ours(body: Body, context: AsyncBoltContext, app_id: str | None) -> bool:
    ours = context.authorize_result.team_id if context.authorize_result else None
    sent_to = body.get("api_app_id")
    return context.team_id is not None and context.team_id == ours and (app_id is None or sent_to == app_id)
