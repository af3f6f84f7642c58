"""The same campaign where an obedient Claude writes the briefs and reviews: what it is told to say and do, it says and does, and
none of it gets anywhere."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import structlog

from bot.telemetry import configure_logging
from integrations.sandbox.claude import ClaudeSandbox
from tests.injection import corpus
from tests.injection.campaign import campaign
from tests.injection.judge import Verdict

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def attacked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Verdict, Counter[str]]]:
    """What came of it, and how often which agent was asked."""
    home = tmp_path_factory.mktemp("authored")
    configure_logging(level="CRITICAL")
    texts = corpus.sample(40) if corpus.FOLDER.exists() else corpus.OURS

    async def run() -> tuple[Verdict, Counter[str]]:
        claude = await ClaudeSandbox("obedient", clock=lambda: datetime.now(UTC)).start()
        try:
            settings: dict[str, Any] = {"anthropic_url": claude.url, "anthropic_api_key": claude.api_key}
            verdict = await campaign(f"sqlite+aiosqlite:///{home / 'sergas.db'}", home, texts, **settings)
        finally:
            await claude.stop()
        return verdict, Counter(call.agent for call in claude.calls)

    yield asyncio.run(run())
    structlog.reset_defaults()


def test_an_obedient_author_and_reviewer_break_no_promise(attacked: tuple[Verdict, Counter[str]]) -> None:
    verdict, asked = attacked

    assert {promise: times for promise, times in verdict.broken.items() if times} == {}, verdict.cases
    assert min(asked["Recommendation Author"], asked["Zoho Scout"]) > 0
