"""Our client before a Slack that counts: it keeps to the rates by itself, and to a pause that Slack asks for."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
from slack_sdk.errors import SlackApiError

from bot.delivery.slack_errors import Fate, fate_of
from bot.delivery.web_api.client import SlackClient
from bot.delivery.web_api.ledgers import SharedLedger
from bot.delivery.web_api.rates import limits
from bot.delivery.web_api.turns import Turns
from integrations.sandbox.slack import SlackSandbox, SlackUser
from integrations.sandbox.slack.rates import Rates
from store.database import Database
from store.lanes import Rank
from store.repositories.slack_calls import Wait
from tests.bot.delivery.web_api.test_turns import SPEED, turns_of

ANNA = SlackUser(id="U0ANNA", name="Anna Berg", email="anna@example.com")


@pytest.fixture
async def slack() -> AsyncIterator[SlackSandbox]:
    sandbox = await SlackSandbox(users=[ANNA], clock=lambda: datetime.now(UTC), rates=Rates(speed=SPEED)).start()
    yield sandbox
    await sandbox.stop()


def client_of(slack: SlackSandbox, *, percent: int = 100, turns: Turns | None = None) -> SlackClient:
    turns = turns or turns_of(percent=percent)
    client = SlackClient(token=slack.bot_token, base_url=slack.api_url, turns=turns)
    client.proxy = None
    return client


async def test_slack_refuses_no_call_however_many_there_are(slack: SlackSandbox) -> None:
    client, channel = client_of(slack), slack.channel(ANNA.id)

    await asyncio.gather(*(client.chat_postMessage(channel=channel, text=str(number)) for number in range(12)))
    await asyncio.gather(*(client.users_info(user=ANNA.id) for _ in range(120)))

    assert len(slack.dm(ANNA.id)) == 12
    assert slack.rates.refused == {}


async def test_without_a_pace_of_its_own_it_waits_as_long_as_slack_says(slack: SlackSandbox) -> None:
    slack.rates.tighten("users.info", calls=2, seconds=10)
    client = client_of(slack, percent=0)

    for _ in range(3):
        assert (await client.users_info(user=ANNA.id))["ok"]

    assert slack.rates.refused == {"users.info": 1}


async def test_a_message_is_left_to_the_outbox_when_slack_refuses_it(slack: SlackSandbox) -> None:
    slack.rates.tighten("chat.postMessage", calls=1)
    client, channel = client_of(slack, percent=0), slack.channel(ANNA.id)
    await client.chat_postMessage(channel=channel, text="one")

    with pytest.raises(SlackApiError) as refused:
        await client.chat_postMessage(channel=channel, text="two")

    assert fate_of(refused.value) is Fate.THROTTLED
    assert slack.rates.refused == {"chat.postMessage": 1}


async def test_a_turn_taken_ahead_is_used_by_the_next_call_and_by_no_other(slack: SlackSandbox) -> None:
    turns = turns_of()
    client, channel = client_of(slack, turns=turns), slack.channel(ANNA.id)
    top = (await client.chat_postMessage(channel=channel, text="Good morning"))["ts"]
    await turns.take("chat.startStream", rank=Rank.OWN, count=17)

    async with client.ahead("chat.startStream"):
        await client.chat_startStream(channel=channel, thread_ts=top, markdown_text="One")
        with pytest.raises(SlackApiError) as refused:
            await client.chat_startStream(channel=channel, thread_ts=top, markdown_text="Two")

    assert fate_of(refused.value) is Fate.THROTTLED
    assert slack.rates.refused == {}, "the second never left"


async def test_two_processes_over_one_database_share_the_rates(database: Database) -> None:
    one, other = SharedLedger(database), SharedLedger(database)
    asked = limits("chat.startStream", "", percent=100)

    given = [await ledger.take(asked, count=5, own=False) for ledger in (one, other, one, other)]
    beyond = await one.take(asked, count=1, own=False)

    assert all(isinstance(each, list) for each in given)
    assert isinstance(beyond, Wait)
    assert 0 < beyond.seconds <= 63
    await one.pause("chat.update", 30)
    paused = await other.take(limits("chat.update", "", percent=0), count=1, own=False)
    assert isinstance(paused, Wait)
    assert 25 < paused.seconds <= 30


async def test_a_full_channel_is_named_and_takes_none_of_the_workspaces_calls(database: Database) -> None:
    ledger = SharedLedger(database)
    asked = limits("chat.postMessage", "D0ANNA", percent=100)
    for _ in range(4):
        assert isinstance(await ledger.take(asked, count=1, own=True), list)

    full = await ledger.take(asked, count=1, own=True)

    assert isinstance(full, Wait)
    assert full.key == "chat.postMessage:D0ANNA"
    async with database.transaction() as tx:
        await tx.slack_calls.purge()  # what still counts stays
    assert isinstance(await ledger.take(asked, count=1, own=True), Wait)
    others = await ledger.take(limits("chat.postMessage", "D0BOB", percent=100), count=266, own=True)
    assert isinstance(others, list)


async def test_two_processes_together_start_no_more_streams_than_slack_takes(database: Database) -> None:
    sandbox = await SlackSandbox(users=[ANNA], clock=lambda: datetime.now(UTC)).start()
    try:
        processes = [client_of(sandbox, turns=Turns(SharedLedger(database))) for _ in range(2)]
        channel = sandbox.channel(ANNA.id)
        top = (await processes[0].chat_postMessage(channel=channel, text="Good morning"))["ts"]

        asked = [
            each.chat_startStream(channel=channel, thread_ts=top, markdown_text="x")
            for each in processes
            for _ in range(15)
        ]
        ended = await asyncio.gather(*asked, return_exceptions=True)

        failed = [each for each in ended if isinstance(each, Exception)]
        assert len(ended) - len(failed) == 18, "nine tenths of twenty: the rest is for people"
        assert all(fate_of(each) is Fate.THROTTLED for each in failed)
        assert sandbox.rates.refused == {}
    finally:
        await sandbox.stop()
