"""What a day costs: the morning of a whole company after a night in which one account in five changed, in Claude's words.

The morning before was written by Claude, too, so that unchanged accounts keep their words. Beside it is the same day without any
of this: every account gone through in full by the strong model, nothing from the prompt cache, nothing kept, no batch. That is
measured on a sample of accounts and scaled; all else is measured whole. Claude answers at once; its limits are those of a minute.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from random import Random
from time import perf_counter
from typing import Any

from agents.author.orchestrator import Orchestrator
from agents.flows.accounts.compose_brief import ComposeBrief
from bot.clock import SimulatedClock
from bot.demo.demo import slack_users
from bot.wiring.author import enriching
from bot.wiring.night import preparing
from bot.wiring.policies import brief_policy
from bot.wiring.resources import Services, owners_of
from bot.wiring.root import build_bot
from integrations.sandbox.claude import ClaudeSandbox, Limits
from integrations.sandbox.history import Company, CrmEvent
from integrations.sandbox.slack import SlackSandbox
from integrations.sandbox.slack.rates import Rates
from store.domain.brief.brief import PLAYBOOK, Brief
from store.domain.running.model_calls import ModelCall, Price, Usage
from tests.bench.company import END, company_of, filled_services

SHARE = 5  # one account in so many changes
NEXT_NIGHT = END + timedelta(days=3)  # the Monday after: no one gets a brief at the weekend
NEXT_MORNING = datetime.combine(NEXT_NIGHT.date(), time(15, 30), tzinfo=UTC)


async def measure(
    *, owners: int, accounts: int, sample: int, requests: int, input_tokens: int, output_tokens: int
) -> dict[str, object]:
    """`in_batches` of the `calls` were answered by night; `without_*` is the day without triage,
    caching and batches, scaled from `sample` accounts. `minutes_by_limits` is the least that these limits allow, `seconds` how long
    the mornings took with the limits in force."""
    company = company_of(owners=owners, accounts=accounts)
    slack = SlackSandbox(users=slack_users(company), clock=lambda: services.clock.now(), rates=Rates.of_a_simulation())
    claude = await ClaudeSandbox(clock=lambda: datetime.now(UTC), batch_seconds=0, noted=10).start()
    await slack.start()
    told = {
        "anthropic_url": claude.url,
        "anthropic_api_key": claude.api_key,
        "author": "claude",
        "model_batches": "true",
    }
    limits = Limits(requests=requests, input_tokens=input_tokens, output_tokens=output_tokens)
    try:
        with tempfile.TemporaryDirectory() as folder:
            async with filled_services(company, Path(folder), slack_api_url=slack.api_url, **told) as (services, zoho):
                bot, clock = build_bot(services), services.clock
                assert isinstance(clock, SimulatedClock)
                ids = [owner.id for owner in await owners_of(services)]
                await bot.jobs.mornings(ids)
                first = await _calls(services)
                changes = list(_changes(company))
                for change in changes:
                    zoho.happens(change)
                clock.advance_to(NEXT_NIGHT)
                zoho.play(services.clock.now())
                await services.sync()
                night = await _night(services, ids)
                clock.advance_to(NEXT_MORNING)
                without = await _without(services, ids, sample)
                before = {call.id for call in first} | {call.id for each in without for call in each}
                claude.limits = limits
                began = perf_counter()
                sent = await bot.jobs.mornings(ids)
                seconds = perf_counter() - began
                calls = [call for call in await _calls(services) if call.id not in before]
                briefs = await _briefs(services, ids)
                prices = services.settings.claude.price_list
    finally:
        await claude.stop()
        await slack.stop()
    cards = [card for brief in briefs for card in brief.cards]
    day = _of(calls)
    scaled = accounts / len(without)
    return {
        "accounts": accounts,
        "owners": len(ids),
        "changed": len(changes),
        "briefs": len(sent),
        "cards": len(cards),
        "cards_by_claude": sum(card.author != PLAYBOOK for card in cards),
        "calls": sum(call.attempts > 0 for call in calls),
        "tokens": day.total,
        "usd": round(sum(call.amount.usd for call in calls), 4),
        "in_batches": sum(call.batch is not None for call in calls),
        "cache_share": round(day.read / day.input, 2) if day.input else 0.0,
        "first_day_tokens": _of(first).total,
        "first_day_usd": round(sum(call.amount.usd for call in first), 4),
        "sample": len(without),
        "without_tokens": round(sum(_of(each).total for each in without) * scaled),
        "without_usd": round(sum(_plainly(call, prices) for each in without for call in each) * scaled, 2),
        "seconds": round(seconds, 1),
        "night_seconds": round(night, 1),
        "minutes_by_limits": _least_minutes(calls, limits),
        "limits": [requests, input_tokens, output_tokens],
    }


def _changes(company: Company) -> Iterator[CrmEvent]:
    """One deal of each chosen account shrinks and slips."""
    rng, at = Random(7), END + timedelta(hours=9)
    deals: dict[str, CrmEvent] = {}
    for event in company.events:
        account = event.fields.get("Account_Name")
        if event.module == "Deals" and event.op == "create" and event.at < END and isinstance(account, Mapping):
            deals[str(account["id"])] = event
    accounts = {event.id for event in company.events if event.module == "Accounts" and event.op == "create"}
    for account_id in sorted(rng.sample(sorted(deals), min(len(deals), len(accounts) // SHARE))):
        deal = deals[account_id]
        fields: dict[str, Any] = {"Amount": round(float(str(deal.fields.get("Amount") or 10_000)) * 0.6)}
        yield CrmEvent(at=at, op="update", module="Deals", id=deal.id, user_id=deal.user_id, fields=fields)


async def _night(services: Services, owner_ids: Sequence[str]) -> float:
    """Seconds in which all that can wait is asked in batches; the sandbox's batches end at once."""
    prepare = preparing(
        services.settings.claude,
        services.models,
        database=services.database,
        memory=services.memory,
        clock=services.clock,
        policy=brief_policy(services.settings.brief, services.settings.gate, services.settings.signals),
    )
    assert prepare is not None
    began = perf_counter()
    await prepare(owner_ids, NEXT_MORNING)
    return perf_counter() - began


