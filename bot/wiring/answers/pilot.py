"""The pilot's figures, for the Home and its details."""

from __future__ import annotations

from agents.flows.access.identity import Caller
from agents.flows.pilot.show_pilot import ShowPilot
from bot.views.blocks import Block, View
from bot.views.pilot import figures_modal, pilot_blocks
from store.domain.pilot.report import Scope


class PilotAnswers:
    """Satisfies `bot.listeners.pilot.Figures`."""

    def __init__(self, show: ShowPilot) -> None:
        self._show = show

    async def __call__(self, who: Caller, scope: Scope, /) -> View:
        found = await self._show.details(who, scope)
        return figures_modal(found.report, found.names)

    async def blocks(self, who: Caller) -> list[Block]:
        """The section of the Home."""
        return pilot_blocks(await self._show(who))
