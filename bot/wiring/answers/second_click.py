"""The sentence for a press on something already decided."""

from __future__ import annotations

from bot.inbound.asker import Asker
from bot.views.replies import second_click
from store.database import Database


class SecondClick:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def __call__(self, who: Asker, proposal_id: str) -> str | None:
        """Who decided, when, and the result; None if the proposal is gone."""
        async with self._database.reading() as tx:
            proposal = await tx.proposals.get(proposal_id)
            undo = await tx.proposals.get(proposal.undo_id) if proposal and proposal.undo_id else None
        return second_click(proposal, await who.reader(), undo) if proposal else None
