"""Undo: the modal opens at once, then shows the change that it would undo; only submitting it decides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from bot.inbound.acknowledge import DIALOG_SECONDS, in_time
from bot.inbound.answer import open_modal, update_modal
from bot.inbound.asker import Asker, asker_of
from bot.inbound.envelope import Body, carried, carry, pressed_proposal
from bot.listeners.decide_proposal import after_modal
from bot.listeners.home import Homes
from bot.views.action_ids import UNDO
from bot.views.undo_write import UNDO_MODAL, undo_loading, undo_modal, undo_refused
from store.domain.crm.basis import Difference
from store.domain.gate.proposals import Proposal


@dataclass(frozen=True, slots=True, kw_only=True)
class UndoForm:
    """The proposal that would undo a write, and the changes it would make. `undo` is None if the record was changed
    since: `refusal` says so and `moves` show how."""

    undo: Proposal | None
    moves: Sequence[Difference]
    refusal: str = ""


class Undos(Protocol):
    async def offer(self, who: Asker, proposal_id: str, version: int) -> UndoForm:
        """Read the CRM and propose to undo a write. Raises: Refused, GateClosed, CrmError."""
        ...

    async def approve(self, who: Asker, undo_id: str, version: int) -> str | None:
        """Approve the proposal that undoes a write; returns a sentence for the person if the card does not say it all."""
        ...


def register(app: AsyncApp, undos: Undos, home: Homes) -> None:
    @app.action(UNDO)
    async def open_undo(ack: AsyncAck, body: Body, client: AsyncWebClient, context: AsyncBoltContext) -> None:
        who = asker_of(context)
        proposal_id, version = pressed_proposal(body["actions"][0].get("value"))
        await ack()
        view_id = await open_modal(client, context, body, undo_loading())
        form = await undos.offer(who, proposal_id, version)
        if form.undo is None:
            view = undo_refused(form.refusal, form.moves, await who.reader())
        else:
            remembered = carry(body, f"{form.undo.id}:{form.undo.version}")
            view = undo_modal(form.undo, form.moves, await who.reader(), private_metadata=remembered)
        await update_modal(client, view_id, view)

    @app.view(UNDO_MODAL)
    async def undo(ack: AsyncAck, view: Body, client: AsyncWebClient, context: AsyncBoltContext) -> None:
        who = asker_of(context)
        undo_id, version, place = carried(view["private_metadata"])
        note = await in_time(ack, undos.approve(who, undo_id, version), patience=DIALOG_SECONDS)
        await after_modal(client, who, place, note, home)
