"""Answers `/review-account` with the flow, and shows its progress in a message."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from agents.flows.access.identity import Caller
from agents.flows.accounts.review_account import ReviewAccount
from bot.delivery.progress_message import ProgressMessage
from bot.inbound.asker import Asker

# Begins the message that shows the progress of this request.
StartProgress = Callable[[Caller], ProgressMessage]


class ReviewAnswers:
    """Satisfies `bot.listeners.review_account.Reviews`."""

    def __init__(self, review: ReviewAccount, progress: StartProgress) -> None:
        self._review = review
        self._progress = progress

    async def by_name(self, who: Asker, name: str) -> None:
        async with self._shown(who) as progress:
            await self._review.by_name(await who.caller(), name, progress=progress)

    async def by_id(self, who: Asker, account_id: str) -> None:
        async with self._shown(who) as progress:
            await self._review.by_id(await who.caller(), account_id, progress=progress)

    @asynccontextmanager
    async def _shown(self, who: Asker) -> AsyncIterator[ProgressMessage]:
        shown = self._progress(who.vouched)
        try:
            yield shown
        finally:
            await shown.done()
