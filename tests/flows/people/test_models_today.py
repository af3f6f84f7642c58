"""Administrators see in App Home what models cost today, at length once it runs out; no one else does."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from agents.model.claude import Claude
from bot.wiring.models import ModelDesk
from integrations.sandbox.claude import ClaudeSandbox, Fault
from store.domain.errors import ModelUnavailable
from tests.agents.claude_stage import SCOPE, reviewing
from tests.flows.gate.test_operate_writes import ADAS, home, made  # noqa: F401 - a fixture, used by its name
from tests.flows.stage import ANNAS, Stage


@pytest.fixture
async def claude(made: Stage, tmp_path: Path) -> AsyncIterator[ClaudeSandbox]:  # noqa: F811 - pytest hands fixtures over by name
    sandbox = ClaudeSandbox(clock=made.clock.now)
    await sandbox.start()
    await made.restart(anthropic_api_key=sandbox.api_key, anthropic_url=sandbox.url, model_day_usd=2.0)
    yield sandbox
    await made.stop()
    await sandbox.stop()


def desk(made: Stage) -> ModelDesk:  # noqa: F811 - pytest hands fixtures over by name
    assert made.bot.services.models is not None
    return made.bot.services.models


async def opened(made: Stage, text: str) -> None:  # noqa: F811 - pytest hands fixtures over by name
    """The administrator opens their Home, in which this comes to stand."""
    await made.slack.home(ADAS)
    await made.slack.until(lambda: text in str(made.slack.home_view(ADAS)))


async def test_the_day_is_told_to_administrators_alone(made: Stage, claude: ClaudeSandbox) -> None:  # noqa: F811 - pytest hands fixtures over by name
    assert "Claude $0.00 of $2.00 today" in await home(made)
    asking: Claude = desk(made).claude
    for _ in range(2):
        await asking.ask(reviewing(), scope=SCOPE)
    spent = (await desk(made).ledger.figures(since=made.clock.now() - timedelta(days=1))).amount.usd
    await opened(made, f"Claude ${spent:,.2f} of $2.00 today")
    assert "Models today" not in await home(made)
    assert "Claude $" not in await home(made, ANNAS)

    await made.restart(model_day_usd=spent / 0.8)
    await opened(made, "2 calls (1 reused)")
    assert "Left for today" in await home(made)
    assert "Models today" not in await home(made, ANNAS)


async def test_a_claude_that_is_down_is_told_with_its_reason(made: Stage, claude: ClaudeSandbox) -> None:  # noqa: F811 - pytest hands fixtures over by name
    an_hour_off = Fault(kind="error", status=529, retry_after=3_600)  # so that no question waits for another try
    claude.faults.outage(an_hour_off)
    for number in range(5):
        with pytest.raises(ModelUnavailable):
            await desk(made).claude.ask(reviewing(f"Text {number}."), scope=SCOPE)
    await opened(made, "Claude is paused for")
    told = await home(made)
    assert "overloaded or down" in told
    assert "5 calls (5 failed)" in told


async def test_without_a_key_nothing_is_said_of_models(made: Stage) -> None:  # noqa: F811 - pytest hands fixtures over by name
    assert "Models today" not in await home(made)
