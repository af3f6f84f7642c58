"""Administrators deal with stuck writes from the App Home: try again, or say what became of one."""

from __future__ import annotations

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from bot.inbound.answer import open_modal
from bot.inbound.envelope import Body, caller, carried, carry, pressed_proposal
from bot.inbound.port import Flows
from bot.listeners.home import publish_home
from bot.views.operate_writes import (
    RESOLVE_MODAL,
    RESOLVE_WRITE,
    RETRY_WRITE,
    resolution_from_submission,
    resolve_modal,
)
from store.domain.gate.policy import FieldProblems


def register(app: AsyncApp, flows: Flows) -> None:
    @app.action(RETRY_WRITE)
    async def retry(ack: AsyncAck, body: Body, client: AsyncWebClient, context: AsyncBoltContext) -> None:
        who = caller(context, body)
        proposal_id, _ = pressed_proposal(body["actions"][0].get("value"))
        decision = await flows.retry_write(who, proposal_id)
        await ack()
        await flows.show(decision)
        await publish_home(client, flows, who)

    @app.action(RESOLVE_WRITE)
    async def open_resolve(ack: AsyncAck, body: Body, client: AsyncWebClient, context: AsyncBoltContext) -> None:
        proposal_id, _ = pressed_proposal(body["actions"][0].get("value"))
        form = await flows.stuck_write(caller(context, body), proposal_id)
        await ack()
        view = resolve_modal(form.proposal, form.reader, private_metadata=carry(body))
        await open_modal(client, context, body, view)

    @app.view(RESOLVE_MODAL)
    async def resolve(ack: AsyncAck, body: Body, view: Body, client: AsyncWebClient, context: AsyncBoltContext) -> None:
        who = caller(context, body)
        proposal_id, _, _ = carried(view["private_metadata"])
        try:
            written, crm_id = resolution_from_submission(view["state"]["values"])
        except FieldProblems as problems:
            await ack(response_action="errors", errors=dict(problems.problems))
            return
        decision = await flows.resolve_write(who, proposal_id, written=written, crm_id=crm_id)
        await ack()
        await flows.show(decision)
        await publish_home(client, flows, who)
