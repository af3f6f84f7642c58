"""A model for work that isn't urgent: it collects the questions of many briefs and sends them as batches."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from agents.model.batches import Batches, Outcome
from agents.model.question import Answer, Listener, Question, Scope
from store.domain.errors import ModelUnavailable, SergasError


class Gathering:
    """A `question.Model` over batches: a batch goes out once `quiet` seconds pass without a new question, and its answers may
    take `seconds` from then on. Questions with tools are refused."""

    def __init__(
        self,
        batches: Batches,
        *,
        seconds: float,
        quiet: float = 2.0,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._batches = batches
        self._seconds = seconds
        self._quiet = quiet
        self._sleep = sleep
        self._waiting: list[tuple[Question, Scope, asyncio.Future[Outcome]]] = []
        self._gathering: asyncio.Task[None] | None = None
        self._sent: set[asyncio.Task[None]] = set()
        self._unanswered: set[asyncio.Future[Outcome]] = set()

    async def ask(
        self, question: Question, *, scope: Scope, listener: Listener | None = None, fresh: bool = False
    ) -> Answer:
        """See `question.Model`. There is no listener, and earlier answers are always reused."""
        if question.tools is not None:
            raise ModelUnavailable("A question with tools can't go into a batch.")
        answered: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        self._unanswered.add(answered)
        answered.add_done_callback(self._unanswered.discard)
        self._waiting.append((question, scope, answered))
        if self._gathering is None:
            self._gathering = asyncio.create_task(self._gather())
        outcome = await answered
        if isinstance(outcome, Answer):
            return outcome
        raise outcome

    async def close(self) -> None:
        """Stop waiting. Answers to batches already sent serve anyone who asks the same later."""
        tasks = [*self._sent, *([self._gathering] if self._gathering else [])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for answered in list(self._unanswered):
            answered.set_result(ModelUnavailable("The night is over."))

    async def _gather(self) -> None:
        seen = -1
        while seen != len(self._waiting):
            seen = len(self._waiting)
            await self._sleep(self._quiet)
        taken, self._waiting, self._gathering = self._waiting, [], None
        task = asyncio.create_task(self._send(taken))  # others may add questions meanwhile
        self._sent.add(task)
        task.add_done_callback(self._sent.discard)

    async def _send(self, taken: list[tuple[Question, Scope, asyncio.Future[Outcome]]]) -> None:
        try:
            outcomes = await self._batches.ask_many(
                [(question, scope) for question, scope, _ in taken], seconds=self._seconds
            )
        except SergasError as exc:
            outcomes = [ModelUnavailable(str(exc))] * len(taken)
        for (_, _, answered), outcome in zip(taken, outcomes, strict=True):
            if not answered.done():
                answered.set_result(outcome)
