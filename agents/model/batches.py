"""Ask questions that can wait as one batch at half the price (Message Batches). They use no tools.

A batch outlives the process that sent it: each of its calls stores the batch's id, so the same question asked later reads
the answer instead of paying again. One gap remains, between sending a batch and storing its id: a process killed there
has paid for answers that no one reads, and its reservation counts as spent.

Source: https://platform.claude.com/docs/en/build-with-claude/batch-processing
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from itertools import count
from typing import Protocol

import structlog

from agents.model.budget import Budget
from agents.model.circuit import ApiDown
from agents.model.claude import ClaudePolicy, answer_of, left_over
from agents.model.errors import NOT_FOUND
from agents.model.ledger import Ledger
from agents.model.question import Answer, Question, Scope
from agents.model.wire import Body, Exchange, ModelReply, first_message, most_tokens
from store.domain.errors import BudgetSpent, ModelUnavailable
from store.domain.running.model_calls import CallState, ModelCall, Usage
from store.retry import MODEL_BATCH

log = structlog.get_logger()

Outcome = Answer | ModelUnavailable | BudgetSpent
Asked = tuple[Question, Scope]

LARGEST = 5_000  # requests per batch; the service accepts 100,000


class BatchApi(Protocol):
    """Every method raises ApiDown."""

    async def create_batch(self, bodies: Mapping[str, Body]) -> str: ...

    async def batch_ended(self, batch: str) -> bool: ...

    async def batch_results(self, batch: str) -> Mapping[str, ModelReply | ApiDown]: ...


class Batches:
    """`sleep` pauses between two checks; `ticks` counts seconds, by default the loop's."""

    def __init__(
        self,
        api: BatchApi,
        ledger: Ledger,
        budget: Budget,
        *,
        policy: ClaudePolicy | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        ticks: Callable[[], float] | None = None,
    ) -> None:
        self._api = api
        self._ledger = ledger
        self._budget = budget
        self._policy = policy or ClaudePolicy()
        self._sleep = sleep
        self._ticks = ticks or (lambda: asyncio.get_running_loop().time())

    async def ask_many(self, asked: Sequence[Asked], *, seconds: float) -> list[Outcome]:
        """One answer or error per question, in order. A question still unanswered after `seconds` gives ModelUnavailable; asked
        again, it waits for the same batch.

        Raises: ValueError for a question with tools.
        """
        if any(question.tools is not None for question, _ in asked):
            raise ValueError("Questions in a batch can't use tools.")
        until = self._ticks() + seconds
        found: dict[int, Outcome] = {}
        waiting: dict[int, ModelCall] = {}
        for number, (question, scope) in enumerate(asked):
            if (kept := await self._ledger.kept(question, scope)) is not None:
                found[number] = kept
            elif (call := await self._ledger.waiting(question, scope)) is not None:
                waiting[number] = call
        new = [number for number in range(len(asked)) if number not in found and number not in waiting]
        for start in range(0, len(new), LARGEST):
            await self._send(asked, new[start : start + LARGEST], found, waiting)
        by_batch: dict[str, dict[int, ModelCall]] = {}
        for number, call in waiting.items():
            by_batch.setdefault(call.batch or "", {})[number] = call
        for batch, calls in by_batch.items():
            found |= await self._collected(asked, batch, calls, until)
        return [found[number] for number in range(len(asked))]

    async def _send(
        self, asked: Sequence[Asked], numbers: Sequence[int], found: dict[int, Outcome], waiting: dict[int, ModelCall]
    ) -> None:
        """Reserve and send these as one batch. `found` gets the reason for each that is not sent; the others wait."""
        calls: dict[int, ModelCall] = {}
        bodies: dict[str, Body] = {}
        for number in numbers:
            question, scope = asked[number]
            body = self._body(question)
            try:
                calls[number] = await self._reserved(question, scope, body)
            except (BudgetSpent, ModelUnavailable) as exc:
                found[number] = exc
            else:
                bodies[calls[number].id] = body
        if not bodies:
            return
        try:
            batch = await self._api.create_batch(bodies)
        except ApiDown as exc:
            for number, call in calls.items():
                await self._ledger.note(self._fallen(call, exc))
                found[number] = exc
            return
        await self._ledger.sent(list(calls.values()), batch)
        log.info("batch.sent", batch=batch, requests=len(bodies))
        waiting |= {number: replace(call, batch=batch) for number, call in calls.items()}

    def _body(self, question: Question) -> Body:
        room = question.max_tokens + self._policy.thinking_tokens
        return Exchange(question, (), [first_message(question)], room).body(self._policy.effort, last=True)

    async def _reserved(self, question: Question, scope: Scope, body: Body) -> ModelCall:
        call, tokens = self._ledger.call(question, scope), most_tokens(body)
        if tokens > self._policy.input_tokens:
            raise ModelUnavailable(f"The question may be too long for Claude: about {tokens:,} tokens.")
        most = Usage(written=tokens, output=int(body["max_tokens"]))
        reserved = replace(call, amount=self._budget.cost(call.model, most, batch=True))
        await self._budget.reserve(scope, [reserved])
        return reserved

    async def _collected(
        self, asked: Sequence[Asked], batch: str, calls: Mapping[int, ModelCall], until: float
    ) -> dict[int, Outcome]:
        """The results of these calls, once their batch has ended."""
        try:
            if not await self._ended(batch, until):
                late = ModelUnavailable("Claude hasn't finished the batch yet.")
                return dict.fromkeys(calls, late)
            results = await self._api.batch_results(batch)
        except ApiDown as exc:
            if exc.problem == NOT_FOUND:
                for call in calls.values():
                    await self._ledger.note(self._fallen(call, exc))
            return dict.fromkeys(calls, exc)
        gone = ApiDown("Claude's batch has no answer to this question.", problem="missing")
        return {
            number: await self._read(asked[number][0], call, results.get(call.id, gone))
            for number, call in calls.items()
        }

    async def _ended(self, batch: str, until: float) -> bool:
        """Check until the batch ends or the time is up. A failed check counts as not ended.

        Raises: ApiDown if the batch doesn't exist.
        """
        for look in count(1):
            try:
                if await self._api.batch_ended(batch):
                    return True
            except ApiDown as exc:
                if exc.problem == NOT_FOUND:
                    raise
                log.warning("batch.unseen", batch=batch, problem=exc.problem)
            pause = MODEL_BATCH.after(look)
            if self._ticks() + pause > until:
                break
            await self._sleep(pause)
        return False

    async def _read(self, question: Question, call: ModelCall, result: ModelReply | ApiDown) -> Outcome:
        if isinstance(result, ApiDown):
            await self._ledger.note(self._fallen(call, result))
            return result
        settled = replace(self._budget.settled(call, result.usage), attempts=1)
        value = answer_of(result, question)
        if value is None:
            state, problem = left_over(result)
            await self._ledger.note(replace(settled, state=state))
            return problem
        usage = settled.usage
        answer = Answer(value=value, input_tokens=usage.input, output_tokens=usage.output, usd=settled.amount.usd)
        await self._ledger.keep(replace(settled, state=CallState.ANSWERED), question, answer)
        return answer

    def _fallen(self, call: ModelCall, exc: ApiDown) -> ModelCall:
        """A call that may be under way costs its full reservation; a refused one costs nothing."""
        if exc.lost:
            return replace(call, state=CallState.LOST, problem=exc.problem, attempts=1)
        return replace(self._budget.settled(call, Usage()), state=CallState.FAILED, problem=exc.problem, attempts=1)
