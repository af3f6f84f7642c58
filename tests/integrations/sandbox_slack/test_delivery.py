"""Reaching the app: sockets, retries, and the faults that can be asked for."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest
from aiohttp import ClientSession, web
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from integrations.sandbox.slack import SlackSandbox
from store.domain.errors import BadInput
from tests.integrations.sandbox_slack.conftest import FrozenClock
from tests.integrations.sandbox_slack.people import ANNA, USERS, card

Body = dict[str, Any]
Answer = Callable[[web.Request], Awaitable[web.Response]]


async def link(slack: SlackSandbox) -> str:
    """A fresh address for one socket."""
    client = AsyncWebClient(token=slack.app_token, base_url=slack.api_url, retry_handlers=[])
    return str((await client.apps_connections_open(app_token=slack.app_token))["url"])


async def test_an_event_without_an_ack_comes_again_three_times_with_the_same_id(
    slack: SlackSandbox, app: AsyncApp
) -> None:
    heard: list[Body] = []

    @app.event("message")
    async def message(body: Body) -> None:
        heard.append(body)

    slack.faults.lose_ack(kind="events_api", times=4)
    await slack.message(ANNA, "hello")
    await slack.settled()

    assert len({body["event_id"] for body in heard}) == 1
    attempts = [(parcel.attempt, parcel.reason, receipt.acknowledged) for parcel, receipt in slack.deliveries]
    assert attempts == [(0, None, False), (1, "timeout", False), (2, "timeout", False), (3, "timeout", False)]


async def test_retries_end_with_the_first_ack(slack: SlackSandbox, app: AsyncApp) -> None:
    @app.event("message")
    async def message() -> None:
        """Bolt acknowledges."""

    slack.faults.lose_ack(kind="events_api")
    await slack.message(ANNA, "hello")
    await slack.settled()
    assert [receipt.acknowledged for _, receipt in slack.deliveries] == [False, True]


async def test_a_duplicated_press_reaches_the_app_twice(
    slack: SlackSandbox, client: AsyncWebClient, app: AsyncApp
) -> None:
    heard: list[str] = []

    @app.action("approve")
    async def approve(ack: Any, body: Body) -> None:
        heard.append(body["actions"][0]["action_ts"])
        await ack()

    await client.chat_postMessage(channel=ANNA, text="x", blocks=card())
    slack.faults.duplicate()
    await slack.click(ANNA, "approve")
    await slack.settled()
    assert len(heard) == 2
    assert len(set(heard)) == 1


async def test_the_app_comes_back_after_an_announced_disconnect(slack: SlackSandbox, app: AsyncApp) -> None:
    heard: list[str] = []

    @app.event("message")
    async def message(event: Body) -> None:
        heard.append(event["text"])

    await slack.disconnect()
    await slack.connected()
    await slack.message(ANNA, "still there?")
    await slack.settled()
    assert heard == ["still there?"]


async def test_each_envelope_goes_to_one_socket_in_turn(slack: SlackSandbox) -> None:
    async with ClientSession() as session:
        sockets = [await session.ws_connect(await link(slack)) for _ in range(2)]
        hellos = [await socket.receive_json() for socket in sockets]
        for text in ("one", "two"):
            await slack.message(ANNA, text)
        envelopes = [await socket.receive_json() for socket in sockets]
        for socket, envelope in zip(sockets, envelopes, strict=True):
            await socket.send_json({"envelope_id": envelope["envelope_id"]})
        await slack.settled()

    assert [hello["num_connections"] for hello in hellos] == [1, 2]
    assert {envelope["payload"]["event"]["text"] for envelope in envelopes} == {"one", "two"}
    assert envelopes[0]["accepts_response_payload"] is False
    assert [receipt.acknowledged for _, receipt in slack.deliveries] == [True, True]


async def test_the_eleventh_socket_is_sent_away_and_a_ticket_works_once(slack: SlackSandbox) -> None:
    async with ClientSession() as session:
        used = await link(slack)
        addresses = [used, *[await link(slack) for _ in range(9)]]
        sockets = [await session.ws_connect(address) for address in addresses]
        assert [(await socket.receive_json())["type"] for socket in sockets] == ["hello"] * 10
        eleventh = await session.ws_connect(await link(slack))
        assert await eleventh.receive_json() == {"type": "disconnect", "reason": "too_many_websockets"}
        async with session.get(used.replace("ws", "http", 1)) as answer:
            assert answer.status == 403


async def test_nonsense_on_a_socket_is_passed_over(slack: SlackSandbox) -> None:
    async with ClientSession() as session, session.ws_connect(await link(slack)) as socket:
        await socket.receive_json()
        await slack.message(ANNA, "hello")
        envelope = await socket.receive_json()
        for nonsense in ("{", "[]", "1", '{"envelope_id": "unknown"}', '{"envelope_id": []}'):
            await socket.send_str(nonsense)
        await socket.send_json({"envelope_id": envelope["envelope_id"]})
        await slack.settled()
    assert [receipt.acknowledged for _, receipt in slack.deliveries] == [True]


async def test_a_press_with_nobody_connected_fails_at_once(slack: SlackSandbox, client: AsyncWebClient) -> None:
    await client.chat_postMessage(channel=ANNA, text="x", blocks=card())
    assert (await slack.click(ANNA, "approve")).reason == "connection_failed"


async def test_a_taken_port_is_named(slack: SlackSandbox, clock: FrozenClock) -> None:
    other = SlackSandbox(users=USERS, clock=clock.now)
    with pytest.raises(BadInput, match="is not available; choose another port"):
        await other.start(port=int(slack.url.rpartition(":")[2]))


async def test_a_rate_limit_says_how_long_to_wait_and_then_ends(slack: SlackSandbox, client: AsyncWebClient) -> None:
    slack.faults.rate_limit("chat.postMessage", retry_after=7)
    with pytest.raises(SlackApiError) as refused:
        await client.chat_postMessage(channel=ANNA, text="x")
    assert (refused.value.response.status_code, refused.value.response["error"]) == (429, "ratelimited")
    assert refused.value.response.headers["Retry-After"] == "7"
    assert (await client.chat_postMessage(channel=ANNA, text="x"))["ok"]


async def test_a_dropped_answer_leaves_the_message_standing(slack: SlackSandbox) -> None:
    slack.faults.drop_answer("chat.postMessage")
    async with httpx.AsyncClient(headers={"Authorization": f"Bearer {slack.bot_token}"}) as http_client:
        with pytest.raises(httpx.TransportError):
            await http_client.post(f"{slack.api_url}chat.postMessage", json={"channel": ANNA, "text": "once"})
    assert [message["text"] for message in slack.dm(ANNA)] == ["once"]


async def test_a_server_error_and_a_named_error_do_nothing(slack: SlackSandbox, client: AsyncWebClient) -> None:
    slack.faults.server_error("chat.postMessage", status=503)
    slack.faults.error("chat.postMessage", "account_inactive")
    errors = []
    for _ in range(2):
        with pytest.raises(SlackApiError) as refused:
            await client.chat_postMessage(channel=ANNA, text="x")
        errors.append((refused.value.response.status_code, refused.value.response.data))
    assert errors == [(503, "Internal Server Error"), (200, {"ok": False, "error": "account_inactive"})]
    assert slack.dm(ANNA) == []
