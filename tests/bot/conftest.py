"""Anna, Eve and the bot in a sandbox Slack, over Socket Mode."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.app.async_app import AsyncApp

from bot.app import build_app
from bot.clock import SimulatedClock
from bot.delivery.web_api.client import SlackClient
from bot.delivery.web_api.ledgers import OwnLedger
from bot.delivery.web_api.turns import Turns
from integrations.sandbox.slack import SlackSandbox
from integrations.sandbox.slack.installation import SlackUser
from integrations.sandbox.slack.rates import Rates
from tests.bot import samples
from tests.bot.desk import ANNA, EVE, Desk
from tests.bot.stand_ins import answers_over

USERS = [
    SlackUser(id=ANNA, name="Anna Berg", email="anna@example.com", tz="Europe/Berlin"),
    SlackUser(id=EVE, name="Eve Moss", email="eve@example.com"),
]


@dataclass
class Scene:
    """What a test sees: Slack as its people do, and the desk behind the bot."""

    slack: SlackSandbox
    desk: Desk
    app: AsyncApp

    def whispers(self, user_id: str) -> list[str]:
        return [message["text"] for message in self.slack.ephemerals(user_id)]

    async def whisper(self, user_id: str, number: int = 1) -> str:
        """The latest of so many messages that only this person sees."""
        await self.slack.until(lambda: len(self.slack.ephemerals(user_id)) >= number)
        return self.whispers(user_id)[-1]

    def card(self) -> str:
        """All text of the brief's main message as it stands now."""
        return str(self.slack.dm(ANNA)[0]["blocks"])

    def delivered(self, kind: str) -> list[tuple[int, bool]]:
        """Of each delivery of this kind: which attempt it was, and whether it was acknowledged. Our own messages apart."""
        return [
            (parcel.attempt, receipt.acknowledged)
            for parcel, receipt in self.slack.deliveries
            if parcel.kind == kind and not parcel.payload.get("event", {}).get("bot_id")
        ]

    async def answer(self, thread_ts: str) -> dict[str, Any]:
        """The bot's answer in a thread, whose other messages are given by `thread_ts` alone."""
        known = len(self._in_thread(thread_ts))
        await self.slack.until(lambda: len(self._in_thread(thread_ts)) > known)
        return self._in_thread(thread_ts)[-1]

    def _in_thread(self, thread_ts: str) -> list[dict[str, Any]]:
        return [each for each in self.slack.dm(ANNA) if each.get("thread_ts") == thread_ts and each.get("bot_id")]


@pytest.fixture
async def slack() -> AsyncIterator[SlackSandbox]:
    clock = SimulatedClock(samples.NOW).now
    sandbox = await SlackSandbox(
        users=USERS,
        clock=clock,
        retry_delays=(0, 0, 0),
        commands={"/review-account": "", "/other": ""},
        rates=Rates.of_a_simulation(),
    ).start()
    yield sandbox
    await sandbox.stop()


@pytest.fixture
async def scene(slack: SlackSandbox) -> AsyncIterator[Scene]:
    client = SlackClient(token="xoxb-sandbox", base_url=slack.api_url, turns=Turns(OwnLedger(), percent=0))
    desk = Desk(client)
    app = build_app(answers_over(desk), client=client, signing_secret="sandbox-signing-secret", app_id="A0SERGAS")
    handler = AsyncSocketModeHandler(app, app_token="xapp-sandbox")
    try:
        await handler.connect_async()  # type: ignore[no-untyped-call]  # slack_bolt leaves it unannotated
        await slack.connected()
        await desk.post(slack.channel(ANNA))
        await slack.settled()
        yield Scene(slack, desk, app)
    finally:
        await handler.close_async()  # type: ignore[no-untyped-call]  # slack_bolt leaves it unannotated
