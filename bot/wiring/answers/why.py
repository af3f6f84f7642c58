"""Answers Why? with the flow that reads the evidence behind a card."""

from __future__ import annotations

from agents.flows.accounts.why import Why
from bot.inbound.asker import Asker
from bot.listeners.why import Evidence


class WhyAnswers:
    """Satisfies `bot.listeners.why.Whys`."""

    def __init__(self, why: Why) -> None:
        self._why = why

    async def __call__(self, who: Asker, brief_id: str, account_id: str) -> Evidence:
        found = await self._why(await who.caller(), brief_id, account_id)
        return Evidence(card=found.card, proposals=found.proposals, came=found.came)
