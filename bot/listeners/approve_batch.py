"""“Approve all low-risk”: lists what it would write, asks once, and reports each item truly."""

from __future__ import annotations

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from bot.inbound.acknowledge import in_time
from bot.inbound.answer import answer_press, open_modal
from bot.inbound.envelope import Body, caller, pressed_brief, pressed_proposal
from bot.inbound.port import Flows
from bot.views.approve_batch import APPROVE_BATCH, BATCH_MODAL, batch_modal

NOTHING_LEFT = "Nothing low-risk is open here any more; the cards say what became of each."


def register(app: AsyncApp, flows: Flows) -> None:
    @app.action(APPROVE_BATCH)
    async def open_batch(ack: AsyncAck, body: Body, client: AsyncWebClient, context: AsyncBoltContext) -> None:
        who, brief_id = caller(context, body), pressed_brief(body["actions"][0].get("value"))
        form = await in_time(ack, flows.batch_offer(who, brief_id))
        if not form.proposals:
            await answer_press(client, body, who.user_id, NOTHING_LEFT)
            return
        listed = ",".join(f"{each.id}:{each.version}" for each in form.proposals)
        view = batch_modal(form.proposals, form.reader, private_metadata=f"{brief_id}|{listed}")
        await open_modal(client, context, body, view)

    @app.view(BATCH_MODAL)
    async def approve_batch(ack: AsyncAck, body: Body, view: Body, context: AsyncBoltContext) -> None:
        brief, _, listed = view["private_metadata"].partition("|")
        brief_id, items = pressed_brief(brief), [pressed_proposal(each) for each in listed.split(",")]
        report_id = await in_time(ack, flows.approve_batch(caller(context, body), items))
        await flows.report_batch(brief_id, report_id)
