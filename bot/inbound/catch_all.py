"""Acknowledge and answer requests that no listener knows: a button from an older version, an unknown command."""

from __future__ import annotations

import re
from typing import Any

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from bot.inbound.answer import answer_press
from bot.inbound.asker import asker_of
from bot.inbound.envelope import Body

ANYTHING = re.compile(r".*", re.DOTALL)
UNKNOWN_PRESS = "I no longer know this button. Please use a newer message, or /review-account with the account's name."
UNKNOWN_COMMAND = "I don't know this command. Try /review-account with the account's name."


def register(app: AsyncApp) -> None:
    """Register these last."""

    @app.action(ANYTHING)
    @app.shortcut(ANYTHING)
    async def unknown_press(ack: AsyncAck, body: Body, client: AsyncWebClient, context: AsyncBoltContext) -> None:
        await ack()
        await answer_press(client, body, asker_of(context).user_id, UNKNOWN_PRESS)

    @app.command(ANYTHING)
    async def unknown_command(ack: AsyncAck) -> None:
        await ack(UNKNOWN_COMMAND)

    @app.view_submission(ANYTHING)
    @app.view_closed(ANYTHING)
    @app.options(ANYTHING)
    async def nothing_to_say(ack: AsyncAck, body: dict[str, Any]) -> None:
        await ack(options=[]) if body.get("type") == "block_suggestion" else await ack()

    @app.event(ANYTHING)
    async def unknown_event() -> None:
        """Do nothing: Bolt has already acknowledged it."""
