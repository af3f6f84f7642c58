"""What a person writes to us, in a brief's thread or beside it: answered in its thread. Text decides nothing."""

from __future__ import annotations

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from bot.listeners.answer import reply_in_thread
from bot.listeners.flows import Flows
from bot.listeners.inbound import Body, caller, is_from_a_person
from bot.listeners.progress import ThreadStatus
from bot.views.replies import ONLY_BUTTONS, answer_blocks, answer_text, looks_like_decision
from bot.views.text import unescape
from store.domain.redaction import visible

QUESTION_LIMIT = 4_000


def register(app: AsyncApp, flows: Flows) -> None:
    @app.event("message")
    async def message(event: Body, body: Body, client: AsyncWebClient, context: AsyncBoltContext) -> None:
        if not is_from_a_person(event):
            return
        said = visible(unescape(event["text"]), limit=QUESTION_LIMIT)
        if looks_like_decision(said):
            await reply_in_thread(event, ONLY_BUTTONS)
            return
        who, thread_ts = caller(context, body), event.get("thread_ts") or ""
        async with ThreadStatus(client, event["channel"], thread_ts or event["ts"]) as progress:
            reply = await flows.converse(who, said, event["channel"], thread_ts, progress)
            blocks = answer_blocks(reply.text, reply.sources, reply.reader, note=reply.note)
            await reply_in_thread(event, answer_text(reply.text), blocks)
        await flows.after_reply(reply)
