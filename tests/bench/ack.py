"""How long a press waits for its acknowledgement while a morning runs, beside an empty Bolt app in the same run."""

from __future__ import annotations

import asyncio
import multiprocessing
import statistics
import tempfile
from multiprocessing.synchronize import Event
from pathlib import Path
from time import perf_counter

from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.clock import SystemClock
from bot.demo.demo import slack_users
from bot.heap import settle
from bot.running import running
from bot.telemetry import configure_logging
from bot.wiring.resources import owners_of
from bot.wiring.root import build_bot
from integrations.sandbox.slack import SlackSandbox, SlackUser
from integrations.sandbox.slack.rates import Rates
from tests.bench.company import company_of, filled_services

PAUSE_SECONDS = 0.03
# A press on a proposal that is no more: kept, looked up, refused and answered, all before it is acknowledged.
ACTION, VALUE = "approve_proposal", f"{0:032x}:1"


async def measure(*, owners: int, accounts: int) -> dict[str, object]:
    """Presses on a message alternate between the bot, which is in the middle of its morning, and an empty app.

    The bot, the empty app and the sandbox Slack (which measures) are three processes.
    """
    company = company_of(owners=owners, accounts=accounts)
    users = slack_users(company)
    loaded, empty = (
        SlackSandbox(users=users, clock=SystemClock().now, rates=Rates.of_a_simulation()) for _ in range(2)
    )
    await loaded.start()
    await empty.start()
    spawn = multiprocessing.get_context("spawn")
    ready, go, over, end = (spawn.Event() for _ in range(4))
    arguments = (owners, accounts, loaded.api_url, ready, go, over, end)
    processes = [
        spawn.Process(target=_bot, args=arguments),
        spawn.Process(target=_empty, args=(empty.api_url,), daemon=True),
    ]
    for process in processes:
        process.start()
    try:
        while not await asyncio.to_thread(ready.wait, 1):
            if not processes[0].is_alive():
                raise SystemExit("The bot's process ended before its morning; its error stands above.")
        places = {sandbox: await _message(sandbox, users[0]) for sandbox in (loaded, empty)}
        go.set()
        times: dict[SlackSandbox, list[float]] = {loaded: [], empty: []}
        missed = 0
        while not over.is_set() and processes[0].is_alive():
            for sandbox, (channel, ts) in places.items():
                began = perf_counter()
                receipt = await sandbox.click(users[0].id, ACTION, ts=ts, channel=channel)
                times[sandbox].append((perf_counter() - began) * 1000)
                missed += not receipt.acknowledged
                await asyncio.sleep(PAUSE_SECONDS)
    finally:
        end.set()
        for process in processes:
            process.terminate()
        await loaded.stop()
        await empty.stop()
    return {
        "owners": owners,
        "accounts": accounts,
        "clicks": len(times[loaded]),
        "missed": missed,
        **_quantiles("", times[loaded]),
        **_quantiles("empty_app_", times[empty]),
    }


def _quantiles(prefix: str, times: list[float]) -> dict[str, float]:
    cuts = statistics.quantiles(times, n=100)
    return {f"{prefix}p50_ms": round(cuts[49], 1), f"{prefix}p99_ms": round(cuts[98], 1)}


async def _message(sandbox: SlackSandbox, user: SlackUser) -> tuple[str, str]:
    """A message of the app with one button, in the person's DM."""
    client = AsyncWebClient(token=sandbox.bot_token, base_url=sandbox.api_url)
    channel = (await client.conversations_open(users=user.id))["channel"]["id"]
    button = {"type": "button", "action_id": ACTION, "text": {"type": "plain_text", "text": "Press"}, "value": VALUE}
    blocks = [{"type": "actions", "block_id": "bench", "elements": [button]}]
    return channel, (await client.chat_postMessage(channel=channel, text="Press", blocks=blocks))["ts"]


def _bot(owners: int, accounts: int, api_url: str, ready: Event, go: Event, over: Event, end: Event) -> None:
    configure_logging(level="WARNING")

    async def run() -> None:
        company = company_of(owners=owners, accounts=accounts)
        with tempfile.TemporaryDirectory() as folder:
            async with filled_services(company, Path(folder), slack_api_url=api_url) as (services, _):
                bot = build_bot(services)
                async with running(bot, scheduled=False):
                    first, *others = [owner.id for owner in await owners_of(services)]
                    await bot.jobs.mornings([first])
                    settle()  # the company and its sandbox live in this process, which a real bot's heap does not hold
                    ready.set()
                    await asyncio.to_thread(go.wait)
                    await bot.jobs.mornings(others)
                    over.set()
                    await asyncio.to_thread(end.wait)  # a press on its way is still answered

    asyncio.run(run())


def _empty(api_url: str) -> None:
    async def run() -> None:
        client = AsyncWebClient(token="xoxb-sandbox", base_url=api_url)
        app = AsyncApp(client=client, signing_secret="sandbox-signing-secret")

        @app.action(ACTION)
        async def pressed(ack) -> None:  # type: ignore[no-untyped-def]  # slack_bolt's ack has no public type
            await ack()

        await AsyncSocketModeHandler(app, app_token="xapp-sandbox").connect_async()  # type: ignore[no-untyped-call]  # slack_bolt leaves it unannotated
        await asyncio.Event().wait()

    asyncio.run(run())
