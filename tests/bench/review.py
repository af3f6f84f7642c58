"""Reviews of one account each, written by the sandbox Claude: seconds from the command in Slack until the review is there.

The whole way is gone: `/review-account`, a fresh read of the CRM, the memory in its own process, Scout and Analyst at the same
time, Author, Reviewer, checks, Slack. Claude answers as fast as a model does: `first_token` seconds to the first token, and so
many tokens a second from there on. One person asks after the other.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, time, timedelta
from itertools import zip_longest
from pathlib import Path
from statistics import quantiles
from time import perf_counter
from typing import Any

from agents.flows.accounts.compose_brief import ComposeBrief
from bot.demo.demo import slack_users
from bot.wiring.policies import brief_policy
from bot.wiring.resources import owners_of
from integrations.sandbox.claude import ClaudeSandbox, Latency
from integrations.sandbox.history import Company
from integrations.sandbox.world import build_world
from store.domain.running.model_calls import CallFigures, ModelCall
from tests.flows.stage import Stage, stage

END = date(2026, 6, 12)
BEFORE, NIGHT, NOON = (datetime.combine(END, at, tzinfo=UTC) for at in (time(1), time(4), time(12)))
TAKES = 120.0  # seconds after which a review has failed


async def measure(
    *, reviews: int, first_token: float, tokens_per_second: float, memory: bool = True
) -> dict[str, object]:
    """Tokens and dollars are of one review on average; `round_trips` are the calls of models for it; `cache_share` is the share of
    the input that came from the prompt cache. `by_playbook` counts reviews in which nothing is in Claude's words."""
    world = build_world(seed=7, owners=4, accounts_per_owner=max(10, 2 * reviews), end=END)
    claude = await ClaudeSandbox(clock=lambda: datetime.now(UTC)).start()
    try:
        async with _evening(world.company, claude, memory=memory) as made:
            asked = await _accounts(made, reviews)
            claude.latency = Latency(first_token=first_token, tokens_per_second=tokens_per_second)
            made.clock.moment = NOON
            seconds = [await _review(made, user_id, name) for user_id, name in asked]
            async with made.bot.services.database.reading() as tx:
                figures = await tx.model_calls.figures(since=NOON)
                calls = [
                    call
                    for trace in await tx.model_calls.traces("", limit=1_000)
                    for call in (await tx.model_calls.of_trace(trace))[0]
                ]
            said = [each for user_id in {user_id for user_id, _ in asked} for each in _reviews(made, user_id)]
    finally:
        await claude.stop()
    return {
        "reviews": len(seconds),
        "memory": memory,
        "p50_seconds": _percentile(seconds, 50),
        "p95_seconds": _percentile(seconds, 95),
        **_each(figures, len(seconds)),
        "seconds_by_agent": _by_agent(calls, len(seconds)),
        "by_playbook": sum("by the sandbox Claude" not in each for each in said),
    }


@asynccontextmanager
async def _evening(company: Company, claude: ClaudeSandbox, *, memory: bool) -> AsyncIterator[Stage]:
    """The bot after ten days and a night, with all of it remembered; Claude is not slow yet."""
    with tempfile.TemporaryDirectory() as folder:
        told: dict[str, Any] = {
            "anthropic_url": claude.url,
            "anthropic_api_key": claude.api_key,
            "author": "claude",
            "memory_url": "" if memory else "off",
        }
        url, people = f"sqlite+aiosqlite:///{folder}/sergas.db", slack_users(company)
        async with stage(url, Path(folder), of=company, people=people, **told) as made:
            for moment in (BEFORE - timedelta(days=10), NIGHT):
                assert await made.look(moment)
            if memory:
                await made.bot.jobs.remember()
                await _caught_up(made)
            yield made


async def _caught_up(made: Stage) -> None:
    """Wait until all that is remembered can be found by meaning."""
    memory = made.bot.services.memory
    assert memory is not None
    assert await memory.answers()
    tools = memory.of((await owners_of(made.bot.services))[0].id)
    async with asyncio.timeout(TAKES):
        while True:
            found = (await tools.call_tool("cognee_search_memory", {"query": "renewal"})).structured_content
            if found and not found["by_words_alone"]:
                return
            await asyncio.sleep(0.2)


async def _accounts(made: Stage, wanted: int) -> list[tuple[str, str]]:
    """(user in Slack, name of an account) of those that have something to say, the same number of each owner's."""
    services, found = made.bot.services, list[list[tuple[str, str]]]()
    compose = ComposeBrief(
        services.database,
        services.clock,
        brief_policy(services.settings.brief, services.settings.gate, services.settings.signals),
    )
    for owner in await owners_of(services):
        async with services.database.reading() as tx:
            link = await tx.links.of_person(owner.id)
        assert link is not None
        cards = (await compose.preview(owner.id)).cards
        found.append([(link.user_id, card.account_name) for card in cards if card.recommendations])
    in_turn = [each for row in zip_longest(*found) for each in row if each is not None]
    return in_turn[:wanted]


async def _review(made: Stage, user_id: str, name: str) -> float:
    """Seconds until the review is there and nothing says any more that it is under way."""
    began, before = perf_counter(), len(_reviews(made, user_id))
    await made.slack.command(user_id, "/review-account", name)
    await made.slack.until(lambda: len(_reviews(made, user_id)) > before, timeout=TAKES)
    return perf_counter() - began


def _reviews(made: Stage, user_id: str) -> list[str]:
    return [said for each in made.briefs(user_id) if "Review: " in (said := str(each.get("blocks")))]


def _each(figures: CallFigures, reviews: int) -> dict[str, object]:
    return {
        "round_trips": round(figures.calls / reviews, 1),
        "tools": round(figures.tools / reviews, 1),
        "tokens": round(figures.usage.total / reviews),
        "output_tokens": round(figures.usage.output / reviews),
        "usd": round(figures.amount.usd / reviews, 5),
        "cache_share": round(figures.from_cache, 2),
        "failed": figures.failed,
    }


def _by_agent(calls: Sequence[ModelCall], reviews: int) -> dict[str, float]:
    """What each agent's calls take of a review; Scout and Analyst are asked at the same time."""
    took: dict[str, int] = {}
    for call in calls:
        took[call.agent] = took.get(call.agent, 0) + call.milliseconds
    return {agent: round(took[agent] / reviews / 1_000, 1) for agent in sorted(took)}


def _percentile(values: Sequence[float], share: int) -> float:
    return round(quantiles(values, n=100, method="inclusive")[share - 1], 1) if len(values) > 1 else round(values[0], 1)
