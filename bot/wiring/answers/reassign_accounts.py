"""Answers “Choose a new owner” with the flow that approves each change of owner separately."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from agents.flows.accounts.reassign_accounts import ReassignAccounts
from agents.ports import Delivery
from bot.inbound.asker import Asker
from store.domain.brief.handover import Handed
from store.domain.crm.accounts import Person
from store.domain.gate.proposals import Proposal


class ReassignAnswers:
    """Satisfies `bot.listeners.reassign_accounts.Reassignments`."""

    def __init__(self, reassign: ReassignAccounts, delivery: Delivery) -> None:
        self._reassign = reassign
        self._delivery = delivery

    async def offered(self, who: Asker, brief_id: str) -> tuple[Sequence[Handed], Sequence[Person]]:
        orphaned = await self._reassign.offered(await who.caller(), brief_id)
        return orphaned.accounts, orphaned.receivers

    async def writes(self, who: Asker, brief_id: str, account_ids: Collection[str], to_id: str) -> Sequence[Proposal]:
        return await self._reassign.writes(await who.caller(), brief_id, account_ids, to_id)

    async def reassign(self, who: Asker, brief_id: str, to_id: str, shown: Mapping[str, str]) -> Sequence[str]:
        problems = await self._reassign(await who.caller(), brief_id, to_id, shown)
        await self._delivery.refresh(brief_id)
        return problems
