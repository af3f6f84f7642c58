"""Undo: the modal opens at once, then tells what would be taken back; only its submission decides."""

from __future__ import annotations

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from bot.inbound.acknowledge import in_time
from bot.inbound.answer import open_modal, update_modal
from bot.inbound.envelope import Body, caller, carried, carry, pressed_proposal
from bot.inbound.port import Flows
from bot.listeners.decide_proposal import after_modal
from bot.views.card import UNDO
from bot.views.undo_write import UNDO_MODAL, undo_loading, undo_modal, undo_refused


def register(app: AsyncApp, flows: Flows) -> None:
    @app.action(UNDO)
    async def open_undo(ack: AsyncAck, body: Body, client: AsyncWebClient, context: AsyncBoltContext) -> None:
        proposal_id, version = pressed_proposal(body["actions"][0].get("value"))
        await ack()
        view_id = await open_modal(client, context, body, undo_loading())
        form = await flows.undo_offer(caller(context, body), proposal_id, version)
        if form.undo is None:
            view = undo_refused(form.refusal, form.moves, form.reader)
        else:
            remembered = carry(body, f"{form.undo.id}:{form.undo.version}")
            view = undo_modal(form.undo, form.moves, form.reader, private_metadata=remembered)
        await update_modal(client, view_id, view)

    @app.view(UNDO_MODAL)
    async def undo(ack: AsyncAck, body: Body, view: Body, client: AsyncWebClient, context: AsyncBoltContext) -> None:
        who = caller(context, body)
        undo_id, version, place = carried(view["private_metadata"])
        decision = await in_time(ack, flows.undo(who, undo_id, version))
        await after_modal(client, flows, who, place, decision)
