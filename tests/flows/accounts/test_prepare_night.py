"""The night run: what the morning will ask is asked in a batch before, and the morning pays for nothing of it again."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from integrations.sandbox.claude import ClaudeSandbox, Fault
from store.domain.brief.brief import PLAYBOOK
from store.domain.running.model_calls import CallState
from tests.flows.authored import authored_stage, brief_of
from tests.flows.company import ANNA, TUESDAY
from tests.flows.stage import Stage

Staged = tuple[Stage, ClaudeSandbox]


@pytest.fixture
async def night(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Staged]:
    """Four o'clock, three hours before Anna's brief is due; Bob's of today has been due for long."""
    async with authored_stage(sqlite_url, tmp_path, model_batches=True) as (made, claude):
        claude.batch_seconds = 0
        yield made, claude


async def prepared(made: Stage) -> int:
    assert made.bot.jobs.night is not None
    return await made.bot.jobs.night.once()


async def test_what_was_asked_by_night_is_not_asked_in_the_morning(night: Staged) -> None:
    made, claude = night
    assert await prepared(made) == 1
    by_night = list(claude.calls)
    assert by_night
    assert all(call.batch for call in by_night)
    await made.morning()
    brief = await brief_of(made, ANNA)
    assert brief.author != PLAYBOOK
    async with made.bot.services.database.reading() as tx:
        calls, _ = await tx.model_calls.of_trace(brief.id)
        before, _ = await tx.model_calls.of_trace(f"night:{ANNA}:{TUESDAY}")
    assert {each.state for each in calls} == {CallState.REUSED}
    assert {each.state for each in before} == {CallState.ANSWERED}
    assert len(calls) == len(before)
    assert sum(each.amount.usd for each in calls) == 0


async def test_the_questions_of_all_accounts_go_together(night: Staged) -> None:
    """First all authors, then all reviewers: a batch for each."""
    made, claude = night
    await prepared(made)
    assert len({call.batch for call in claude.calls}) == 2 < len(claude.calls)


async def test_an_owner_is_prepared_once(night: Staged) -> None:
    made, _ = night
    assert [await prepared(made), await prepared(made)] == [1, 0]


async def test_a_night_that_fails_costs_the_morning_nothing(night: Staged) -> None:
    made, claude = night
    claude.faults.add(Fault(kind="drop"), route="batches", times=4)
    await prepared(made)
    await made.morning()
    assert (await brief_of(made, ANNA)).author != PLAYBOOK
    assert all(call.batch is None for call in claude.calls)


async def test_without_batches_there_is_no_night_run(sqlite_url: str, tmp_path: Path) -> None:
    async with authored_stage(sqlite_url, tmp_path) as (made, _):
        assert made.bot.jobs.night is None
