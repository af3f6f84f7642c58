"""How others fare while one person floods the bot: presses until acknowledged, questions until answered, beside an idle bot.

The flood is that many messages, commands and reviews by one person, all at once. Meanwhile some colleagues each press Approve and
ask a question, in turn; as many others do the same before, with no flood. Claude answers as fast as a model does.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from pathlib import Path
from statistics import quantiles
from time import perf_counter
from typing import Any

from agents.model.budget import day_of
from bot.clock import SystemClock
from bot.demo.demo import slack_users
from bot.heap import settle
from bot.running import running
from bot.telemetry import configure_logging
from bot.wiring.resources import Services, owners_of
from bot.wiring.root import build_bot
from integrations.sandbox.claude import ClaudeSandbox, Latency
from integrations.sandbox.slack import SlackSandbox, SlackUser
from integrations.sandbox.slack.rates import Rates
from tests.bench.company import company_of, filled_services

# No rule answers this, so Claude does.
APPROVE, QUESTION = "approve_proposal", "what did they promise us in January, and what came of it?"
ROUNDS = 3
APART = 0.3  # seconds: no two colleagues press at the same moment
TAKES = 120.0  # seconds after which a question counts as lost
DAY_USD = 2.0
Json = dict[str, Any]


@dataclass(slots=True)
class Times:
    """Milliseconds until a press was acknowledged, seconds until a question was answered."""

    acks: list[float] = field(default_factory=list)
    answers: list[float] = field(default_factory=list)
    lost: int = 0


async def measure(
    *, messages: int, commands: int, reviews: int, others: int, first_token: float, tokens_per_second: float
) -> dict[str, object]:
    """`zoho_calls` are those of the flood: all meanwhile, less those of the idle round. `usd_share` is what the flooder spent of
    the day's budget, `usd_limit` what they may. The bot is a process of its own."""
    company = company_of(owners=2 * others + 1, accounts=30 * (2 * others + 1))
    slack = SlackSandbox(users=slack_users(company), clock=SystemClock().now, rates=Rates.of_a_simulation())
    claude = await ClaudeSandbox(clock=lambda: datetime.now(UTC), noted=10).start()
    await slack.start()
    here, there = multiprocessing.Pipe()
    told = {"slack_api_url": slack.api_url, "anthropic_url": claude.url, "anthropic_api_key": claude.api_key}
    process = multiprocessing.get_context("spawn").Process(target=_bot, args=(others, told, there))
    process.start()
    try:
        flooder, *users = await _briefed(slack, await _heard(here))
        claude.latency = Latency(first_token=first_token, tokens_per_second=tokens_per_second)
        idle, flooded = Times(), Times()
        before = await _asked(here, "zoho_calls")
        await _all(slack, users[:others], idle)
        between = await _asked(here, "zoho_calls")
        here.send(f"accounts {flooder.email}")
        flood = asyncio.create_task(_flood(slack, flooder, await _heard(here), (messages, commands, reviews)))
        await _all(slack, users[others:], flooded)
        refused = await flood
        after = await _asked(here, "zoho_calls")
        spent = await _asked(here, f"usd {flooder.email}")
    finally:
        here.send("end")
        await asyncio.to_thread(process.join, 20)
        process.terminate()
        await slack.stop()
        await claude.stop()
    return {
        "messages": messages,
        "commands": commands,
        "reviews": reviews,
        "others": others,
        "others_ack_p50_ms": _percentile(flooded.acks, 50),
        "others_ack_p99_ms": _percentile(flooded.acks, 99),
        "others_ack_idle_p50_ms": _percentile(idle.acks, 50),
        "others_ack_idle_p99_ms": _percentile(idle.acks, 99),
        "others_answer_p95_s": _percentile(flooded.answers, 95),
        "others_answer_idle_p95_s": _percentile(idle.answers, 95),
        "lost": idle.lost + flooded.lost,
        "unacknowledged": refused,
        "told_to_wait": sum("One moment" in str(each) for each in slack.dm(flooder.id)),
        "zoho_calls": int((after - between) - (between - before)),
        "usd_share": round(spent / DAY_USD, 3),
        "usd_limit": 0.25,
    }


async def _all(slack: SlackSandbox, users: Sequence[SlackUser], times: Times) -> None:
    await asyncio.gather(*(_works(slack, user, times, begins=place * APART) for place, user in enumerate(users)))


async def _works(slack: SlackSandbox, user: SlackUser, times: Times, *, begins: float) -> None:
    """Press and ask, one after the other."""
    await asyncio.sleep(begins)
    for ts, block_id in [*_approvals(slack, user)][:ROUNDS]:
        began = perf_counter()
        receipt = await slack.click(user.id, APPROVE, ts=ts, block_id=block_id, channel=slack.channel(user.id))
        times.acks.append((perf_counter() - began) * 1_000)
        times.lost += not receipt.acknowledged
        began = perf_counter()
        asked = await slack.message(user.id, QUESTION)
        try:
            await slack.until(lambda asked=asked: _is_answered(slack, user, asked), timeout=TAKES)  # type: ignore[misc]  # mypy infers no lambda with a default
        except TimeoutError:
            times.lost += 1
        times.answers.append(perf_counter() - began)


