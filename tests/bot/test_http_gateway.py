"""Signed HTTP: what Slack signs is served, everything else is refused, and nothing malformed fails inside."""

from __future__ import annotations

import hashlib
import hmac
import json
import random
import time
from collections.abc import AsyncIterator, Iterator
from typing import Any
from urllib.parse import quote, urlencode

import aiohttp
import pytest
from aiohttp import web
from slack_sdk.web.async_client import AsyncWebClient

from bot.app import build_app
from bot.clock import SimulatedClock
from bot.http_gateway import BODY_LIMIT, build_gateway
from integrations.sandbox.slack import SlackSandbox
from tests.bot import samples
from tests.bot.desk import ANNA, TEAM, Desk
from tests.bot.listeners.conftest import USERS

SECRET = "sandbox-signing-secret"
FORM = "application/x-www-form-urlencoded"
VALUE = f"{0:032x}:1"


class Door:
    """The gateway on a free port, and Slack in front of it."""

    def __init__(self, slack: SlackSandbox, desk: Desk, session: aiohttp.ClientSession, url: str) -> None:
        self.slack, self.desk, self.session, self.url = slack, desk, session, url

    async def post(self, body: bytes, headers: dict[str, str]) -> tuple[int, str]:
        async with self.session.post(self.url, data=body, headers=headers) as answer:
            return answer.status, await answer.text()

    async def signed(self, body: bytes, content_type: str = "application/json") -> tuple[int, str]:
        return await self.post(body, sign(body, content_type=content_type))


