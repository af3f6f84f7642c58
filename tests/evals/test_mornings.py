"""A whole morning on the sandbox: a competent model passes it, a sloppy one does not, so the set can tell them apart."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.telemetry import configure_logging
from integrations.sandbox.claude import ClaudeSandbox
from tests.evals.morning import Report, run


@pytest.fixture
async def claude() -> AsyncIterator[ClaudeSandbox]:
    configure_logging(level="ERROR")
    made = await ClaudeSandbox("competent", clock=lambda: datetime.now(UTC)).start()
    yield made
    await made.stop()


async def report_of(claude: ClaudeSandbox, home: Path, character: str) -> Report:
    claude.character = character  # a name is taken, too
    settings = {"anthropic_url": claude.url, "anthropic_api_key": claude.api_key}
    return await run(home, settings, owners=1)


async def test_a_competent_model_writes_every_account_says_nothing_unfounded_and_judges_well(
    claude: ClaudeSandbox, tmp_path: Path
) -> None:
    report = await report_of(claude, tmp_path, "competent")

    assert report.accounts == report.written > 0
    assert report.struck == report.unresolved == 0
    assert len(report.misjudged) <= 1
    assert report.tokens > 0
    assert "sandbox Claude" in report.author


async def test_a_sloppy_model_is_told_from_it(claude: ClaudeSandbox, tmp_path: Path) -> None:
    report = await report_of(claude, tmp_path, "sloppy")

    assert report.struck > 0
    assert report.summed_up < report.accounts
