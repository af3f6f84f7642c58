"""“Details” in the Home: the pilot's figures by person, kind and week."""

from __future__ import annotations

from typing import Protocol

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from agents.flows.access.identity import Caller
from bot.inbound.answer import open_modal, update_modal
from bot.inbound.asker import asker_of
from bot.inbound.envelope import Body
from bot.views.action_ids import FIGURES
from bot.views.blocks import View
from bot.views.pilot import figures_loading
from store.domain.errors import BadInput
from store.domain.pilot.report import Scope


class Figures(Protocol):
    async def __call__(self, who: Caller, scope: Scope, /) -> View:
        """The modal with these figures. Raises: Refused for another's figures, Unconfirmed."""
        ...


def register(app: AsyncApp, figures: Figures) -> None:
    @app.action(FIGURES)
    async def details(ack: AsyncAck, body: Body, client: AsyncWebClient, context: AsyncBoltContext) -> None:
        scope = _scope(body)
        await ack()
        view_id = await open_modal(client, context, body, figures_loading())
        await update_modal(client, view_id, await figures(await asker_of(context).caller(), scope))


def _scope(body: Body) -> Scope:
    try:
        return Scope(body["actions"][0].get("value", ""))
    except ValueError:
        raise BadInput("I can't tell whose figures this is about.") from None
