"""The answers to “does it still matter?”: Keep, and Not relevant, which is Reject with that reason."""

from __future__ import annotations

from typing import Protocol

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from bot.inbound.acknowledge import in_time
from bot.inbound.asker import Asker, asker_of
from bot.inbound.envelope import Body
from bot.listeners.decide_proposal import Decisions, Outcome, after_press, pressed
from bot.listeners.home import Homes
from bot.views.action_ids import KEEP_ASKING, NOT_RELEVANT

REASON = "Not relevant"


class Questions(Protocol):
    async def __call__(self, who: Asker, proposal_id: str, version: int) -> Outcome:
        """Keep the decision open, and show it in full again."""
        ...


def register(app: AsyncApp, keep: Questions, decisions: Decisions, home: Homes) -> None:
    @app.action(KEEP_ASKING)
    async def keep_asking(ack: AsyncAck, body: Body, client: AsyncWebClient, context: AsyncBoltContext) -> None:
        who = asker_of(context)
        outcome = await in_time(ack, keep(who, *pressed(body)))
        await after_press(client, body, who, outcome, home)

    @app.action(NOT_RELEVANT)
    async def not_relevant(ack: AsyncAck, body: Body, client: AsyncWebClient, context: AsyncBoltContext) -> None:
        who = asker_of(context)
        outcome = await in_time(ack, decisions.reject(who, *pressed(body), REASON))
        await after_press(client, body, who, outcome, home)
