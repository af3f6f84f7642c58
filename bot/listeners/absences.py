"""“I'm away” and “I'm back” in the App Home."""

from __future__ import annotations

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from bot.inbound.envelope import Body, caller
from bot.inbound.port import Flows
from bot.listeners.decide_proposal import beside_fields
from bot.listeners.home import publish_home
from bot.views.absences import AWAY, AWAY_MODAL, BACK, absence_from_submission, away_modal, nobody_modal
from store.domain.gate.policy import FieldProblems


def register(app: AsyncApp, flows: Flows) -> None:
    @app.action(AWAY)
    async def open_away(ack: AsyncAck, body: Body, client: AsyncWebClient, context: AsyncBoltContext) -> None:
        form = await flows.away_form(caller(context, body))
        await ack()
        view = away_modal(form) if form.delegates else nobody_modal()
        await client.views_open(trigger_id=body["trigger_id"], view=view)

    @app.view(AWAY_MODAL)
    async def away(ack: AsyncAck, body: Body, view: Body, client: AsyncWebClient, context: AsyncBoltContext) -> None:
        who, values = caller(context, body), view["state"]["values"]
        try:
            await flows.set_absence(who, absence_from_submission(values))
        except FieldProblems as problems:
            await ack(response_action="errors", errors=beside_fields(problems, values))
            return
        await ack()
        await publish_home(client, flows, who)
        await flows.remind_and_offer()

    @app.action(BACK)
    async def back(ack: AsyncAck, body: Body, client: AsyncWebClient, context: AsyncBoltContext) -> None:
        who = caller(context, body)
        await flows.end_absence(who)
        await ack()
        await publish_home(client, flows, who)
        await flows.remind_and_offer()
