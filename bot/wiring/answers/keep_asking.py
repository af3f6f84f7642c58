"""Answers Keep with the flow that leaves a decision open."""

from __future__ import annotations

from agents.flows.gate.keep_asking import KeepAsking
from bot.inbound.asker import Asker
from bot.listeners.decide_proposal import Outcome
from bot.wiring.answers.second_click import SecondClick
from store.domain.errors import AlreadyDecided


class KeepAnswers:
    """Satisfies `bot.listeners.keep_asking.Questions`."""

    def __init__(self, keep: KeepAsking, second_click: SecondClick) -> None:
        self._keep = keep
        self._second_click = second_click

    async def __call__(self, who: Asker, proposal_id: str, version: int) -> Outcome:
        try:
            await self._keep(await who.caller(), proposal_id, version)
        except AlreadyDecided:
            return Outcome(note=await self._second_click(who, proposal_id))
        return Outcome()
