"""A morning for many owners in a Slack that counts: every call, what was refused, and the least time that Slack's rates allow.

Slack's clock and the bot's own pace run `speed` times as fast, both alike; nothing else does. So the seconds here are Slack's, and
the bot's own work weighs `speed` times as much in them as it would in a real morning.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections import Counter
from dataclasses import replace
from pathlib import Path
from time import monotonic

from bot.delivery.web_api.client import SlackClient
from bot.delivery.web_api.ledgers import Clock, OwnLedger
from bot.delivery.web_api.turns import Turns
from bot.demo.demo import slack_users
from bot.wiring.resources import Services, owners_of
from bot.wiring.root import build_bot
from integrations.sandbox.slack import SlackSandbox
from integrations.sandbox.slack.rates import IN_A_CHANNEL, POST, Allowed, Rates, allowed
from store.lanes import Rank, ranked
from tests.bench.company import company_of, filled_services

EACH = 4  # accounts of each owner, unless given
ANSWERS = 20
EVERY = 1.0  # of our own seconds


async def measure(*, owners: int, accounts: int | None, speed: float, first: bool = False) -> dict[str, object]:
    """The bot, the sandboxes and the database are one process. Meanwhile, it answers someone each second. On the `first`
    morning, no one was written to before, so that each direct message has to be opened."""
    company = company_of(owners=owners, accounts=accounts or EACH * owners)
    slack = SlackSandbox(users=slack_users(company), clock=lambda: services.clock.now(), rates=Rates(speed=speed))
    await slack.start()
    try:
        with tempfile.TemporaryDirectory() as folder:
            async with filled_services(company, Path(folder), slack_api_url=slack.api_url) as (services, _):
                services = replace(services, slack=_client(services, slack, speed))
                bot = build_bot(services)
                ids = [owner.id for owner in await owners_of(services)]
                if not first:
                    await _have_been_written_to(services, slack)
                slack.calls.clear()
                began = monotonic()
                answering = asyncio.create_task(_answers(services.slack, slack, speed))
                sent = await bot.jobs.mornings(ids)
                seconds = (monotonic() - began) * speed
                answering.cancel()
                (waits,) = await asyncio.gather(answering)
    finally:
        await slack.stop()
    calls = Counter(method for method, _ in slack.calls)
    return {
        "owners": len(ids),
        "briefs": len(sent),
        "posts": calls[POST],
        "calls": sum(calls.values()),
        "refused_429": sum(slack.rates.refused.values()),
        "seconds": round(seconds, 1),
        "limit_seconds": limit_seconds(slack),
        "answers": len(waits),
        "longest_answer_seconds": round(max(waits, default=0.0), 1),
        "speed": speed,
        "by_method": [{"method": name, "calls": calls[name], "limit_seconds": _least(calls[name], allowed(name))}
                      for name in sorted(calls)],
    }  # fmt: skip


def limit_seconds(slack: SlackSandbox) -> float:
    """The least time in which Slack takes these calls: those of a method, or into a channel, one window after the other."""
    methods = Counter(method for method, _ in slack.calls)
    channels = Counter(str(given.get("channel")) for method, given in slack.calls if method == POST)
    least = [_least(number, allowed(name)) for name, number in methods.items()]
    return max([*least, *(_least(number, IN_A_CHANNEL) for number in channels.values())], default=0.0)


def _least(calls: int, limit: Allowed) -> float:
    return max(0, calls - 1) // limit.calls * limit.seconds


def _client(services: Services, slack: SlackSandbox, speed: float) -> SlackClient:
    clock = Clock(speed)
    turns = Turns(OwnLedger(clock), clock=clock)
    client = SlackClient(token=slack.bot_token, base_url=slack.api_url, session=services.slack.session, turns=turns)
    client.proxy = None
    return client


async def _have_been_written_to(services: Services, slack: SlackSandbox) -> None:
    """As after any earlier message: the bot knows everyone's direct message."""
    async with services.database.transaction() as tx:
        for user in slack.workspace.installation.users:
            await tx.links.keep_channel(user.id, slack.channel(user.id))


async def _answers(client: SlackClient, slack: SlackSandbox, speed: float) -> list[float]:
    """Answers to people's questions in the middle of the morning: how many of Slack's seconds each took."""
    waits: list[float] = []
    users = slack.workspace.installation.users
    try:
        for number in range(ANSWERS):
            await asyncio.sleep(EVERY)
            began = monotonic()
            with ranked(Rank.QUESTION):
                await client.chat_postMessage(channel=slack.channel(users[number % len(users)].id), text="An answer.")
            waits.append((monotonic() - began) * speed)
    except asyncio.CancelledError:
        return waits
    return waits
