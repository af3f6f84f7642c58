"""What a person writes to us, in a brief's thread or beside it: a question, answered in its thread. Text decides nothing."""

from __future__ import annotations

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.async_context import AsyncBoltContext

from bot.listeners.answer import reply_in_thread
from bot.listeners.flows import Flows
from bot.listeners.inbound import Body, caller, is_from_a_person
from bot.views.replies import ONLY_BUTTONS, answer_blocks, looks_like_decision
from bot.views.text import mrkdwn, unescape
from store.domain.redaction import visible

QUESTION_LIMIT = 4_000


def register(app: AsyncApp, flows: Flows) -> None:
    @app.event("message")
    async def message(event: Body, body: Body, context: AsyncBoltContext) -> None:
        if not is_from_a_person(event):
            return
        said = visible(unescape(event["text"]), limit=QUESTION_LIMIT)
        if looks_like_decision(said):
            await reply_in_thread(event, ONLY_BUTTONS)
            return
        reply = await flows.why(caller(context, body), said)
        blocks = answer_blocks(reply.text, reply.evidence, reply.reader)
        await reply_in_thread(event, mrkdwn(reply.text, limit=2_000), blocks)
