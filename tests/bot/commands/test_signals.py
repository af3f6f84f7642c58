"""`sergas signals`, as an operator runs it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.commands.signals import run_list, run_switch
from store.domain.errors import BadInput, NotFound
from store.domain.signals.kinds import SignalKind
from store.domain.signals.question import SignalQuestion
from tests.flows.company import FIRST_NIGHT
from tests.flows.stage import Stage, stage


@pytest.fixture
async def made(sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Stage]:
    async with stage(sqlite_url, tmp_path) as made:
        await made.look(FIRST_NIGHT)
        monkeypatch.setenv("SERGAS_DATABASE_URL", sqlite_url)
        monkeypatch.setenv("SERGAS_HOME", str(tmp_path))
        monkeypatch.setenv("COLUMNS", "200")
        monkeypatch.chdir(tmp_path)
        yield made


async def ask(made: Stage) -> None:
    async with made.bot.services.database.transaction() as tx:
        question = SignalQuestion(
            kind=SignalKind.NO_NEXT_STEP, figures="None of 90 open deals", asked_at=made.clock.now()
        )
        await tx.questions.asked(question)


async def test_the_operator_switches_a_signal_off_and_on_and_the_trail_names_them(
    made: Stage, capsys: pytest.CaptureFixture[str]
) -> None:
    await ask(made)
    assert await run_switch("no_next_step", on=False) == 0
    async with made.bot.services.database.reading() as tx:
        assert await tx.questions.off() == {SignalKind.NO_NEXT_STEP}
    assert await run_switch("no_next_step", on=True) == 0
    async with made.bot.services.database.reading() as tx:
        assert await tx.questions.off() == frozenset()
    trail = await made.trail("no_next_step")
    assert [(entry.action, entry.request_id) for entry in trail] == [
        ("signal.switched_off", "operator"),
        ("signal.kept_silent", "operator"),
    ]
    assert trail[0].detail["operator"]
    assert await run_list() == 0
    assert "silent until it is used" in capsys.readouterr().out


async def test_a_signal_that_says_something_cannot_be_switched_here(
    made: Stage, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(NotFound):
        await run_switch("no_next_step", on=False)
    with pytest.raises(BadInput, match="There is no signal “nonsense”"):
        await run_switch("nonsense", on=False)
    assert await run_list() == 0
    assert "Every signal says something" in capsys.readouterr().out
