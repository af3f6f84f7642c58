"""The gate before every listener: only CRM users who have confirmed who they are get past it, and answers to that question.

It is closed to what it doesn't know: a new listener needs nothing to be behind it. Behind it the flows ask again, since a
listener may run later and a person may have said something else meanwhile (`agents.flows.access.identity`).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from slack_bolt.context.async_context import AsyncBoltContext
from slack_bolt.listener.async_listener_completion_handler import AsyncListenerCompletionHandler
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot.inbound.asker import asker_of
from bot.inbound.envelope import Body
from bot.inbound.on_error import on_error
from bot.inbound.scrub import asks_for_something
from bot.views.confirm_link import CONFIRM_LINK, CONFIRM_MODAL, REFUSE_LINK
from store.domain.errors import SergasError

Next = Callable[[], Awaitable[object]]


def only_confirmed(completion: AsyncListenerCompletionHandler) -> Callable[..., Awaitable[BoltResponse | None]]:
    """A global Bolt middleware, after `introduction`. A request that ends here is handled, as after a listener."""

    async def check(
        request: AsyncBoltRequest, body: Body, client: AsyncWebClient, context: AsyncBoltContext, next_: Next
    ) -> BoltResponse | None:
        if not _answers_who(body) and asks_for_something(body):
            try:
                await asker_of(context).admitted(*_asked(body))
            except SergasError as refusal:
                turned_away = BoltResponse(status=200)
                response = await on_error(refusal, body, client, context, turned_away)
                await completion.handle(request, response)
                return response or turned_away
        await next_()
        return None

    return check


def _answers_who(body: Body) -> bool:
    """Whether it is an answer to the question who someone is, and nothing else."""
    if body.get("type") == "block_actions":
        pressed = {str(each.get("action_id")) for each in body.get("actions") or ()}
        return bool(pressed) and pressed <= {CONFIRM_LINK, REFUSE_LINK}
    return body.get("type") == "view_submission" and (body.get("view") or {}).get("callback_id") == CONFIRM_MODAL


def _asked(body: Body) -> tuple[str, str]:
    """What was asked, and about what, for the audit trail: "" for an event, which asks for nothing in particular."""
    if body.get("actions"):
        action = body["actions"][0]
        return str(action.get("action_id")), str(action.get("value") or "").partition(":")[0]
    if body.get("view"):
        view = body["view"]
        return str(view.get("callback_id")), str(view.get("private_metadata") or "").partition(":")[0]
    return str(body.get("command") or ""), ""
