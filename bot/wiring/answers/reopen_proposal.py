"""Answers Bring back after Reject, and Propose again after an undo."""

from __future__ import annotations

from agents.flows.gate.reopen_proposal import ReopenProposal
from bot.inbound.asker import Asker
from bot.listeners.decide_proposal import Outcome


class ReopenAnswers:
    """Satisfies `bot.listeners.reopen_proposal.Reopenings`."""

    def __init__(self, reopen: ReopenProposal) -> None:
        self._reopen = reopen

    async def __call__(self, who: Asker, proposal_id: str, version: int) -> Outcome:
        await self._reopen(await who.caller(), proposal_id, version)
        return Outcome()
