"""Asks every case of some agents, over the sandbox Claude or the real one, and grades what comes back."""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter
from typing import Any

from agents.model.question import Scope
from agents.model.toolbox import Agent
from bot.clock import SystemClock
from bot.settings import load_settings
from bot.settings.environment import ENV_FILE
from bot.wiring.models import ModelDesk, open_model_desk
from integrations.sandbox.claude import ClaudeSandbox
from store.database import Database
from store.domain.errors import SergasError
from tests.evals.cases import Case, cases_of
from tests.evals.graders import problems

SMALL = frozenset({Agent.ZOHO_SCOUT, Agent.MEMORY_ANALYST})


@dataclass(frozen=True, slots=True, kw_only=True)
class Graded:
    """`problems` is empty where the answer is as it should be."""

    case: Case
    problems: tuple[str, ...]
    tokens: int = 0
    usd: float = 0.0
    seconds: float = 0.0


@asynccontextmanager
async def sandbox_desk(character: str = "competent") -> AsyncIterator[ModelDesk]:
    claude = await ClaudeSandbox(character, clock=lambda: datetime.now(UTC)).start()
    try:
        async with desk_of({"anthropic_url": claude.url, "anthropic_api_key": claude.api_key}, env_file=None) as desk:
            yield desk
    finally:
        await claude.stop()


@asynccontextmanager
async def desk_of(told: dict[str, Any], *, env_file: Path | None = ENV_FILE) -> AsyncIterator[ModelDesk]:
    """The models as the bot has them, over a database that is gone afterwards; with `{}` those of the environment.

    Raises: SettingError without a key.
    """
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite+aiosqlite:///{Path(folder) / 'evals.db'}")
        settings = load_settings({**told, "author": "claude", "home": Path(folder)}, env_file=env_file)
        try:
            await database.migrate()
            async with open_model_desk(settings.claude, database, SystemClock()) as desk:
                assert desk is not None
                yield desk
        finally:
            await database.close()


async def evaluate(desk: ModelDesk, agents: Iterable[Agent]) -> list[Graded]:
    """Each case once, one after the other."""
    return [await graded(desk, case) for agent in agents for case in cases_of(agent)]


async def graded(desk: ModelDesk, case: Case) -> Graded:
    question = case.question(desk.names.small if case.agent in SMALL else desk.names.strong)
    began = perf_counter()
    try:
        answer = await desk.claude.ask(question, scope=Scope(trace="evals", owner_id="evals", account_id=case.name))
    except SergasError as exc:
        return Graded(case=case, problems=(f"no answer: {exc}",), seconds=perf_counter() - began)
    return Graded(
        case=case,
        problems=tuple(problems(case, answer)),
        tokens=answer.input_tokens + answer.output_tokens,
        usd=answer.usd,
        seconds=perf_counter() - began,
    )


def report(found: Sequence[Graded]) -> list[dict[str, Any]]:
    """One row for each agent, and one for all."""
    rows = []
    for agent in (*dict.fromkeys(each.case.agent for each in found), "all"):
        mine = [each for each in found if agent in (each.case.agent, "all")]
        rows.append(
            {
                "agent": str(agent),
                "cases": len(mine),
                "passed": sum(not each.problems for each in mine),
                "tokens": sum(each.tokens for each in mine),
                "usd": round(sum(each.usd for each in mine), 5),
                "seconds": round(sum(each.seconds for each in mine), 1),
            }
        )
    return rows
