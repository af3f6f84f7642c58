"""Answers “Take over all” with the flow that approves each introduction separately."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from agents.flows.accounts.take_over import TakeOver
from agents.ports import Delivery
from bot.inbound.asker import Asker
from store.domain.brief.handover import Handover
from store.domain.gate.proposals import Proposal


class TakeOverAnswers:
    """Satisfies `bot.listeners.take_over.TakeOvers`."""

    def __init__(self, take_over: TakeOver, delivery: Delivery) -> None:
        self._take_over = take_over
        self._delivery = delivery

    async def offered(self, who: Asker, brief_id: str) -> Handover:
        return await self._take_over.offered(await who.caller(), brief_id)

    async def introductions(self, who: Asker, brief_id: str, account_ids: Collection[str]) -> Sequence[Proposal]:
        return await self._take_over.introductions(await who.caller(), brief_id, account_ids)

    async def take_over(self, who: Asker, brief_id: str, shown: Mapping[str, str]) -> Sequence[str]:
        taken = await self._take_over(await who.caller(), brief_id, shown)
        for each in taken.briefs:
            await self._delivery.refresh(each)
        return taken.problems
