"""Handle errors: one sentence for the person, the traceback for the log, and a reference id to connect them.

Bolt passes every uncaught error of a listener or middleware to the one handler here.
"""

from __future__ import annotations

import asyncio

import structlog
from slack_bolt.context.async_context import AsyncBoltContext
from slack_bolt.response import BoltResponse
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.delivery.slack_errors import SLACK_ERRORS, error_code, error_name
from bot.inbound.admission import ANSWERING, name_request
from bot.inbound.answer import OPENED_VIEW, answer_press, reply_in_thread, show_modal, update_modal, voice
from bot.inbound.asker import asker_of
from bot.inbound.envelope import Body
from bot.views.blocks import View
from bot.views.confirm_link import ASKS, question_blocks, question_home, question_modal
from bot.views.home import stranger_home
from bot.views.replies import sentence_modal
from bot.views.text import mrkdwn
from store.domain.errors import CrmError, Drifted, Refused, SergasError, StoreUnavailable, Unconfirmed

log = structlog.get_logger()
_answering: set[asyncio.Task[bool]] = set()
# Bolt checks for an acknowledgement every 10 ms, and loses one whose listener fails before the check.
_PICKED_UP = 0.02


def sentence_for(error: Exception, *, reference: str) -> str:
    """Plain text for a person: the problem and what to do. Only our own errors have such a text."""
    match error:
        case Drifted():
            moved = "; ".join(
                f"{label} was {shown} and is now {present}" for label, shown, present in error.differences
            )
            return f"{error} {moved}." if moved else str(error)
        case CrmError():
            return f"{error} (Reference {reference}.)"
        case StoreUnavailable():  # its own sentence is for an operator
            return (
                f"My database isn't available just now, so nothing was kept. Please try again. (Reference {reference}.)"
            )
        case SergasError():
            return str(error)
        case SlackApiError() if (error_code(error) or "").endswith("_trigger_id"):
            return "Slack didn't open the dialog in time, so nothing was done. Please press again."
        case _:
            return f"Something went wrong on my side. Please look at the card before you try again. (Reference {reference}.)"


async def on_error(
    error: Exception, body: Body, client: AsyncWebClient, context: AsyncBoltContext, response: BoltResponse | None
) -> BoltResponse | None:
    """Acknowledge and answer. `response` is None if the request is already acknowledged.

    A request that failed before it was stored is not acknowledged (503 over HTTP): Slack then resends an event, and shows a
    press as failed.
    """
    reference = name_request(context)
    _log(error)
    if not context.get("admitted"):
        return BoltResponse(status=503) if response is not None else None
    sentence = sentence_for(error, reference=reference)
    if response is None:
        await asyncio.sleep(_PICKED_UP)
    if body.get("type") == "view_submission" and response is not None:
        return BoltResponse(status=200, body={"response_action": "update", "view": _modal(error, sentence)})
    answering = asyncio.create_task(_answer(client, body, context, error, sentence))
    _answering.add(answering)  # the event loop keeps only a weak reference to a task
    answering.add_done_callback(_answering.discard)
    context[ANSWERING] = answering
    return BoltResponse(status=200) if response is not None else None


async def _answer(
    client: AsyncWebClient, body: Body, context: AsyncBoltContext, error: Exception, sentence: str
) -> bool:
    """Inform the person after the acknowledgement. Returns whether that succeeded."""
    try:
        if view_id := context.get(OPENED_VIEW):
            await update_modal(client, view_id, _modal(error, sentence))
            return True
        if isinstance(error, Unconfirmed) and await _opened(client, body, _modal(error, sentence)):
            return True
        await _tell(client, body, asker_of(context).user_id, error, sentence)
    except (*SLACK_ERRORS, StoreUnavailable) as failure:
        log.warning("slack.answer_failed", error=type(failure).__name__)
        return False
    return True


async def _opened(client: AsyncWebClient, body: Body, view: View) -> bool:
    """Whether a modal can still be opened for the press; for a repeated request it is too late."""
    try:
        await show_modal(client, body, view)
    except SlackApiError as refused:
        log.info("slack.modal_refused", error=error_name(refused))
        return False
    return True


async def _tell(client: AsyncWebClient, body: Body, user_id: str, error: Exception, sentence: str) -> None:
    event = body.get("event")
    if event is None and isinstance(error, Unconfirmed):  # too late for a modal
        blocks = question_blocks(error.person_id, error.name, error.email)
        await voice().say(user_id, ASKS, blocks=blocks, to_anyone=True)
    elif event is None:
        await answer_press(client, body, user_id, sentence, to_anyone=True)
    elif event.get("type") == "message" and event.get("ts") and event.get("channel"):
        if isinstance(error, Unconfirmed):
            blocks = question_blocks(error.person_id, error.name, error.email)
            await reply_in_thread(event, ASKS, blocks, to_anyone=True)
        else:
            await reply_in_thread(event, mrkdwn(sentence, limit=2_900), to_anyone=True)
    elif event.get("type") == "app_home_opened" and event.get("tab") == "home" and isinstance(error, Refused):
        await client.views_publish(user_id=user_id, view=_home(error, sentence))


def _home(error: Refused, sentence: str) -> View:
    if isinstance(error, Unconfirmed):
        return question_home(error.person_id, error.name, error.email)
    return stranger_home(sentence)


def _modal(error: Exception, sentence: str) -> View:
    if isinstance(error, Unconfirmed):
        return question_modal(error.person_id, error.name, error.email)
    return sentence_modal(sentence)


def _log(error: Exception) -> None:
    if isinstance(error, SergasError):
        log.info("slack.refused", error=type(error).__name__)
    else:
        log.error("slack.failed", error=type(error).__name__, exc_info=error)
