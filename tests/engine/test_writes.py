"""Approved writes on the durable engine: driven to their end by themselves, whatever happens in between."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from store.domain.gate.proposals import State
from tests.flows.company import ACME, FIRST_NIGHT
from tests.flows.conftest import quiet_log as quiet_log
from tests.flows.stage import ANNAS, NIGHT, Stage, stage

pytestmark = pytest.mark.slow
DONE = "task created, due"


@pytest.fixture
async def morning(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Stage]:
    async with stage(sqlite_url, tmp_path, durable=True) as made:
        await made.look(FIRST_NIGHT)
        await made.look(NIGHT)
        await made.morning()
        yield made


async def test_a_press_is_written_at_once(morning: Stage) -> None:
    proposal = await morning.proposal(ACME)
    await morning.approved(proposal, says=DONE)

    assert await morning.state(proposal.id) is State.DONE
    assert len(morning.zoho.ledger) == 1


async def test_a_write_that_was_turned_away_is_made_when_its_rest_is_over(morning: Stage) -> None:
    proposal = await morning.proposal(ACME)
    morning.zoho.faults.throttle("POST", "/Tasks$")
    await morning.approve(proposal)
    async with asyncio.timeout(10):
        while "write.ready" not in [entry.action for entry in await morning.trail(proposal.id)]:
            pass
    morning.clock.advance(timedelta(minutes=1))

    await morning.until(ANNAS, DONE)
    assert len(morning.zoho.ledger) == 1


async def test_a_write_left_over_by_another_process_is_found_by_the_next_one(morning: Stage) -> None:
    claimed = await morning.claimed(await morning.proposal(ACME))
    await morning.stop()
    morning.clock.advance(timedelta(minutes=10))
    await morning.start()

    await morning.until(ANNAS, DONE)
    assert await morning.state(claimed.id) is State.DONE
    assert len(morning.zoho.ledger) == 1
