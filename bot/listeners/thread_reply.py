"""What a person writes to us, in a brief's thread or beside it: a question, answered in its thread. Text decides nothing."""

from __future__ import annotations

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from bot.listeners.answer import reply_in_thread
from bot.listeners.flows import Flows
from bot.listeners.inbound import Body, caller
from bot.views.replies import ONLY_BUTTONS, answer_blocks, looks_like_decision
from bot.views.text import mrkdwn, unescape


def register(app: AsyncApp, flows: Flows) -> None:
    @app.event("message")
    async def message(event: Body, body: Body, client: AsyncWebClient, context: AsyncBoltContext) -> None:
        if not _is_from_a_person(event):
            return
        said = unescape(event["text"])
        if looks_like_decision(said):
            await reply_in_thread(client, event, ONLY_BUTTONS)
            return
        reply = await flows.why(caller(context, body), said)
        blocks = answer_blocks(reply.text, reply.evidence, reply.reader)
        await reply_in_thread(client, event, mrkdwn(reply.text, limit=2_000), blocks)


def _is_from_a_person(event: Body) -> bool:
    """Our own messages, other bots', edits and deletions (they carry a subtype) are none of ours to answer."""
    mine = event.get("bot_id") or event.get("subtype") or not event.get("user")
    return event.get("channel_type") == "im" and not mine and bool((event.get("text") or "").strip())
