"""`sergas doctor` about Claude: the key, both models, their prices."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from bot.commands.doctor import Line, look_at_claude
from bot.settings import load_settings
from integrations.sandbox.claude import ClaudeSandbox, Fault

KEY = "sk-ant-sandbox"


@pytest.fixture
async def sandbox(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[ClaudeSandbox]:
    claude = await ClaudeSandbox(clock=lambda: datetime.now(UTC)).start()
    monkeypatch.setenv("ANTHROPIC_API_KEY", KEY)
    monkeypatch.setenv("SERGAS_ANTHROPIC_URL", claude.url)
    yield claude
    await claude.stop()


async def lines() -> list[Line]:
    return await look_at_claude(load_settings().claude)


async def test_without_a_key_claude_is_not_in_use() -> None:
    assert [(each.ok, each.says) for each in await lines()] == [(True, "not in use: the playbook writes")]


async def test_both_models_are_named_with_their_price(sandbox: ClaudeSandbox) -> None:
    small, strong = await lines()
    assert (small.ok, strong.ok) == (True, True)
    assert small.says == "Claude Haiku 5.5 (claude-haiku-5-5), $0.1 in and $0.5 out per million tokens"
    assert "claude-sonnet-5-5" in strong.says


async def test_a_wrong_key_says_what_to_set_and_is_not_shown(
    sandbox: ClaudeSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-ant-wrong")
    told = await lines()
    assert [each.ok for each in told] == [False, False]
    assert told[0].says == "Claude does not accept the key: set ANTHROPIC_API_KEY to a valid one."
    assert "wrong" not in str(told)


async def test_an_unknown_model_names_the_settings(sandbox: ClaudeSandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SERGAS_MODEL_STRONG", "claude-none")
    monkeypatch.setenv("SERGAS_MODEL_PRICES", "claude-haiku-5-5=0.1/0.5, claude-none=1/2")
    small, strong = await lines()
    assert (small.ok, strong.ok) == (True, False)
    assert "no access to the model claude-none" in strong.says
    assert "SERGAS_MODEL_STRONG" in strong.says


async def test_a_model_without_a_price_names_the_setting(
    sandbox: ClaudeSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SERGAS_MODEL_SMALL", "claude-opus-5")
    (line,) = await lines()
    assert not line.ok
    assert line.says == (
        "The setting SERGAS_MODEL_PRICES has no price for claude-opus-5, which SERGAS_MODEL_SMALL names; add it."
    )


async def test_claude_without_a_key_is_a_setting_that_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SERGAS_AUTHOR", "claude")
    (line,) = await lines()
    assert line.says.startswith("The setting ANTHROPIC_API_KEY is missing.")


async def test_a_service_that_is_down_is_named(sandbox: ClaudeSandbox) -> None:
    sandbox.faults.outage(Fault(kind="error", status=529, retry_after=3_600))  # so that nothing waits for another try
    assert {each.says for each in await lines()} == {"Claude is overloaded or down."}
