"""“Show fewer”, “Leave it” and “Show as before” in the App Home: a person's own word on what the bot learns."""

from __future__ import annotations

from typing import Protocol

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from bot.inbound.asker import Asker, asker_of
from bot.inbound.envelope import Body
from bot.listeners.home import Homes, publish_home_after
from bot.views.action_ids import SHOW_AS_BEFORE, SHOW_FEWER
from store.domain.attention.answers import Choice


class Learning(Protocol):
    async def choose(self, who: Asker, topic: str, choice: Choice) -> None:
        """Store the asker's own choice on a topic. Raises: BadInput, Unconfirmed, Refused."""
        ...


def register(app: AsyncApp, learning: Learning, home: Homes) -> None:
    @app.action(SHOW_FEWER)
    async def show_fewer(ack: AsyncAck, body: Body, client: AsyncWebClient, context: AsyncBoltContext) -> None:
        await learning.choose(asker_of(context), _topic(body), Choice.FEWER)
        await ack()
        await publish_home_after(client, home, asker_of(context))

    @app.action(SHOW_AS_BEFORE)
    async def show_as_before(ack: AsyncAck, body: Body, client: AsyncWebClient, context: AsyncBoltContext) -> None:
        await learning.choose(asker_of(context), _topic(body), Choice.AS_BEFORE)
        await ack()
        await publish_home_after(client, home, asker_of(context))


def _topic(body: Body) -> str:
    """The topic of a button or of a menu's choice."""
    action = body["actions"][0]
    return str((action.get("selected_option") or action).get("value", ""))
