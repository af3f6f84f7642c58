"""Questions of many briefs, gathered and asked as one batch."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from agents.author.gathering import Gathering
from agents.model.batches import Batches
from agents.model.question import Scope
from integrations.sandbox.claude import Fault
from store.domain.errors import ModelUnavailable
from tests.agents.claude_stage import SCOPE, Stage, reviewing, scouting


@pytest.fixture
async def gathering(stage: Stage) -> AsyncIterator[Gathering]:
    stage.sandbox.batch_seconds = 30

    def ticks() -> float:
        return stage.clock.now().timestamp()

    batches = Batches(stage.api, stage.ledger, stage.budget, sleep=stage.clock.sleep, ticks=ticks)
    made = Gathering(batches, seconds=3_600, sleep=lambda _: asyncio.sleep(0))
    yield made
    await made.close()


def scope(number: int) -> Scope:
    return Scope(trace=f"night-{number}", owner_id="anna", account_id=f"a{number}")


async def test_what_is_asked_at_the_same_time_goes_as_one(stage: Stage, gathering: Gathering) -> None:
    answers = await asyncio.gather(
        *(gathering.ask(reviewing(f"Text {number}."), scope=scope(number)) for number in range(5))
    )
    assert all(answer.value["verdicts"] for answer in answers)
    assert len({call.batch for call in stage.sandbox.calls}) == 1


async def test_what_is_asked_later_goes_by_itself(stage: Stage, gathering: Gathering) -> None:
    for number in range(2):
        await gathering.ask(reviewing(f"Text {number}."), scope=scope(number))
    assert len({call.batch for call in stage.sandbox.calls}) == 2


async def test_what_failed_fails_for_whoever_asked_it(stage: Stage, gathering: Gathering) -> None:
    stage.sandbox.faults.add(Fault(kind="drop"), route="batches")
    with pytest.raises(ModelUnavailable, match="can't be reached"):
        await gathering.ask(reviewing(), scope=SCOPE)


async def test_what_needs_tools_is_not_asked(stage: Stage, gathering: Gathering) -> None:
    with pytest.raises(ModelUnavailable, match="with tools"):
        await gathering.ask(scouting(), scope=SCOPE)
    assert stage.sandbox.arrived == 0


@pytest.mark.parametrize("sent", [True, False], ids=["sent", "gathered"])
async def test_closing_leaves_nobody_waiting(stage: Stage, sent: bool) -> None:
    waiting = asyncio.Event()

    async def never(seconds: float) -> None:
        waiting.set()
        await asyncio.Event().wait()

    stage.sandbox.batch_seconds = 30
    batches = Batches(stage.api, stage.ledger, stage.budget, sleep=never)
    closing = Gathering(batches, seconds=3_600, sleep=(lambda _: asyncio.sleep(0)) if sent else never)
    asked = asyncio.create_task(closing.ask(reviewing(), scope=SCOPE))
    await waiting.wait()
    await closing.close()
    with pytest.raises(ModelUnavailable, match="night is over"):
        await asked
