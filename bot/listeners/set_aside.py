"""“Show all” in the App Home: everything that someone snoozed or rejected, in a modal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from bot.inbound.answer import open_modal
from bot.inbound.asker import Asker, asker_of
from bot.inbound.envelope import Body
from bot.views.action_ids import SET_ASIDE
from bot.views.set_aside import set_aside_modal
from store.domain.gate.proposals import Proposal


class Aside(Protocol):
    async def __call__(self, who: Asker) -> tuple[Sequence[Proposal], Sequence[Proposal]]:
        """The asker's snoozed and rejected proposals. Raises: Unconfirmed, Refused."""
        ...


def register(app: AsyncApp, aside: Aside) -> None:
    @app.action(SET_ASIDE)
    async def show_all(ack: AsyncAck, body: Body, client: AsyncWebClient, context: AsyncBoltContext) -> None:
        who = asker_of(context)
        snoozed, rejected = await aside(who)
        await ack()
        await open_modal(client, context, body, set_aside_modal(snoozed, rejected, await who.reader()))
