"""What a person writes to us, in a brief's thread or beside it: answered in its thread. Text decides nothing."""

from __future__ import annotations

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from bot.inbound.admission import TAKEN_AGAIN
from bot.inbound.answer import reply_in_thread
from bot.inbound.envelope import Body, caller, is_from_a_person
from bot.inbound.live_answer import LiveAnswer
from bot.inbound.port import Flows
from bot.views.blocks import section
from bot.views.replies import ONLY_BUTTONS, answer_text, below_answer, looks_like_decision
from bot.views.text import unescape
from store.domain.text.redaction import visible

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
        live = LiveAnswer(client, event, again=bool(context.get(TAKEN_AGAIN)))
        try:
            who, thread_ts = caller(context, body), event.get("thread_ts") or ""
            reply = await flows.converse(who, said, event["channel"], thread_ts, live)
            text, below = answer_text(reply.text), below_answer(reply.sources, reply.reader, note=reply.note)
            await live.end(text, plain=reply.text, blocks=[section(text), *below], below=below)
        finally:
            await live.drop()
        await flows.after_reply(reply)