def _approvals(slack: SlackSandbox, user: SlackUser) -> Iterator[tuple[str, str]]:
    """Where the person can press Approve: message and block."""
    for message in slack.dm(user.id):
        blocks = [each for block in message.get("blocks", ()) for each in (block, *block.get("child_blocks", ()))]
        for block in blocks:
            if any(each.get("action_id") == APPROVE for each in block.get("elements", ())):
                yield message["ts"], block["block_id"]


def _is_answered(slack: SlackSandbox, user: SlackUser, asked: Json) -> bool:
    """Whether the finished answer is there: a stream that grows has no metadata yet."""
    replies = (each for each in slack.dm(user.id) if each.get("thread_ts") == asked["ts"] and each.get("bot_id"))
    return any(each.get("metadata") for each in replies)


async def _flood(slack: SlackSandbox, who: SlackUser, accounts: Sequence[str], numbers: tuple[int, int, int]) -> int:
    """All at once. Returns how many commands were not acknowledged."""
    messages, commands, reviews = numbers
    asked = [slack.message(who.id, f"{QUESTION}, number {number}") for number in range(messages)]
    typed = [slack.command(who.id, "/review-account") for _ in range(commands)]
    looked_at = [
        slack.command(who.id, "/review-account", accounts[number % len(accounts)]) for number in range(reviews)
    ]
    _, receipts = await asyncio.gather(asyncio.gather(*asked), asyncio.gather(*typed, *looked_at))
    return sum(not each.acknowledged for each in receipts)


async def _briefed(slack: SlackSandbox, emails: Sequence[str]) -> list[SlackUser]:
    """The people with a brief that has enough to approve; the first of them floods."""
    of = {user.email: user for user in slack.workspace.installation.users}
    users = [of[email] for email in emails]
    return [users[0], *sorted(users[1:], key=lambda user: -len([*_approvals(slack, user)]))]


async def _heard(here: Connection) -> Any:
    return await asyncio.to_thread(here.recv)


async def _asked(here: Connection, what: str) -> float:
    here.send(what)
    return float(await _heard(here))


def _percentile(values: Sequence[float], share: int) -> float:
    return round(quantiles(values, n=100, method="inclusive")[share - 1], 1)


def _bot(others: int, told: dict[str, str], there: Connection) -> None:
    configure_logging(level="WARNING")
    asyncio.run(_serve(others, told, there))


async def _serve(others: int, told: dict[str, str], there: Connection) -> None:
    """The bot, after everyone got their brief; it answers the bench's own questions over the pipe."""
    owners = 2 * others + 1
    company = company_of(owners=owners, accounts=30 * owners)
    given: dict[str, Any] = {
        "author": "claude",
        "model_day_usd": DAY_USD,
        "model_accounts": 0,
        "model_full_accounts": 0,
        **told,
    }
    with tempfile.TemporaryDirectory() as folder:
        async with filled_services(company, Path(folder), **given) as (services, zoho):
            await _confirm(services, slack_users(company))
            bot = build_bot(services)
            async with running(bot, scheduled=False):
                people = await owners_of(services)
                await bot.jobs.mornings([owner.id for owner in people])
                settle()  # the company and its sandbox live in this process, which a real bot's heap does not hold
                there.send([owner.email for owner in people])
                while (asked := await asyncio.to_thread(there.recv)) != "end":
                    what, _, email = asked.partition(" ")
                    look = {"usd": _usd, "accounts": _accounts}.get(what)
                    there.send(await look(services, email) if look else zoho.calls)


async def _confirm(services: Services, users: Sequence[SlackUser]) -> None:
    now = services.clock.now()
    async with services.database.transaction() as tx:
        for user in users:
            if person := await tx.people.by_email(user.email):
                await tx.links.link("T0SERGAS", user.id, person.id, now)
                await tx.links.confirm("T0SERGAS", user.id, now)


async def _accounts(services: Services, email: str) -> list[str]:
    async with services.database.reading() as tx:
        person = await tx.people.by_email(email)
        assert person is not None
        return [facts.name for facts in await tx.snapshots.book(person.id) if facts.account]


async def _usd(services: Services, email: str) -> float:
    async with services.database.reading() as tx:
        person = await tx.people.by_email(email)
        assert person is not None
        since = day_of(services.clock.now())
        spent = await tx.model_calls.spending(account_id="", trace="", since=since, asked_by=person.id)
    return spent.person.usd
