"""Mornings that Claude leaves in the lurch: every owner gets one brief, on time, with each account once and the reason in it."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from time import monotonic
from typing import Any

import pytest

from agents.flows.accounts.compose_brief import ComposeBrief
from bot.demo.demo import slack_users
from bot.wiring.policies import brief_policy
from bot.wiring.resources import owners_of
from integrations.sandbox.claude import ClaudeSandbox, Fault, Latency
from integrations.sandbox.world import build_world
from store.database import Database
from store.domain.brief.brief import PLAYBOOK, Brief
from store.domain.running.model_calls import CallState, ModelCall
from tests.engine.processes import office
from tests.flows.authored import authored_stage, brief_of
from tests.flows.company import TUESDAY
from tests.flows.stage import MORNING, Stage

pytestmark = pytest.mark.slow
OWNERS = 5
AT_ONCE = 24  # calls that one process may have under way
ON_TIME = 60.0  # seconds, on a busy machine, for what takes five without a model


@pytest.fixture
async def night(sqlite_url: str, tmp_path: Path) -> AsyncIterator[tuple[Stage, ClaudeSandbox]]:
    """Five owners wait for their briefs. An answer may take two seconds."""
    world = build_world(seed=5, owners=OWNERS, accounts_per_owner=10, end=TUESDAY)
    people = slack_users(world.company)
    more: dict[str, Any] = {"of": world.company, "people": people, "anthropic_timeout_seconds": 2}
    async with authored_stage(sqlite_url, tmp_path, **more) as (made, claude):
        made.clock.moment = MORNING
        yield made, claude


async def accounts_by_rules(made: Stage) -> dict[str, list[str]]:
    """The accounts that each owner's brief is to be about, without any model."""
    services = made.bot.services
    compose = ComposeBrief(
        services.database,
        services.clock,
        brief_policy(services.settings.brief, services.settings.gate, services.settings.signals),
    )
    owners = await owners_of(services)
    return {each.id: [card.account_id for card in (await compose.preview(each.id)).cards] for each in owners}


async def morning(made: Stage, wanted: dict[str, list[str]]) -> list[Brief]:
    """The morning of all of them; each has one brief, in time, with each of its accounts once and none missing."""
    began = monotonic()
    await made.bot.jobs.mornings(list(wanted))
    assert monotonic() - began < ON_TIME
    briefs = [await brief_of(made, each) for each in wanted]
    assert {brief.owner_id: [card.account_id for card in brief.cards] for brief in briefs} == wanted
    heads = Counter(key.partition(":")[0] for key in made_known(made))
    assert set(heads) == {brief.id for brief in briefs}
    assert len(set(made_known(made))) == len(made_known(made)), "a piece of a brief stands there twice"
    return briefs


def made_known(made: Stage) -> list[str]:
    """The keys of all pieces of briefs that stand in somebody's direct messages."""
    users = [user.id for user in made.slack.workspace.installation.users]
    sent = [each for user in users for each in made.slack.dm(user) if each.get("metadata")]
    return [str(each["metadata"]["event_payload"]["key"]) for each in sent]


def labelled(brief: Brief) -> bool:
    """Whether the brief says that rules wrote it, and why."""
    return any("worded by rules" in each for each in brief.problems)


OUTAGES: dict[str, Callable[[ClaudeSandbox], None]] = {
    "overloaded": lambda claude: claude.faults.outage(),
    "broken connections": lambda claude: claude.faults.outage(Fault(kind="drop")),
    "silence": lambda claude: claude.faults.outage(Fault(kind="stall", seconds=600)),
    "a key that was taken away": lambda claude: claude.faults.outage(Fault(kind="error", status=401)),
}


@pytest.mark.parametrize("outage", OUTAGES)
async def test_with_claude_down_all_morning_every_brief_is_on_time_by_rules_and_says_so(
    outage: str, night: tuple[Stage, ClaudeSandbox]
) -> None:
    made, claude = night
    wanted = await accounts_by_rules(made)
    OUTAGES[outage](claude)
    briefs = await morning(made, wanted)

    assert sum(bool(brief.cards) for brief in briefs) >= 3
    for brief in briefs:
        assert {card.author for card in brief.cards} <= {PLAYBOOK}
        assert labelled(brief) or not brief.cards


