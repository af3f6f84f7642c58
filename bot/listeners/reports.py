"""A manager opens the decisions of one of their reports, from the morning's message or the Home. A press there goes the way
of every press."""

from __future__ import annotations

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from bot.inbound.answer import open_modal, update_modal
from bot.inbound.asker import asker_of
from bot.inbound.envelope import Body, Place
from bot.listeners.home import Homes, report_view
from bot.views.action_ids import OPEN_NAMED, OPEN_REPORT
from bot.views.report import report_loading


def register(app: AsyncApp, home: Homes) -> None:
    async def open_report(ack: AsyncAck, body: Body, client: AsyncWebClient, context: AsyncBoltContext) -> None:
        who = asker_of(context)
        pressed = body["actions"][0]
        chosen = pressed.get("selected_option") or pressed
        await ack()
        view_id = await open_modal(client, context, body, report_loading())
        place = Place(report=str(chosen.get("value") or ""), view_id=view_id)
        await update_modal(client, view_id, await report_view(home, who, place))

    for action_id in (OPEN_REPORT, *OPEN_NAMED):
        app.action(action_id)(open_report)
