"""Why?: the modal opens at once, then shows the evidence behind a card."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from bot.inbound.answer import open_modal, update_modal
from bot.inbound.asker import Asker, asker_of
from bot.inbound.envelope import Body, pressed_card
from bot.views.action_ids import WHY
from bot.views.why import why_loading, why_modal
from store.domain.brief.brief import Card
from store.domain.brief.why_you import Came
from store.domain.gate.proposals import Proposal


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """A card, its proposals by the ids that it names, and how it came to the person who asks."""

    card: Card
    proposals: Mapping[str, Proposal]
    came: Came | None = None


class Whys(Protocol):
    async def __call__(self, who: Asker, brief_id: str, account_id: str) -> Evidence:
        """The evidence behind the card of this account in this brief. Raises: NotFound; Refused for who may not see it."""
        ...


def register(app: AsyncApp, why: Whys) -> None:
    @app.action(WHY)
    async def open_why(ack: AsyncAck, body: Body, client: AsyncWebClient, context: AsyncBoltContext) -> None:
        who = asker_of(context)
        brief_id, account_id = pressed_card(body["actions"][0].get("value"))
        await ack()
        view_id = await open_modal(client, context, body, why_loading())
        found = await why(who, brief_id, account_id)
        view = why_modal(found.card, found.proposals, await who.reader(), came=found.came)
        await update_modal(client, view_id, view)
