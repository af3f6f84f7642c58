"""The night run, wired: it prepares the morning's briefs by batches, if that is turned on."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

import structlog

from agents.author.depth import DepthPolicy
from agents.author.gathering import Gathering
from agents.author.orchestrator import Orchestrator
from agents.flows.accounts.compose_brief import BriefPolicy, ComposeBrief
from agents.flows.accounts.prepare_night import FixedClock, PrepareNight, WithoutTools
from agents.flows.accounts.recall_memory import RecallMemory
from agents.flows.people.switch_features import switched_on
from agents.model.toolbox import Agent, Toolbox
from bot.jobs.night import Prepare
from bot.wiring.author import called, depth_policy
from store.domain.running.features import Feature

if TYPE_CHECKING:
    from agents.ports import Clock, Memory
    from bot.settings.claude import ClaudeSettings
    from bot.wiring.models import ModelDesk
    from store.database import Database

log = structlog.get_logger()

SPARE_SECONDS = 600.0  # before the briefs are due, when nothing is waited for any more


def preparing(
    claude: ClaudeSettings,
    desk: ModelDesk | None,
    *,
    database: Database,
    memory: Memory | None,
    clock: Clock,
    policy: BriefPolicy,
) -> Prepare | None:
    """None if batches are turned off."""
    if desk is None or desk.batches is None:
        return None
    batches, names, is_on = desk.batches, desk.names, switched_on(database, Feature.MODEL_BRIEFS)

    async def prepare(owner_ids: Iterable[str], due: datetime) -> None:
        if not await is_on():
            return
        then = FixedClock(due)
        seconds = max(0.0, (due - clock.now()).total_seconds() - SPARE_SECONDS)
        gathering = Gathering(batches, seconds=seconds)
        writing = WithoutTools(gathering, names, _no_tools, called=called(claude))
        flow = PrepareNight(
            database,
            ComposeBrief(database, then, policy),
            RecallMemory(memory, then, is_on=switched_on(database, Feature.MEMORY)),
            Orchestrator(database, writing, then, _patient(depth_policy(claude), seconds)),
            due=due,
        )
        try:
            ended = await asyncio.gather(*map(flow, owner_ids), return_exceptions=True)
        finally:
            await gathering.close()
        for problem in (each for each in ended if isinstance(each, BaseException)):
            log.warning("night.without", problem=str(problem), error=type(problem).__name__)

    return prepare


def _patient(depth: DepthPolicy, seconds: float) -> DepthPolicy:
    """All accounts at once, until the night is over."""
    return replace(
        depth, at_once=max(1, depth.most), account_seconds=seconds, morning_seconds=seconds, patience=depth.most + 1
    )


def _no_tools(agent: Agent, owner_id: str) -> Toolbox | None:
    return None
