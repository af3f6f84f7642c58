"""`/review-account <name>`: look at one account now.

The answer goes to the direct message, whatever channel the command was typed in: cards hold CRM data and are kept up to date.
"""

from __future__ import annotations

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext
from slack_bolt.context.respond.async_respond import AsyncRespond
from slack_sdk.web.async_client import AsyncWebClient

from bot.listeners.answer import direct_message, post_parts
from bot.listeners.flows import Caller, Flows, Review
from bot.listeners.inbound import Body, caller
from bot.views.choices import CHOOSE_ACCOUNT, choice_blocks
from bot.views.review import review_messages
from bot.views.text import mrkdwn
from store.domain.errors import Ambiguous, BadInput

COMMAND = "/review-account"


def register(app: AsyncApp, flows: Flows) -> None:
    @app.command(COMMAND)
    async def review_account(
        ack: AsyncAck, body: Body, client: AsyncWebClient, context: AsyncBoltContext, respond: AsyncRespond
    ) -> None:
        name = " ".join(body.get("text", "").split())
        if not name:
            raise BadInput(f"Please say which account: {COMMAND} and its name.")
        await ack(f"Looking at “{mrkdwn(name, limit=100)}”; the review comes in our direct message.")
        try:
            review = await flows.review(caller(context, body), name)
        except Ambiguous as ambiguous:
            await respond(text="Which account do you mean?", blocks=choice_blocks(name, ambiguous.choices))
            return
        await _deliver(client, flows, caller(context, body), review)

    @app.action(CHOOSE_ACCOUNT)
    async def choose_account(
        ack: AsyncAck, body: Body, client: AsyncWebClient, context: AsyncBoltContext, respond: AsyncRespond
    ) -> None:
        await ack()
        picked = body["actions"][0]["selected_option"]
        chosen = mrkdwn(picked["text"]["text"], limit=100)
        await respond(text=f"Looking at {chosen}; the review comes in our direct message.", replace_original=True)
        await _deliver(
            client, flows, caller(context, body), await flows.review_account(caller(context, body), picked["value"])
        )


async def _deliver(client: AsyncWebClient, flows: Flows, who: Caller, review: Review) -> None:
    parts = review_messages(
        review.card,
        review.proposals,
        reader=review.reader,
        explanations=review.explanations,
        problems=review.problems,
        data_as_of=review.data_as_of,
    )
    posted = await post_parts(client, await direct_message(client, who.user_id), parts)
    await flows.review_posted(who, review, posted)
