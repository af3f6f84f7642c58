"""Answers “Approve all low-risk” with the flow that decides each recommendation separately."""

from __future__ import annotations

from collections.abc import Sequence

from agents.flows.gate.approve_batch import ApproveBatch
from agents.ports import Delivery
from bot.inbound.asker import Asker
from store.domain.gate.proposals import Proposal


class BatchAnswers:
    """Satisfies `bot.listeners.approve_batch.Batches`."""

    def __init__(self, batch: ApproveBatch, delivery: Delivery) -> None:
        self._batch = batch
        self._delivery = delivery

    async def listed(self, who: Asker, brief_id: str) -> Sequence[Proposal]:
        return await self._batch.listed(await who.caller(), brief_id)

    async def approve(self, who: Asker, items: Sequence[tuple[str, int]]) -> str:
        return await self._batch(await who.caller(), items)

    async def report(self, report_id: str) -> None:
        await self._delivery.brief(report_id)
