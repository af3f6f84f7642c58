"""Answers Undo with the flow that undoes a write."""

from __future__ import annotations

from agents.flows.gate.undo_write import UndoWrite
from bot.inbound.asker import Asker
from bot.listeners.undo_write import UndoForm
from bot.views.changes import told_moves
from bot.wiring.answers.second_click import SecondClick
from store.domain.errors import AlreadyDecided, Drifted

CHANGED_MEANWHILE = "Someone changed this in Zoho a moment ago, so it was not undone: their work would be lost."


class UndoAnswers:
    """Satisfies `bot.listeners.undo_write.Undos`."""

    def __init__(self, undo: UndoWrite, second_click: SecondClick) -> None:
        self._undo = undo
        self._second_click = second_click

    async def offer(self, who: Asker, proposal_id: str, version: int) -> UndoForm:
        try:
            found = await self._undo.offer(await who.caller(), proposal_id, version)
        except Drifted as drift:
            return UndoForm(undo=None, moves=told_moves(drift.differences), refusal=str(drift))
        return UndoForm(undo=found.undo, moves=found.moves)

    async def approve(self, who: Asker, undo_id: str, version: int) -> str | None:
        try:
            await self._undo.approve(await who.caller(), undo_id, version)
        except AlreadyDecided:
            return await self._second_click(who, undo_id)
        except Drifted as drift:
            raise Drifted(CHANGED_MEANWHILE, state=drift.state, differences=drift.differences) from drift
        return None
