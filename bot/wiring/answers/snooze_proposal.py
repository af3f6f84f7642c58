"""Answers Snooze and Bring back with the flow that puts a recommendation off."""

from __future__ import annotations

from agents.flows.gate.snooze_proposal import SnoozeProposal
from bot.inbound.asker import Asker
from bot.listeners.decide_proposal import Outcome
from bot.wiring.answers.second_click import SecondClick
from store.domain.errors import AlreadyDecided
from store.domain.gate.proposals import Proposal
from store.domain.gate.snooze import Until


class SnoozeAnswers:
    """Satisfies `bot.listeners.snooze_proposal.Snoozes`."""

    def __init__(self, snooze: SnoozeProposal, second_click: SecondClick) -> None:
        self._snooze = snooze
        self._second_click = second_click

    async def snooze(self, who: Asker, proposal_id: str, version: int, until: Until) -> Outcome:
        try:
            await self._snooze.until(await who.caller(), proposal_id, version, until)
        except AlreadyDecided:
            return Outcome(note=await self._second_click(who, proposal_id))
        return Outcome()

    async def look(self, who: Asker, proposal_id: str, version: int) -> Proposal:
        return (await self._snooze.look(await who.caller(), proposal_id, version)).proposal

    async def bring_back(self, who: Asker, proposal_id: str, version: int) -> Outcome:
        try:
            await self._snooze.bring_back(await who.caller(), proposal_id, version)
        except AlreadyDecided:
            return Outcome(note=await self._second_click(who, proposal_id))
        return Outcome()
