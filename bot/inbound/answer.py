"""Answer one person where they are: under the card, in a modal over the Home, or in the thread.

A message goes through the outbox with a key derived from the request's, so that a request handled again after a crash is
answered once. Momentary content for one person is shown at most once and not stored.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from contextvars import ContextVar
from typing import Any

import structlog
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.delivery.slack_errors import SLACK_ERRORS, Fate, error_name, fate_of
from bot.inbound.envelope import Body, Place, modal_of, place_of
from bot.views.blocks import Part, section
from bot.views.replies import sentence_modal
from bot.views.text import mrkdwn
from store.domain.errors import BadInput
from store.domain.running.messages import Ending, Saying

log = structlog.get_logger()
TEXT_LIMIT = 2_900
# The context key for the modal opened for a request.
OPENED_VIEW = "opened_view"


class Voice:
    """The bot's answers to one request, keyed by it: the first message, the second, and so on."""

    def __init__(self, say: Callable[[Saying], Awaitable[None]], key: str) -> None:
        self._say = say
        self._key = key
        self._said = 0

    async def say(
        self,
        user_id: str,
        text: str,
        *,
        blocks: Sequence[dict[str, Any]] | None = None,
        channel: str | None = None,
        thread_ts: str | None = None,
        ending: Ending | None = None,
        to_anyone: bool = False,
    ) -> None:
        """Post to a channel, or to the direct message with a person. `text` is mrkdwn, at most 3,000 characters, and the whole
        message unless `blocks` are given. `ending` is a stream to turn into the message; `to_anyone` as in `Saying`."""
        self._said += 1
        key = f"answer:{self._key}:{self._said}"
        shown = blocks or [
            section(text, expand=True)
        ]  # in a text without blocks, Slack would turn addresses into links
        await self._say(
            Saying(
                key=key,
                user_id=user_id,
                text=text,
                blocks=shown,
                channel=channel,
                thread_ts=thread_ts,
                ending=ending,
                to_anyone=to_anyone,
            )
        )


_voice: ContextVar[Voice] = ContextVar("voice")


def lend(voice: Voice) -> None:
    """Use this voice for everything said in this task and the tasks it starts."""
    _voice.set(voice)


def voice() -> Voice:
    """The current request's voice."""
    return _voice.get()


async def whisper(
    client: AsyncWebClient, user_id: str, place: Place, sentence: str, *, to_anyone: bool = False
) -> None:
    """Show a plain sentence to one person, in their channel or thread, or else in their direct message."""
    text = mrkdwn(sentence, limit=TEXT_LIMIT)
    if place.channel:
        try:
            await client.chat_postEphemeral(
                channel=place.channel,
                user=user_id,
                text=text,
                blocks=[section(text, expand=True)],
                thread_ts=place.thread_ts or None,
            )
        except SLACK_ERRORS as error:  # for example, the bot isn't in the channel where a command was typed
            log.info("slack.whisper_refused", error=error_name(error))
            if fate_of(error) in (Fate.UNKNOWN, Fate.UNWELL):  # it may have arrived
                return
        else:
            return
    await voice().say(user_id, text, to_anyone=to_anyone)


async def answer_press(
    client: AsyncWebClient, body: Body, user_id: str, sentence: str, *, to_anyone: bool = False
) -> None:
    """Answer a press or a command: beneath the message, in the modal of the press, or in a new one if it came from the Home."""
    if (pressed_in := modal_of(body)) is not None:
        await update_modal(client, str(pressed_in["id"]), sentence_modal(sentence))
        return
    place, trigger = place_of(body), body.get("trigger_id")
    if trigger and not place.channel:
        try:
            await client.views_open(trigger_id=trigger, view=sentence_modal(sentence))
        except SlackApiError as error:  # the trigger is used up or expired, but the direct message still works
            log.info("slack.modal_refused", error=error.response["error"])
        else:
            return
    await whisper(client, user_id, place, sentence, to_anyone=to_anyone)


async def open_modal(client: AsyncWebClient, context: AsyncBoltContext, body: Body, view: dict[str, Any]) -> str:
    """Open a modal at once, since a trigger lives three seconds; over the modal of the press, if it came from one. Returns its id
    for `update_modal`. If the listener fails later, the modal says why.

    Raises: BadInput if it is too late to open one.
    """
    try:
        opened = await show_modal(client, body, view)
    except SlackApiError as error:
        log.info("slack.modal_refused", error=error.response["error"])
        raise BadInput("Slack didn't open the dialog in time, so nothing was done. Please press again.") from error
    context[OPENED_VIEW] = str(opened["view"]["id"])
    return str(opened["view"]["id"])


async def show_modal(client: AsyncWebClient, body: Body, view: dict[str, Any]) -> AsyncSlackResponse:
    """Raises: SlackApiError."""
    show = client.views_open if modal_of(body) is None else client.views_push
    return await show(trigger_id=body.get("trigger_id", ""), view=view)


async def update_modal(client: AsyncWebClient, view_id: str, view: dict[str, Any]) -> None:
    """Replace an open modal. If it was closed meanwhile, it stays closed."""
    try:
        await client.views_update(view_id=view_id, view=view)
    except SlackApiError as error:
        if error.response["error"] != "not_found":
            raise
        log.info("slack.modal_closed")


async def reply_in_thread(
    event: Body, text: str, blocks: list[dict[str, Any]] | None = None, *, to_anyone: bool = False
) -> None:
    """Answer a message in its thread; `text` is mrkdwn."""
    thread_ts = event.get("thread_ts") or event["ts"]
    user_id, channel = str(event.get("user", "")), event["channel"]
    await voice().say(user_id, text, blocks=blocks, channel=channel, thread_ts=thread_ts, to_anyone=to_anyone)


async def update_message(client: AsyncWebClient, body: Body, part: Part) -> None:
    """Show a message anew, in which something was pressed."""
    ts = str((body.get("message") or {}).get("ts", ""))
    await client.chat_update(channel=place_of(body).channel, ts=ts, text=part.text, blocks=part.blocks)
