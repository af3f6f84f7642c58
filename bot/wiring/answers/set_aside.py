"""Answers “Show all” with the flow that reads what someone set aside."""

from __future__ import annotations

from collections.abc import Sequence

from agents.flows.people.set_aside import ShowSetAside
from bot.inbound.asker import Asker
from store.domain.gate.proposals import Proposal


class AsideAnswers:
    """Satisfies `bot.listeners.set_aside.Aside`."""

    def __init__(self, show: ShowSetAside) -> None:
        self._show = show

    async def __call__(self, who: Asker) -> tuple[Sequence[Proposal], Sequence[Proposal]]:
        found = await self._show(await who.caller())
        return found.snoozed, found.rejected
