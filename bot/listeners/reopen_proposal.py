"""Bring back after Reject, and Propose again after an undo: the card asks for a new decision. When it is too late for that, a
next brief may ask again."""

from __future__ import annotations

from typing import Protocol

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from bot.inbound.acknowledge import in_time
from bot.inbound.asker import Asker, asker_of
from bot.inbound.envelope import Body
from bot.listeners.decide_proposal import Outcome, after_press, pressed
from bot.listeners.home import Homes
from bot.views.action_ids import LIFT, REOPEN
from bot.views.set_aside import BACK

LIFTED = "Your next brief may ask again, if its reason still holds."


class Reopenings(Protocol):
    async def __call__(self, who: Asker, proposal_id: str, version: int) -> Outcome:
        """Make a new version to decide. Raises: Stale if someone did already; GateClosed, Expired."""
        ...

    async def lift(self, who: Asker, proposal_id: str, version: int) -> None:
        """Let a next brief ask again. Raises: GateClosed if there is no rejection to lift."""
        ...


def register(app: AsyncApp, reopen: Reopenings, home: Homes) -> None:
    @app.action(REOPEN)
    async def bring_back(ack: AsyncAck, body: Body, client: AsyncWebClient, context: AsyncBoltContext) -> None:
        who = asker_of(context)
        outcome = await in_time(ack, reopen(who, *pressed(body)))
        await after_press(client, body, who, outcome, home, done=BACK)

    @app.action(LIFT)
    async def lift(ack: AsyncAck, body: Body, client: AsyncWebClient, context: AsyncBoltContext) -> None:
        who = asker_of(context)
        await in_time(ack, reopen.lift(who, *pressed(body)))
        await after_press(client, body, who, Outcome(note=LIFTED), home)
