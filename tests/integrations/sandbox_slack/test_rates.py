"""The sandbox takes no more calls than Slack does, and says when the next one may come: seen by the SDK's own clients."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_async_handlers import AsyncRateLimitErrorRetryHandler
from slack_sdk.http_retry.builtin_handlers import RateLimitErrorRetryHandler
from slack_sdk.web import WebClient
from slack_sdk.web.async_client import AsyncWebClient

from integrations.sandbox.slack import SlackSandbox
from tests.integrations.sandbox_slack.conftest import FrozenClock
from tests.integrations.sandbox_slack.people import ANNA, BEN, USERS


@pytest.fixture
async def slack(clock: FrozenClock) -> AsyncIterator[SlackSandbox]:
    """With Slack's own rates, as it is if nothing else is said."""
    sandbox = await SlackSandbox(users=USERS, clock=clock.now).start()
    yield sandbox
    await sandbox.stop()


def client_of(slack: SlackSandbox, **given: object) -> AsyncWebClient:
    client = AsyncWebClient(**{"token": slack.bot_token, "base_url": slack.api_url, "retry_handlers": [], **given})  # type: ignore[arg-type]  # plain keywords
    client.proxy = None
    return client


async def test_the_fifty_first_call_of_the_third_tier_has_to_wait_and_other_methods_do_not(slack: SlackSandbox) -> None:
    client = client_of(slack)
    for _ in range(50):
        await client.users_lookupByEmail(email="anna@example.test")

    with pytest.raises(SlackApiError) as refused:
        await client.users_lookupByEmail(email="anna@example.test")

    answer = refused.value.response
    assert (answer.status_code, answer.data) == (429, {"ok": False, "error": "ratelimited"})
    assert 30 < int(answer.headers["Retry-After"]) <= 60
    assert (await client.users_info(user=ANNA))["ok"]
    assert slack.rates.refused == {"users.lookupByEmail": 1}


async def test_a_channel_takes_a_short_burst_and_then_a_message_a_second(slack: SlackSandbox) -> None:
    client = client_of(slack)
    for number in range(5):
        await client.chat_postMessage(channel=ANNA, text=str(number))

    with pytest.raises(SlackApiError, match="ratelimited"):
        await client.chat_postMessage(channel=ANNA, text="one too many")

    assert (await client.chat_postMessage(channel=BEN, text="another channel"))["ok"]
    assert [message["text"] for message in slack.dm(ANNA)] == ["0", "1", "2", "3", "4"]


async def test_the_sdks_retry_handlers_wait_as_long_as_asked_and_get_through(slack: SlackSandbox) -> None:
    slack.rates.tighten("users.info", calls=2, seconds=1)
    patient = client_of(slack, retry_handlers=[AsyncRateLimitErrorRetryHandler(max_retry_count=2)])
    began = time.monotonic()

    answers = [await patient.users_info(user=ANNA) for _ in range(3)]
    blocking = WebClient(
        token=slack.bot_token, base_url=slack.api_url, retry_handlers=[RateLimitErrorRetryHandler(max_retry_count=2)]
    )
    blocking.proxy = None
    others = [await asyncio.to_thread(blocking.users_info, user=ANNA) for _ in range(2)]

    assert all(answer["ok"] for answer in answers)
    assert all(answer["ok"] for answer in others)
    assert slack.rates.refused["users.info"] >= 1
    assert time.monotonic() - began >= 1


async def test_a_call_without_a_valid_token_uses_up_nothing(slack: SlackSandbox) -> None:
    slack.rates.tighten("users.info", calls=1)
    with pytest.raises(SlackApiError, match="invalid_auth"):
        await client_of(slack, token="xoxb-wrong").users_info(user=ANNA)
    assert (await client_of(slack).users_info(user=ANNA))["ok"]
