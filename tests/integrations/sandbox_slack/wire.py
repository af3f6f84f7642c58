"""A sandbox Slack, and a real Bolt app on its wire."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime

from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from integrations.sandbox.slack import SlackSandbox
from integrations.sandbox.slack.rates import Rates
from tests.integrations.sandbox_slack.people import USERS

ACK_TIMEOUT = 0.3


@asynccontextmanager
async def running_slack(clock: Callable[[], datetime]) -> AsyncIterator[SlackSandbox]:
    sandbox = SlackSandbox(
        users=USERS, clock=clock, ack_timeout=ACK_TIMEOUT, retry_delays=(0, 0, 0), rates=Rates.of_a_simulation()
    )
    await sandbox.start()
    yield sandbox
    await sandbox.stop()


@asynccontextmanager
async def connected_app(slack: SlackSandbox, client: AsyncWebClient) -> AsyncIterator[AsyncApp]:
    """A Bolt app without listeners, connected over Socket Mode."""
    bolt = AsyncApp(client=client, signing_secret=slack.signing_secret)
    handler = AsyncSocketModeHandler(bolt, app_token=slack.app_token, web_client=client)
    await handler.connect_async()  # type: ignore[no-untyped-call]  # slack_bolt leaves it unannotated
    await slack.connected()
    yield bolt
    await handler.close_async()  # type: ignore[no-untyped-call]  # slack_bolt leaves it unannotated
