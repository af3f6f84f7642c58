"""Decide, and Read and approve: a modal with the whole write, whose submission approves exactly that write, and with the other
answers.

If the record changed in the CRM meanwhile, nothing is approved: the modal turns into the new version, with the changes.
"""

from __future__ import annotations

from typing import Any

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from bot.inbound.acknowledge import DIALOG_SECONDS, in_time
from bot.inbound.answer import open_modal
from bot.inbound.asker import Asker, asker_of
from bot.inbound.envelope import Body, Place, carried, carried_digest, carry, carry_shown, pressed_reading
from bot.listeners.decide_proposal import Decisions, Outcome, after_modal, metadata
from bot.listeners.home import Homes
from bot.views.action_ids import READ
from bot.views.blocks import View
from bot.views.read_proposal import READ_MODAL, log_modal, read_modal


def register(app: AsyncApp, decisions: Decisions, home: Homes) -> None:
    @app.action(READ)
    async def read(ack: AsyncAck, body: Body, client: AsyncWebClient, context: AsyncBoltContext) -> None:
        who = asker_of(context)
        proposal_id, version, brief_id = pressed_reading(body["actions"][0].get("value"))
        form = await decisions.form(who, proposal_id, version)
        await ack()
        remembered = carry_shown(carry(body, f"{proposal_id}:{version}"), form.proposal.digest)
        if form.proposal.logs is None:
            view = read_modal(form.proposal, await who.reader(), private_metadata=remembered, brief_id=brief_id)
        else:
            view = log_modal(form.proposal, await who.reader(), private_metadata=remembered)
        await open_modal(client, context, body, view)

    @app.view(READ_MODAL)
    async def approve(ack: AsyncAck, view: Body, client: AsyncWebClient, context: AsyncBoltContext) -> None:
        who, shown = asker_of(context), view["private_metadata"]
        proposal_id, version, place = carried(shown)
        told_in_modal: list[View] = []

        def reply(decided: tuple[Outcome, View | None]) -> dict[str, Any]:
            _, again = decided
            if again is None:
                return {}
            told_in_modal.append(again)
            return {"response_action": "update", "view": again}

        outcome, _ = await in_time(
            ack,
            _approve(decisions, who, proposal_id, version, carried_digest(shown), place),
            patience=DIALOG_SECONDS,
            reply=reply,
        )
        if outcome.offer_id:
            await decisions.ask_second(outcome.offer_id)
        await after_modal(client, who, place, None if told_in_modal else outcome.note, home)


async def _approve(
    decisions: Decisions, who: Asker, proposal_id: str, version: int, digest: str, place: Place
) -> tuple[Outcome, View | None]:
    """Approve it as shown. If it was not approved because the CRM changed, also the modal that asks again."""
    outcome = await decisions.approve(who, proposal_id, version, digest=digest)
    if outcome.instead is None:
        return outcome, None
    again = (await decisions.form(who, *outcome.instead)).proposal
    return outcome, read_modal(again, await who.reader(), private_metadata=metadata(again, place))
