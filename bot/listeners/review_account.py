"""`/review-account <name>`, and Review in the App Home: look at one account now.

The review goes to the direct message, whichever channel the command came from: cards hold CRM data and are kept up to date.
"""

from __future__ import annotations

from typing import Protocol

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext
from slack_bolt.context.respond.async_respond import AsyncRespond
from slack_sdk.web.async_client import AsyncWebClient

from bot.inbound.answer import answer_press
from bot.inbound.asker import Asker, asker_of
from bot.inbound.envelope import Body
from bot.inbound.errands import REVIEW_COMMAND
from bot.inbound.typed import typed
from bot.views.action_ids import REVIEW
from bot.views.blocks import section
from bot.views.text import mrkdwn
from bot.views.which_account import CHOOSE_ACCOUNT, choice_blocks
from store.domain.errors import Ambiguous, BadInput
from store.domain.text.redaction import visible

NAME_LIMIT = 300  # Zoho's own names are shorter


class Reviews(Protocol):
    """Looks at one account and posts the review to the direct message."""

    async def by_name(self, who: Asker, name: str) -> None:
        """Raises: NotFound, Ambiguous with the choices, Refused."""
        ...

    async def by_id(self, who: Asker, account_id: str) -> None:
        """Raises: NotFound, Refused."""
        ...


def register(app: AsyncApp, reviews: Reviews) -> None:
    @app.command(REVIEW_COMMAND)
    async def review_account(ack: AsyncAck, body: Body, context: AsyncBoltContext, respond: AsyncRespond) -> None:
        name = " ".join(visible(typed(body.get("text", "")), limit=NAME_LIMIT).split())
        if not name:
            raise BadInput(f"Please say which account: {REVIEW_COMMAND} and its name.")
        looking = f"Looking at “{mrkdwn(name, limit=100)}”{_where(body.get('channel_name'))}"
        await ack(text=looking, blocks=[section(looking)])
        try:
            await reviews.by_name(asker_of(context), name)
        except Ambiguous as ambiguous:
            await respond(text="Which account do you mean?", blocks=choice_blocks(name, ambiguous.choices))

    @app.action(CHOOSE_ACCOUNT)
    async def choose_account(ack: AsyncAck, body: Body, context: AsyncBoltContext, respond: AsyncRespond) -> None:
        await ack()
        picked = body["actions"][0]["selected_option"]
        looking = f"Looking at {mrkdwn(picked['text']['text'], limit=100)}{_where(body.get('channel', {}).get('name'))}"
        await respond(text=looking, blocks=[section(looking)], replace_original=True)
        await reviews.by_id(asker_of(context), picked["value"])

    @app.action(REVIEW)
    async def review_from_home(ack: AsyncAck, body: Body, client: AsyncWebClient, context: AsyncBoltContext) -> None:
        who = asker_of(context)
        await ack()
        await answer_press(client, body, who.user_id, "Looking at it; the review comes in our direct message.")
        await reviews.by_id(who, str(body["actions"][0].get("value", "")))


def _where(channel_name: object) -> str:
    """The end of a sentence: where the review comes, unless the person is in a direct message already."""
    return "…" if channel_name == "directmessage" else "; the review comes in our direct message."
