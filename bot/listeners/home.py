"""The App Home, rendered whenever its owner opens it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from bot.inbound.asker import Asker, asker_of
from bot.inbound.envelope import Body
from bot.views.blocks import Block
from bot.views.home import Beside, home_view
from store.domain.gate.proposals import Proposal


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """The contents of a person's App Home: `recent` newest first, `sections` last."""

    pending: Sequence[Proposal]
    recent: Sequence[Proposal]
    next_brief_at: datetime | None
    beside: Beside | None = None
    sections: Sequence[Block] = ()


class Homes(Protocol):
    async def __call__(self, who: Asker) -> Home: ...


def register(app: AsyncApp, home: Homes) -> None:
    @app.event("app_home_opened")
    async def home_opened(event: Body, client: AsyncWebClient, context: AsyncBoltContext) -> None:
        if event.get("tab") == "home":
            await publish_home(client, home, asker_of(context))


async def publish_home(client: AsyncWebClient, home: Homes, who: Asker) -> None:
    shown = await home(who)
    view = home_view(
        pending=shown.pending,
        recent=shown.recent,
        next_brief_at=shown.next_brief_at,
        reader=await who.reader(),
        beside=shown.beside,
        sections=shown.sections,
    )
    await client.views_publish(user_id=who.user_id, view=view)
