"""Answers Bring back after Reject, and Propose again after an undo."""

from __future__ import annotations

from agents.flows.gate.lift_rejection import LiftRejection
from agents.flows.gate.reopen_proposal import ReopenProposal
from bot.inbound.asker import Asker
from bot.listeners.decide_proposal import Outcome


class ReopenAnswers:
    """Satisfies `bot.listeners.reopen_proposal.Reopenings`."""

    def __init__(self, reopen: ReopenProposal, lift: LiftRejection) -> None:
        self._reopen = reopen
        self._lift = lift

    async def __call__(self, who: Asker, proposal_id: str, version: int) -> Outcome:
        await self._reopen(await who.caller(), proposal_id, version)
        return Outcome()

    async def lift(self, who: Asker, proposal_id: str, version: int) -> None:
        await self._lift(await who.caller(), proposal_id, version)
