"""Snooze, a choice of days on the card, and Bring back, which ends it."""

from __future__ import annotations

from typing import Protocol

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from bot.inbound.acknowledge import in_time
from bot.inbound.asker import Asker, asker_of
from bot.inbound.envelope import Body, pressed_snooze
from bot.listeners.decide_proposal import Outcome, after_press, pressed
from bot.listeners.home import Homes
from bot.views.action_ids import BRING_BACK, SNOOZE

SNOOZED = "Snoozed. Its card says until when, and brings it back."


class Snoozes(Protocol):
    async def snooze(self, who: Asker, proposal_id: str, version: int, days: int) -> Outcome:
        """Put it off until the morning of the owner's first working day after so many days. Raises: BadInput for too many."""
        ...

    async def bring_back(self, who: Asker, proposal_id: str, version: int) -> Outcome:
        """Ask again now."""
        ...


def register(app: AsyncApp, snoozes: Snoozes, home: Homes) -> None:
    @app.action(SNOOZE)
    async def snooze(ack: AsyncAck, body: Body, client: AsyncWebClient, context: AsyncBoltContext) -> None:
        who = asker_of(context)
        chosen = (body["actions"][0].get("selected_option") or {}).get("value")
        outcome = await in_time(ack, snoozes.snooze(who, *pressed_snooze(chosen)))
        await after_press(client, body, who, outcome, home, done=SNOOZED)

    @app.action(BRING_BACK)
    async def bring_back(ack: AsyncAck, body: Body, client: AsyncWebClient, context: AsyncBoltContext) -> None:
        who = asker_of(context)
        outcome = await in_time(ack, snoozes.bring_back(who, *pressed(body)))
        await after_press(client, body, who, outcome, home)