async def _without(services: Services, owner_ids: Sequence[str], sample: int) -> list[list[ModelCall]]:
    """The calls of each of some accounts, gone through in full."""
    enrich = enriching(
        services.settings.claude,
        services.models,
        database=services.database,
        crm=services.crm,
        memory=services.memory,
        clock=services.clock,
    )
    assert isinstance(enrich, Orchestrator)
    compose = ComposeBrief(
        services.database,
        services.clock,
        brief_policy(services.settings.brief, services.settings.gate, services.settings.signals),
    )
    found: list[list[ModelCall]] = []
    for owner_id in owner_ids:
        brief = await compose.preview(owner_id)
        for card in brief.cards[: -(-sample // len(owner_ids))]:
            trace = f"without-{card.account_id}"
            await enrich(replace(brief, id=trace, kind="review", cards=(card,)))
            async with services.database.reading() as tx:
                found.append((await tx.model_calls.of_trace(trace))[0])
            if len(found) == sample:
                return found
    return found


async def _calls(services: Services) -> list[ModelCall]:
    async with services.database.reading() as tx:
        traces = await tx.model_calls.traces("", limit=100_000)
        return [call for trace in traces for call in (await tx.model_calls.of_trace(trace))[0]]


async def _briefs(services: Services, owner_ids: Sequence[str]) -> list[Brief]:
    async with services.database.reading() as tx:
        return [brief for each in owner_ids for brief in await tx.briefs.recent(each, limit=1)]


def _of(calls: Sequence[ModelCall]) -> Usage:
    return Usage(
        plain=sum(call.usage.plain for call in calls),
        written=sum(call.usage.written for call in calls),
        read=sum(call.usage.read for call in calls),
        output=sum(call.usage.output for call in calls),
    )


def _plainly(call: ModelCall, prices: Mapping[str, Price]) -> float:
    """What the call would have cost without the prompt cache."""
    return prices[call.model].of(Usage(plain=call.usage.input, output=call.usage.output))


def _least_minutes(calls: Sequence[ModelCall], limits: Limits) -> float:
    """Neither tokens that come from the cache nor batches count against these limits."""
    hurried = [call for call in calls if call.batch is None]
    used = _of(hurried)
    shares = (
        sum(call.attempts for call in hurried) / limits.requests,
        (used.plain + used.written) / limits.input_tokens,
        used.output / limits.output_tokens,
    )
    return round(max(shares), 1)