async def test_with_claude_down_in_the_middle_no_account_is_there_twice_and_none_is_missing(
    night: tuple[Stage, ClaudeSandbox],
) -> None:
    made, claude = night
    wanted = await accounts_by_rules(made)
    claude.faults.server_error(status=529, times=10_000, after=12)
    briefs = await morning(made, wanted)

    authors = [card.author for brief in briefs for card in brief.cards if card.recommendations]
    assert PLAYBOOK in authors
    assert [each for each in authors if each != PLAYBOOK]
    for brief in briefs:
        by_rules = [card for card in brief.cards if card.recommendations and card.author == PLAYBOOK]
        assert labelled(brief) or not by_rules
    answered = Counter((call.account_id, call.question) for call in await answers_in(made.bot.services.database))
    assert set(answered.values()) == {1}


async def test_when_the_days_budget_is_spent_in_the_middle_the_rest_goes_by_rules_and_says_so(
    night: tuple[Stage, ClaudeSandbox],
) -> None:
    made, _ = night
    await made.restart(model_day_tokens=30_000)
    wanted = await accounts_by_rules(made)
    briefs = await morning(made, wanted)

    calls = await calls_in(made.bot.services.database)
    assert sum(call.usage.total for call in calls) <= 30_000
    authors = [card.author for brief in briefs for card in brief.cards if card.recommendations]
    assert PLAYBOOK in authors
    assert [each for each in authors if each != PLAYBOOK]
    spent = [brief for brief in briefs if any("is used up for now" in each for each in brief.problems)]
    assert spent
    assert all(labelled(brief) for brief in spent)


async def test_a_morning_that_is_killed_and_started_again_pays_for_no_answer_twice(
    sqlite_url: str, tmp_path: Path
) -> None:
    claude = await ClaudeSandbox(clock=lambda: MORNING).start()
    claude.latency = Latency(first_token=0.05)
    told: dict[str, Any] = {"anthropic_url": claude.url, "anthropic_api_key": claude.api_key, "author": "claude"}
    try:
        async with office(sqlite_url, tmp_path, owners=15, accounts_each=12) as opened:
            for more in (5, 6):
                doomed = await opened.child(**told)
                await until_asked(claude, len(claude.calls) + more)
                await opened.kill(doomed)
            last = await opened.child(**told)
            await opened.until(len(opened.owners))
            await opened.stop(last)

            database = Database(sqlite_url)
            calls = await calls_in(database)
            await database.close()
            standing = [key for user in opened.users for key in opened.messages(user)]
            assert len(standing) == len(set(standing))
    finally:
        await claude.stop()
    answered = Counter((call.account_id, call.question) for call in calls if call.state is CallState.ANSWERED)
    assert len(answered) > 10
    assert set(answered.values()) == {1}
    under_way = [call for call in calls if call.state is CallState.OPEN]
    paid = [call for call in claude.calls if call.status == 200]
    noted = [call for call in calls if call.state in (CallState.ANSWERED, CallState.USED_TOOLS)]
    assert len(paid) - len(noted) <= len(under_way) <= 2 * AT_ONCE, (
        "only what was under way may have been charged in vain"
    )


async def until_asked(claude: ClaudeSandbox, calls: int) -> None:
    async with asyncio.timeout(90):
        while len(claude.calls) < calls:  # noqa: ASYNC110 - the sandbox tells nobody when it was called
            await asyncio.sleep(0.02)


async def answers_in(database: Database) -> list[ModelCall]:
    return [call for call in await calls_in(database) if call.state is CallState.ANSWERED]


async def calls_in(database: Database) -> list[ModelCall]:
    async with database.reading() as tx:
        traces = await tx.model_calls.traces("", limit=10_000)
        return [call for trace in traces for call in (await tx.model_calls.of_trace(trace))[0]]
