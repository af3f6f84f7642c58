"""What went wrong, told twice: to the person in one sentence, to the log with its trace, joined by a reference id.

Bolt catches whatever a listener or a middleware lets through and hands it to the one handler here.
"""

from __future__ import annotations

import asyncio

import structlog
from aiohttp import ClientError
from slack_bolt.context.async_context import AsyncBoltContext
from slack_bolt.response import BoltResponse
from slack_sdk.errors import SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from bot.listeners.admission import name_request
from bot.listeners.answer import answer_press, reply_in_thread
from bot.listeners.inbound import Body, caller
from bot.views.replies import sentence_modal
from bot.views.text import mrkdwn
from store.domain.errors import CrmError, Drifted, SergasError

log = structlog.get_logger()
_answering: set[asyncio.Task[None]] = set()
# Bolt looks for an acknowledgement every 10 ms, and forgets one whose listener fails before it has looked.
_PICKED_UP = 0.02


def sentence_for(error: Exception, *, reference: str) -> str:
    """Plain text for a person: what happened and what to do. Only our own errors speak for themselves."""
    match error:
        case Drifted():
            moved = "; ".join(
                f"{label} was {shown} and is now {present}" for label, shown, present in error.differences
            )
            return f"{error} {moved}." if moved else str(error)
        case CrmError():
            return f"{error} (Reference {reference}.)"
        case SergasError():
            return str(error)
        case _:
            return f"Something went wrong on my side. Please look at the card before you try again. (Reference {reference}.)"


async def on_error(
    error: Exception, body: Body, client: AsyncWebClient, context: AsyncBoltContext, response: BoltResponse | None
) -> BoltResponse | None:
    """Acknowledge and answer. `response` is None where it was acknowledged already.

    What failed before it was kept durably is not acknowledged: Slack then sends an event again, and shows a press as failed.
    """
    reference = name_request(context)
    _log(error)
    if not context.get("admitted"):
        return None
    sentence = sentence_for(error, reference=reference)
    if response is None:
        await asyncio.sleep(_PICKED_UP)
    if body.get("type") == "view_submission" and response is not None:
        return BoltResponse(status=200, body={"response_action": "update", "view": sentence_modal(sentence)})
    answering = asyncio.create_task(_answer(client, body, caller(context, body).user_id, sentence))
    _answering.add(answering)  # the loop itself keeps no hold of a task
    answering.add_done_callback(_answering.discard)
    return BoltResponse(status=200) if response is not None else None


async def _answer(client: AsyncWebClient, body: Body, user_id: str, sentence: str) -> None:
    """Tell the person, after the acknowledgement and not before it."""
    try:
        await _tell(client, body, user_id, sentence)
    except (SlackClientError, ClientError, TimeoutError) as failure:
        log.warning("slack.answer_failed", error=type(failure).__name__)


async def _tell(client: AsyncWebClient, body: Body, user_id: str, sentence: str) -> None:
    event = body.get("event")
    if event is None:
        await answer_press(client, body, user_id, sentence)
    elif event.get("type") == "message" and event.get("ts") and event.get("channel"):
        await reply_in_thread(client, event, mrkdwn(sentence, limit=2_900))


def _log(error: Exception) -> None:
    if isinstance(error, SergasError):
        log.info("slack.refused", error=type(error).__name__)
    else:
        log.error("slack.failed", error=type(error).__name__, exc_info=error)
