"""What an answer of Slack, or none, says about what was done."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.delivery.slack_errors import SLACK_ERRORS, Fate, error_name, fate_of, retry_after
from integrations.sandbox.slack import SlackSandbox, SlackUser
from tests.flows.stage import ANNAS, MORNING, StillClock


@pytest.fixture
async def slack() -> AsyncIterator[SlackSandbox]:
    sandbox = await SlackSandbox(
        users=[SlackUser(id=ANNAS, name="Anna", email="a@x.y")], clock=StillClock(MORNING).now
    ).start()
    yield sandbox
    await sandbox.stop()


async def error_of(url: str) -> Exception:
    """What a call to Slack raises there."""
    client = AsyncWebClient(token="xoxb-sandbox", base_url=url, retry_handlers=[])
    client.proxy = None
    with pytest.raises(SLACK_ERRORS) as caught:
        await client.chat_postMessage(channel=ANNAS, text="hello")
    return caught.value


@pytest.mark.parametrize(
    ("code", "fate"),
    [
        ("channel_not_found", Fate.REFUSED),
        ("msg_too_long", Fate.REFUSED),
        ("user_disabled", Fate.REFUSED),
        ("an_error_of_next_year", Fate.NOT_DONE),
        ("message_limit_exceeded", Fate.NOT_DONE),
        ("team_added_to_org", Fate.NOT_DONE),
        ("two_factor_setup_required", Fate.NOT_DONE),
        ("rate_limited", Fate.THROTTLED),
        ("internal_error", Fate.UNWELL),
        ("service_unavailable", Fate.UNWELL),
        ("token_revoked", Fate.NOT_DONE),
        ("ratelimited", Fate.THROTTLED),
    ],
)
async def test_an_error_that_slack_names_tells_its_fate(slack: SlackSandbox, code: str, fate: Fate) -> None:
    slack.faults.error("chat.postMessage", code)
    error = await error_of(slack.api_url)

    assert fate_of(error) is fate
    assert error_name(error) == code


@pytest.mark.parametrize("status", [500, 502, 503, 504])
async def test_an_error_of_a_gateway_tells_nothing(slack: SlackSandbox, status: int) -> None:
    slack.faults.server_error("chat.postMessage", status=status)
    error = await error_of(slack.api_url)

    assert fate_of(error) is Fate.UNKNOWN
    assert error_name(error) == type(error).__name__


async def test_a_lost_answer_tells_nothing(slack: SlackSandbox) -> None:
    slack.faults.drop_answer("chat.postMessage")

    assert fate_of(await error_of(slack.api_url)) is Fate.UNKNOWN


async def test_where_no_connection_was_made_nothing_was_done(slack: SlackSandbox) -> None:
    await slack.stop()

    assert fate_of(await error_of(slack.api_url)) is Fate.NOT_DONE


async def test_slack_says_how_long_to_wait(slack: SlackSandbox) -> None:
    slack.faults.rate_limit("chat.postMessage", retry_after=7)
    error = await error_of(slack.api_url)

    assert fate_of(error) is Fate.THROTTLED
    assert retry_after(error) == 7
    assert retry_after(TimeoutError(), default=3) == 3
