"""The gateway on a free port in front of Anna's desk, and Slack in front of it."""

from __future__ import annotations

import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from aiohttp import web

from bot.app import build_app
from bot.clock import SimulatedClock
from bot.delivery.web_api.client import SlackClient
from bot.delivery.web_api.ledgers import OwnLedger
from bot.delivery.web_api.turns import Turns
from bot.inbound.gateway import build_gateway
from bot.inbound.zoho_changes import ChangesHeard
from integrations.sandbox.slack import SlackSandbox
from integrations.sandbox.slack.rates import Rates
from tests.bot import samples
from tests.bot.conftest import USERS
from tests.bot.desk import ANNA, TEAM, Desk
from tests.bot.fuzz.genuine import FORM, JSON, signature
from tests.bot.fuzz.wire import Headers, Line, Request, http
from tests.bot.stand_ins import answers_over

SECRET = "sandbox-signing-secret"
VALUE = f"{0:032x}:1"


@dataclass
class Door:
    slack: SlackSandbox
    desk: Desk
    url: str
    address: tuple[str, int]

    async def send(self, data: bytes, *, whole: bool = True) -> int:
        """Bytes over a connection of their own; the status of what comes back, CLOSED or UNFINISHED."""
        line = Line(*self.address)
        return await line.ask(Request(label="", data=data, signed=False, whole=whole, alone=True))

    async def post(self, body: bytes, headers: Headers | dict[str, str]) -> int:
        return await self.send(http(list(headers.items()) if isinstance(headers, dict) else headers, body))

    async def signed(self, body: bytes, content_type: str = JSON) -> int:
        return await self.post(body, sign(body, content_type=content_type))


def sign(body: bytes, *, at: float | None = None, secret: str = SECRET, content_type: str = FORM) -> dict[str, str]:
    """The headers that Slack gives a body."""
    return {**signature(body, secret=secret, at=time.time() if at is None else at), "Content-Type": content_type}


def press(**changes: Any) -> dict[str, Any]:
    """A press on Approve as Slack sends it."""
    action = {"action_id": "approve_proposal", "block_id": "b", "value": VALUE, "action_ts": "1.2", "type": "button"}
    return {
        "type": "block_actions",
        "api_app_id": "A0SERGAS",
        "team": {"id": TEAM},
        "user": {"id": ANNA, "team_id": TEAM},
        "channel": {"id": "D0ANNA"},
        "message": {"ts": "1.1"},
        "container": {"type": "message"},
        "trigger_id": "1.2.3",
        "actions": [action],
    } | changes


def form(payload: Any) -> bytes:
    return urlencode({"payload": json.dumps(payload)}).encode()


@asynccontextmanager
async def opened(*, changes: ChangesHeard | None = None, **seconds: Any) -> AsyncIterator[Door]:
    """`changes` and `seconds` are those of `build_gateway`."""
    slack = await SlackSandbox(
        users=USERS,
        clock=SimulatedClock(samples.NOW).now,
        delivery="http",
        retry_delays=(0,),
        rates=Rates.of_a_simulation(),
    ).start()
    client = SlackClient(token="xoxb-sandbox", base_url=slack.api_url, turns=Turns(OwnLedger(), percent=0))
    desk = Desk(client)
    app = build_app(answers_over(desk), client=client, signing_secret=SECRET)
    runner = build_gateway(app, signing_secret=SECRET, changes=changes, **seconds)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0][:2]
    slack.request_url = url = f"http://{host}:{port}/slack/events"
    await desk.post(slack.channel(ANNA))
    await slack.settled()
    yield Door(slack, desk, url, (host, port))
    await slack.settled()
    await runner.cleanup()
    await slack.stop()
