"""Saying something to one person, where they are: under the card, in a modal over the Home, or in the thread."""

from __future__ import annotations

from typing import Any

import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.listeners.inbound import Body, Place, place_of
from bot.views.replies import sentence_modal
from bot.views.text import mrkdwn

log = structlog.get_logger()
TEXT_LIMIT = 2_900


async def whisper(client: AsyncWebClient, user_id: str, place: Place, sentence: str) -> None:
    """Show a plain sentence to one person only, in the channel or thread they are in; else in their direct message."""
    text = mrkdwn(sentence, limit=TEXT_LIMIT)
    if place.channel:
        try:
            await client.chat_postEphemeral(
                channel=place.channel, user=user_id, text=text, thread_ts=place.thread_ts or None
            )
        except SlackApiError as error:  # we are no member of the channel a command was typed in
            log.info("slack.whisper_refused", error=error.response["error"])
        else:
            return
    await client.chat_postMessage(channel=await direct_message(client, user_id), text=text)


async def answer_press(client: AsyncWebClient, body: Body, user_id: str, sentence: str) -> None:
    """Answer a press or a command: beneath the message, or in a modal where it happened in the Home."""
    place, trigger = place_of(body), body.get("trigger_id")
    if trigger and not place.channel:
        try:
            await client.views_open(trigger_id=trigger, view=sentence_modal(sentence))
        except SlackApiError as error:  # the trigger was used or has expired: the direct message still works
            log.info("slack.modal_refused", error=error.response["error"])
        else:
            return
    await whisper(client, user_id, place, sentence)


async def reply_in_thread(
    client: AsyncWebClient, event: Body, text: str, blocks: list[dict[str, Any]] | None = None
) -> None:
    """Answer a message in its thread; `text` is mrkdwn."""
    thread_ts = event.get("thread_ts") or event["ts"]
    await client.chat_postMessage(
        channel=event["channel"], thread_ts=thread_ts, text=text, blocks=blocks, unfurl_links=False, unfurl_media=False
    )


async def direct_message(client: AsyncWebClient, user_id: str) -> str:
    """The channel of the direct message with a person."""
    opened = await client.conversations_open(users=[user_id])
    channel: str = opened["channel"]["id"]
    return channel
