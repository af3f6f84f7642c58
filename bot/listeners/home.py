"""The App Home, rendered whenever somebody opens it."""

from __future__ import annotations

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from bot.inbound.envelope import Body, caller
from bot.inbound.port import Caller, Flows
from bot.views.home import home_view


def register(app: AsyncApp, flows: Flows) -> None:
    @app.event("app_home_opened")
    async def home_opened(event: Body, body: Body, client: AsyncWebClient, context: AsyncBoltContext) -> None:
        if event.get("tab") == "home":
            await publish_home(client, flows, caller(context, body))


async def publish_home(client: AsyncWebClient, flows: Flows, who: Caller) -> None:
    home = await flows.home(who)
    view = home_view(
        pending=home.pending,
        recent=home.recent,
        next_brief_at=home.next_brief_at,
        reader=home.reader,
        beside=home.beside,
        sections=home.sections,
    )
    await client.views_publish(user_id=who.user_id, view=view)
