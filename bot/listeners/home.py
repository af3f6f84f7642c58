"""The App Home, rendered whenever its owner opens it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

import structlog
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from bot.delivery.slack_errors import SLACK_ERRORS
from bot.inbound.asker import Asker, asker_of
from bot.inbound.envelope import Body
from bot.views.blocks import Block
from bot.views.home import Beside, home_view
from store.domain.errors import SergasError
from store.domain.gate.proposals import Proposal

log = structlog.get_logger()


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


async def publish_home_after(client: AsyncWebClient, home: Homes, who: Asker) -> None:
    """Show the Home again after an act. What was done is done: a Home that can't be shown, because Slack or the person's access is
    gone meanwhile, must not look like a failure of the act."""
    try:
        await publish_home(client, home, who)
    except (SergasError, *SLACK_ERRORS) as problem:
        log.warning("home.not_shown", error=type(problem).__name__)


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
