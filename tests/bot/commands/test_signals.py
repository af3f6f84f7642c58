"""`sergas signals`, as an operator runs it."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.commands.signals import run_list, run_switch
from store.domain.errors import BadInput, NotFound
from store.domain.signals.kinds import SignalKind
from store.domain.signals.norms import Norms, Use
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


async def unused(made: Stage, *, used: int = 0) -> None:
    """The CRM names a next step in so many of 90 open deals."""
    async with made.bot.services.database.transaction() as tx:
        uses = {SignalKind.NO_NEXT_STEP: Use(used=used, of=90)}
        await tx.norms.keep(Norms(measured_at=made.clock.now(), uses=uses), made.clock.now())


async def listed(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    capsys.readouterr()
    assert await run_list(as_json=True) == 0
    found: list[dict[str, Any]] = json.loads(capsys.readouterr().out)
    return found


async def ask(made: Stage) -> None:
    async with made.bot.services.database.transaction() as tx:
        question = SignalQuestion(
            kind=SignalKind.NO_NEXT_STEP, figures="None of 90 open deals", asked_at=made.clock.now()
        )
        await tx.questions.asked(question)


async def test_the_operator_switches_a_signal_off_and_on_and_the_trail_names_them(
    made: Stage, capsys: pytest.CaptureFixture[str]
) -> None:
    await unused(made)
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
    shown = capsys.readouterr().out
    assert "no_next_step: off for everyone, unless you switch it on." in shown
    assert "it starts by itself once more than 5% of open deals name a next step or have anything planned." in shown


async def test_a_silent_signal_is_listed_from_the_measurement_before_anyone_was_asked(
    made: Stage, capsys: pytest.CaptureFixture[str]
) -> None:
    await unused(made)
    assert await run_list() == 0
    shown = capsys.readouterr().out
    assert "silent; no one was asked yet" in shown
    assert "None of 90 open deals" in shown
    (told,) = await listed(capsys)
    assert (told["signal"], told["state"], told["answer"]) == ("no_next_step", "not asked", None)
    assert told["meaning"] == "an open deal has no next step and nothing planned"
    await ask(made)
    assert [each["state"] for each in await listed(capsys)] == ["asked"]


async def test_a_silent_signal_is_switched_before_anyone_was_asked_and_the_trail_says_it_once(
    made: Stage, capsys: pytest.CaptureFixture[str]
) -> None:
    await unused(made)
    for _ in range(2):
        assert await run_switch("no_next_step", on=False) == 0
    assert [entry.action for entry in await made.trail("no_next_step")] == ["signal.switched_off"]
    assert [(each["state"], each["answered_by"]) for each in await listed(capsys)] == [("off", "operator")]


async def test_a_signal_that_came_into_use_speaks_unless_it_is_off(
    made: Stage, capsys: pytest.CaptureFixture[str]
) -> None:
    await ask(made)
    await unused(made, used=80)
    assert [each["state"] for each in await listed(capsys)] == ["speaks"]
    await run_switch("no_next_step", on=False)
    assert [each["state"] for each in await listed(capsys)] == ["off"]


async def test_a_signal_that_says_something_cannot_be_switched_here(
    made: Stage, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(NotFound, match="“no_next_step” says something in this CRM"):
        await run_switch("no_next_step", on=False)
    with pytest.raises(BadInput, match="There is no signal “nonsense”"):
        await run_switch("nonsense", on=False)
    assert await run_list() == 0
    assert "Every signal says something" in capsys.readouterr().out
