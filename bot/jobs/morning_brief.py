"""The morning as a job: the briefs of several owners, a few at a time; one that fails does not stop the others."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import structlog

from agents.flows.morning_brief import MorningBrief
from bot.telemetry import request
from store.domain.errors import SergasError

log = structlog.get_logger()


class MorningJob:
    def __init__(self, morning: MorningBrief, *, at_once: int = 2) -> None:
        self._morning = morning
        self._places = asyncio.Semaphore(at_once)

    async def __call__(self, owner_ids: Sequence[str]) -> list[str]:
        """Send the day's brief to each owner who has none yet; returns the ids of the briefs sent by this call."""
        sent = await asyncio.gather(*(self._one(owner_id) for owner_id in owner_ids))
        return [brief_id for brief_id in sent if brief_id]

    async def _one(self, owner_id: str) -> str | None:
        async with self._places:
            with request(owner_id=owner_id):
                try:
                    return await self._morning(owner_id)
                except SergasError as exc:
                    log.warning("brief.failed", problem=str(exc), error=type(exc).__name__)
                except Exception as exc:  # a job runner: the other owners' briefs must go out
                    log.error("brief.failed", error=type(exc).__name__, exc_info=exc)
        return None
