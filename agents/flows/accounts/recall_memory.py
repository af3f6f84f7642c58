"""Add what earlier notes say about the accounts to a brief. If the memory is down, the brief goes without and says so."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import structlog

from agents.ports import Clock, Memory, SwitchedOn
from store.domain.brief.brief import Brief, Card
from store.domain.brief.recollections import recollections
from store.domain.errors import BadInput, MemoryUnavailable
from store.domain.signals.kinds import SignalKind

log = structlog.get_logger()

PATIENCE = 20.0  # seconds that a brief waits for all of its accounts
DOWN = "Earlier notes could not be looked up, so this brief doesn't use them."


class RecallMemory:
    """Without a memory, or while it is switched off, a brief stays as it is."""

    def __init__(self, memory: Memory | None, clock: Clock, *, is_on: SwitchedOn | None = None) -> None:
        self._memory = memory
        self._clock = clock
        self._is_on = is_on

    async def __call__(self, brief: Brief) -> Brief:
        if self._memory is None or not brief.cards:
            return brief
        if self._is_on is not None and not await self._is_on():
            return brief
        try:
            async with asyncio.timeout(PATIENCE):
                cards = [await self._with_memory(card, brief.owner_id, self._memory) for card in brief.cards]
        except (MemoryUnavailable, TimeoutError) as exc:
            log.warning("brief.without_memory", brief_id=brief.id, problem=str(exc) or "it took too long")
            return replace(brief, problems=(*brief.problems, DOWN))
        return replace(brief, cards=tuple(cards))

    async def _with_memory(self, card: Card, owner_id: str, memory: Memory) -> Card:
        try:
            insight = await memory.insight(card.account_id, owner_id=owner_id)
        except BadInput:  # it changed hands since the brief was made
            return card
        won = any(SignalKind.DEAL_WON in each.kinds for each in card.statements)
        return replace(card, remembered=recollections(insight, now=self._clock.now(), won=won))
