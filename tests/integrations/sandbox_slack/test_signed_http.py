"""Signed HTTP: a real Bolt app behind a request URL, retries in headers, and what counts as an acknowledgement."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from integrations.sandbox.slack import SlackSandbox
from tests.integrations.sandbox_slack.conftest import FrozenClock
from tests.integrations.sandbox_slack.people import ANNA, USERS, card, form
from tests.integrations.sandbox_slack.wire import ACK_TIMEOUT

Body = dict[str, Any]
Answer = Callable[[web.Request], Awaitable[web.Response]]


@pytest.fixture
async def http(clock: FrozenClock) -> AsyncIterator[SlackSandbox]:
    """A sandbox that reaches its app by signed HTTP."""
    sandbox = SlackSandbox(
        users=USERS, clock=clock.now, delivery="http", ack_timeout=ACK_TIMEOUT, retry_delays=(0, 0, 0)
    )
    await sandbox.start()
    yield sandbox
    await sandbox.stop()


@pytest.fixture
async def served() -> AsyncIterator[Callable[[Answer], Awaitable[str]]]:
    """Starts a server with one handler and gives its address."""
    runners: list[web.AppRunner] = []

    async def serve(answer: Answer) -> str:
        server = web.Application()
        server.router.add_post("/slack/events", answer)
        runner = web.AppRunner(server)
        await runner.setup()
        runners.append(runner)
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        return f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events"

    yield serve
    for runner in runners:
        await runner.cleanup()


async def test_bolt_takes_signed_presses_commands_modals_and_events(
    http: SlackSandbox, served: Callable[[Answer], Awaitable[str]]
) -> None:
    client = AsyncWebClient(token=http.bot_token, base_url=http.api_url, retry_handlers=[])
    app = AsyncApp(client=client, signing_secret=http.signing_secret)
    heard: list[str] = []

    @app.action("approve")
    async def approve(ack: Any, body: Body) -> None:
        heard.append("press")
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=form())

    @app.view("adjust")
    async def adjust(ack: Any) -> None:
        heard.append("submission")
        await ack(response_action="errors", errors={"due": "Too late."})

    @app.command("/review-account")
    async def review(ack: Any) -> None:
        heard.append("command")
        await ack("Looking …")

    @app.event("message")
    async def message(event: Body) -> None:
        heard.append("event")

    async def answer(request: web.Request) -> web.Response:
        return await to_aiohttp_response(await app.async_dispatch(await to_bolt_request(request)))

    http.request_url = await served(answer)
    await http.message(ANNA, "hello")
    await http.settled()
    await client.chat_postMessage(channel=ANNA, text="x", blocks=card())
    assert (await http.click(ANNA, "approve")).acknowledged
    await http.until(lambda: http.modal(ANNA) is not None)
    ended = await http.submit(ANNA, {"subject": {"v": "Call Ivy"}, "due": {"v": "2026-11-24"}})
    await http.command(ANNA, "/review-account", "Acme & Sons")

    assert ended.errors == {"due": "Too late."}
    assert http.ephemerals(ANNA)[0]["text"] == "Looking …"
    assert heard == ["event", "press", "submission", "command"]


async def test_a_wrong_secret_is_refused_by_bolt(
    http: SlackSandbox, served: Callable[[Answer], Awaitable[str]]
) -> None:
    client = AsyncWebClient(token=http.bot_token, base_url=http.api_url, retry_handlers=[])
    app = AsyncApp(client=client, signing_secret="another-secret")

    async def answer(request: web.Request) -> web.Response:
        return await to_aiohttp_response(await app.async_dispatch(await to_bolt_request(request)))

    http.request_url = await served(answer)
    await client.chat_postMessage(channel=ANNA, text="x", blocks=card())
    assert (await http.click(ANNA, "approve")).reason == "http_error"


async def test_http_retries_say_how_often_and_why(
    http: SlackSandbox, served: Callable[[Answer], Awaitable[str]]
) -> None:
    seen: list[tuple[str | None, str | None]] = []

    async def answer(request: web.Request) -> web.Response:
        seen.append((request.headers.get("X-Slack-Retry-Num"), request.headers.get("X-Slack-Retry-Reason")))
        return web.Response(status=500 if len(seen) < 3 else 200)

    http.request_url = await served(answer)
    await http.message(ANNA, "hello")
    await http.settled()
    assert seen == [(None, None), ("1", "http_error"), ("2", "http_error")]


async def test_the_app_can_forbid_retries(http: SlackSandbox, served: Callable[[Answer], Awaitable[str]]) -> None:
    async def answer(request: web.Request) -> web.Response:
        return web.Response(status=500, headers={"X-Slack-No-Retry": "1"})

    http.request_url = await served(answer)
    await http.message(ANNA, "hello")
    await http.settled()
    assert len(http.deliveries) == 1


async def test_an_answer_that_takes_too_long_is_no_ack(
    http: SlackSandbox, served: Callable[[Answer], Awaitable[str]]
) -> None:
    release = asyncio.Event()

    async def answer(request: web.Request) -> web.Response:
        await release.wait()
        return web.Response()

    http.request_url = await served(answer)
    assert (await http.command(ANNA, "/review-account", "Acme")).reason == "http_timeout"
    release.set()


async def test_signatures_carry_the_real_time(http: SlackSandbox, served: Callable[[Answer], Awaitable[str]]) -> None:
    stamps: list[int] = []

    async def answer(request: web.Request) -> web.Response:
        stamps.append(int(request.headers["X-Slack-Request-Timestamp"]))
        return web.Response()

    http.request_url = await served(answer)
    await http.command(ANNA, "/review-account", "Acme")
    assert abs(stamps[0] - time.time()) < 5