def sign(
    body: bytes, *, at: float | None = None, secret: str = SECRET, content_type: str = "application/json"
) -> dict[str, str]:
    stamp = str(int(time.time() if at is None else at))
    digest = hmac.new(secret.encode(), b"v0:" + stamp.encode() + b":" + body, hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={digest}", "Content-Type": content_type}


@pytest.fixture
async def door() -> AsyncIterator[Door]:
    slack = await SlackSandbox(
        users=USERS, clock=SimulatedClock(samples.NOW).now, delivery="http", retry_delays=(0,)
    ).start()
    client = AsyncWebClient(token="xoxb-sandbox", base_url=slack.api_url)
    desk = Desk(client)
    runner = web.AppRunner(
        build_gateway(build_app(desk, client=client, signing_secret=SECRET), signing_secret=SECRET), access_log=None
    )
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events"
    slack.request_url = url
    await desk.post(slack.channel(ANNA))
    await slack.settled()
    async with aiohttp.ClientSession(headers={"User-Agent": "test"}) as session:
        yield Door(slack, desk, session, url)
    await runner.cleanup()
    await slack.stop()


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


async def test_a_signed_press_is_decided_and_acknowledged(door: Door) -> None:
    receipt = await door.slack.click(ANNA, "approve_proposal", value=VALUE)
    assert receipt.acknowledged
    assert door.desk.approvals == [VALUE[:32]]


async def test_a_signed_question_and_a_signed_command_are_answered(door: Door) -> None:
    root = door.slack.dm(ANNA)[0]["ts"]
    await door.slack.message(ANNA, "why?", thread_ts=root)
    await door.slack.until(lambda: "It moved." in door.slack.dm(ANNA)[-1]["text"])
    assert (await door.slack.command(ANNA, "/review-account", "acme 1")).acknowledged
    await door.slack.until(lambda: "Looked at and not flagged" in str(door.slack.dm(ANNA)[-2]))


async def test_nothing_is_acknowledged_that_could_not_be_kept(door: Door) -> None:
    door.desk.inbox_down = True
    receipt = await door.slack.click(ANNA, "approve_proposal", value=VALUE)
    assert not receipt.acknowledged
    assert door.slack.warnings(ANNA)
    assert door.desk.approvals == []


@pytest.mark.parametrize("changes", [{"team": {"id": "T0OTHER"}}, {"user": {"id": ANNA, "team_id": "T0OTHER"}}])
async def test_a_press_from_another_workspace_decides_nothing(door: Door, changes: dict[str, Any]) -> None:
    await door.signed(form(press(**changes)), FORM)
    assert door.desk.approvals == []


async def test_a_replayed_payload_counts_once(door: Door) -> None:
    body = form(press())
    for _ in range(3):
        assert (await door.signed(body, FORM))[0] == 200
    assert door.desk.approvals == [VALUE[:32]]


async def test_every_changed_byte_of_body_and_signature_is_refused(door: Door) -> None:
    body = form(press())
    headers = sign(body, content_type=FORM)
    for at in range(0, len(body), 7):
        changed = body[:at] + bytes([body[at] ^ 1]) + body[at + 1 :]
        assert (await door.post(changed, headers))[0] == 401
    signature = headers["X-Slack-Signature"]
    for at in range(len(signature)):
        other = "0" if signature[at] != "0" else "1"
        forged = headers | {"X-Slack-Signature": signature[:at] + other + signature[at + 1 :]}
        assert (await door.post(body, forged))[0] == 401
    assert door.desk.approvals == []


@pytest.mark.parametrize(
    "change",
    [
        {"X-Slack-Request-Timestamp": ""},
        {"X-Slack-Request-Timestamp": "abc"},
        {"X-Slack-Request-Timestamp": "-1"},
        {"X-Slack-Request-Timestamp": "1" * 400},
        {"X-Slack-Request-Timestamp": "١٢٣"},
        {"X-Slack-Signature": ""},
        {"X-Slack-Signature": "v0=ä"},
        {"X-Slack-Signature": "v1=" + "0" * 64},
        {"X-Slack-Signature": "v0=" + "0" * 63},
    ],
)
async def test_a_malformed_signature_or_time_is_unauthorised(door: Door, change: dict[str, str]) -> None:
    body = form(press())
    assert (await door.post(body, sign(body, content_type=FORM) | change))[0] == 401
    assert door.desk.approvals == []


async def test_a_request_without_signature_is_unauthorised(door: Door) -> None:
    assert (await door.post(form(press()), {"Content-Type": FORM}))[0] == 401


@pytest.mark.parametrize(("seconds", "status"), [(-310, 401), (-290, 200), (290, 200), (310, 401)])
async def test_a_signature_counts_for_five_minutes(door: Door, seconds: int, status: int) -> None:
    body = form(press())
    assert (await door.post(body, sign(body, at=time.time() + seconds, content_type=FORM)))[0] == status


async def test_another_secret_is_unauthorised(door: Door) -> None:
    body = form(press())
    assert (await door.post(body, sign(body, secret="another", content_type=FORM)))[0] == 401


async def test_the_address_check_of_slack_is_answered(door: Door) -> None:
    body = json.dumps({"type": "url_verification", "challenge": "c-1"}).encode()
    assert await door.signed(body) == (200, '{"challenge": "c-1"}')
    assert (await door.signed(b"ssl_check=1&token=x", FORM))[0] == 200


async def test_a_body_beyond_a_mebibyte_is_refused_unread(door: Door) -> None:
    body = b"x" * (BODY_LIMIT + 1)
    assert (await door.signed(body))[0] == 413


async def test_health_is_told_without_a_signature(door: Door) -> None:
    async with door.session.get(door.url.replace("/slack/events", "/healthz")) as answer:
        assert (answer.status, await answer.json()) == (200, {"ok": True})


async def test_malformed_payloads_are_refused_and_never_fail_inside(door: Door) -> None:
    statuses = [(await door.signed(body, content_type))[0] for body, content_type in malformed()]
    assert len(statuses) >= 200
    assert {status // 100 for status in statuses} <= {2, 4}
    assert door.desk.approvals == []


def malformed() -> Iterator[tuple[bytes, str]]:
    """Signed requests that Slack would never send: broken encodings, broken JSON, and each part of a press replaced."""
    broken = [
        b"",
        b"{",
        b"[]",
        b"null",
        b"1",
        b'"x"',
        b"\xff\xfe",
        b"{" * 50_000,
        b"[" * 100_000,
        b'{"a":' * 5_000,
        b"NaN",
    ]
    for body in broken:
        for content_type in (
            "application/json",
            FORM,
            "text/plain",
            "application/json; charset=utf-16",
            "multipart/form-data",
            "x",
        ):
            yield body, content_type
        yield b"payload=" + quote(body).encode(), FORM
    yield b"payload=%7B%7D&payload=%7B%7D", FORM
    wrong: list[Any] = [None, 1, True, "x", [], {}, [None], [[]], {"id": None}, {"id": 5}, {"type": []}, "\ud800"]
    rng = random.Random(7)  # the same requests every time
    for key in press():
        for value in rng.sample(wrong, 10):
            whole = press(trigger_id=str(rng.random()))
            whole["actions"] = [whole["actions"][0] | {"action_ts": str(rng.random()), "value": f"{9:032x}:1"}]
            yield form(whole | {key: value}), FORM
    for value in wrong:
        yield (
            json.dumps({"type": "event_callback", "team_id": TEAM, "event_id": "E", "event": value}).encode(),
            "application/json",
        )
        yield (
            json.dumps({"team_id": TEAM, "event": {"type": "message", "channel_type": "im", "text": value}}).encode(),
            "application/json",
        )
        yield form({"type": "view_submission", "team": {"id": TEAM}, "user": {"id": ANNA}, "view": value}), FORM
        yield form({"type": value, "team": {"id": TEAM}}), FORM
