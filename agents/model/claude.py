"""Claude as the flows' model: each question runs in rounds with tools, within a time limit, a budget and a schema."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

import structlog

from agents.model.budget import Budget
from agents.model.circuit import ApiDown, Circuit
from agents.model.ledger import Ledger
from agents.model.question import Answer, Listener, Question, Scope, Used, used_tool
from agents.model.toolbox import ModelTool, ToolsChanged, ToolsUnavailable
from agents.model.wire import Body, Effort, Exchange, ModelReply, first_message, most_tokens, value_of
from store.domain.errors import BudgetSpent, ModelRefused, ModelUnavailable
from store.domain.running.model_calls import CallState, ModelCall, Usage

log = structlog.get_logger()

TIMEOUT = "timeout"
_REFUSED, _CUT_SHORT = "refusal", ("max_tokens", "model_context_window_exceeded")


class Api(Protocol):
    """The Messages API. Each call is retried while that may help and the deadline, in the loop's time, allows it.

    Raises: ApiDown.
    """

    async def ready(self) -> None:
        """Load dependencies first: that takes a second or more, which shouldn't count against the question."""
        ...

    async def send(self, body: Body, *, deadline: float, listener: Listener | None) -> tuple[ModelReply, int]:
        """The reply, and the number of attempts."""
        ...

    async def count(self, body: Body, *, deadline: float) -> int: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaudePolicy:
    """`effort` is how hard the model thinks, "" if it has no such setting; thinking comes on top of an answer's length.
    `input_tokens` is the longest question."""

    effort: Effort = "low"
    thinking_tokens: int = 4_000
    input_tokens: int = 100_000


class Claude:
    """`question.Model` over the Messages API."""

    def __init__(
        self, api: Api, ledger: Ledger, budget: Budget, circuit: Circuit, *, policy: ClaudePolicy | None = None
    ) -> None:
        self._api = api
        self._ledger = ledger
        self._budget = budget
        self._circuit = circuit
        self._policy = policy or ClaudePolicy()

    async def ask(
        self, question: Question, *, scope: Scope, listener: Listener | None = None, fresh: bool = False
    ) -> Answer:
        """See `asking.Model`."""
        if not fresh and (kept := await self._ledger.kept(question, scope)) is not None:
            return kept
        await self._api.ready()
        deadline = asyncio.get_running_loop().time() + question.seconds
        talk = await self.begin(question, deadline=deadline)
        turn = _Turn(question, scope, talk, deadline, listener)
        while True:
            call, reply = await self._round(turn)
            turn.spent.append(call)
            if reply.stop == "tool_use" and reply.tool_uses and not turn.last:
                await self._ledger.note(replace(call, state=CallState.USED_TOOLS))
                await self._use_tools(turn, call, reply)
                continue
            value = answer_of(reply, question)
            if value is not None:
                answer = turn.answer(value)
                await self._ledger.keep(replace(call, state=CallState.ANSWERED), question, answer)
                return answer
            await self._again(turn, call, reply)

    async def begin(self, question: Question, *, deadline: float) -> Exchange:
        """The question before its first call. Raises: ModelUnavailable if its tools differ from the pins."""
        tools: tuple[ModelTool, ...] = ()
        if question.tools is not None and question.rounds:
            try:
                async with in_time(deadline):
                    tools = await question.tools.tools()
            except (ToolsChanged, ToolsUnavailable) as exc:
                raise ModelUnavailable(str(exc)) from exc
        room = question.max_tokens + self._policy.thinking_tokens
        return Exchange(question, tools, [first_message(question)], room)

    async def _round(self, turn: _Turn) -> tuple[ModelCall, ModelReply]:
        """One call, reserved before and settled after. The caller sets its state after reading the reply."""
        body = turn.talk.body(self._policy.effort, last=turn.last)
        began = time.monotonic()
        with self._circuit.attempt():
            call = await self._reserved(turn, body)
            try:
                if not turn.spent:
                    await self._ledger.note_tools(call, turn.question.looked_up)
                reply, attempts = await self._api.send(body, deadline=turn.deadline, listener=turn.listener)
            except ApiDown as exc:
                await self._ledger.note(self._fallen(call, exc, began))
                raise
            except BaseException:  # the caller gave up waiting
                given_up = ApiDown("", problem="given up", lost=True)
                await asyncio.shield(self._ledger.note(self._fallen(call, given_up, began)))
                raise
        settled = replace(self._budget.settled(call, reply.usage), attempts=attempts, milliseconds=_since(began))
        log.info(
            "model.called",
            agent=call.agent,
            model=call.model,
            stop=reply.stop,
            read=reply.usage.read,
            used=reply.usage.total,
            usd=round(settled.amount.usd, 6),
            milliseconds=settled.milliseconds,
            attempts=attempts,
            trace=call.trace,
        )
        return settled, reply

    async def _reserved(self, turn: _Turn, body: Body) -> ModelCall:
        """The call's record, made before the call. Tokens are estimated high, and counted only if the estimate is too high."""
        call = self._ledger.call(turn.question, turn.scope)
        guess, limit = most_tokens(body), self._policy.input_tokens
        if guess <= limit:
            try:
                return await self._reserve(turn, call, guess)
            except BudgetSpent:
                log.debug("model.counted", trace=turn.scope.trace, guess=guess)
        counted = await self._api.count(body, deadline=turn.deadline)
        if counted > limit:
            raise ModelUnavailable(f"The question is too long for Claude: {counted:,} tokens of at most {limit:,}.")
        return await self._reserve(turn, call, counted)

    async def _reserve(self, turn: _Turn, call: ModelCall, tokens: int) -> ModelCall:
        usage = Usage(written=tokens, output=turn.talk.max_tokens)  # written to the cache: the dearest kind of input
        reserved = replace(call, amount=self._budget.cost(call.model, usage))
        await self._budget.reserve(turn.scope, [reserved])
        return replace(reserved, usage=Usage(plain=tokens))

    def _fallen(self, call: ModelCall, exc: ApiDown, began: float) -> ModelCall:
        """A request whose answer was lost costs its question, which was read; a refused one costs nothing."""
        usage = call.usage if exc.lost else Usage()
        state = CallState.LOST if exc.lost else CallState.FAILED
        settled = self._budget.settled(call, usage)
        log.warning("model.failed", agent=call.agent, model=call.model, problem=exc.problem, trace=call.trace)
        return replace(settled, state=state, problem=exc.problem, attempts=exc.attempts, milliseconds=_since(began))

    async def _use_tools(self, turn: _Turn, call: ModelCall, reply: ModelReply) -> None:
        """Run all tool calls of this round in parallel."""
        for use in reply.tool_uses:
            if turn.listener is not None:
                await turn.listener.using(str(use["name"]))
        async with in_time(turn.deadline):
            used = await asyncio.gather(*(_used(turn, use) for use in reply.tool_uses))
        await self._ledger.note_tools(call, used)
        turn.used += used
        turn.rounds += 1
        told = zip(reply.tool_uses, used, strict=True)
        turn.talk.went_on(reply, [(str(use["id"]), each.text, each.is_error) for use, each in told])

    async def _again(self, turn: _Turn, call: ModelCall, reply: ModelReply) -> None:
        """Ask once more after an unusable answer, with more room if it was cut short. Raises: ModelUnavailable the second time,
        and at once if Claude declined."""
        state, problem = left_over(reply)
        await self._ledger.note(replace(call, state=state))
        if turn.second or state is CallState.DECLINED:
            raise problem
        turn.second = True
        if state is CallState.TRUNCATED:
            turn.talk.max_tokens *= 2


def answer_of(reply: ModelReply, question: Question) -> Mapping[str, Any] | None:
    """A reply's value; None if it isn't an answer to the question."""
    whole = reply.stop not in (_REFUSED, *_CUT_SHORT)
    return value_of(reply.text, question.schema) if whole else None


def left_over(reply: ModelReply) -> tuple[CallState, ModelUnavailable]:
    """The problem with a reply that has no answer."""
    if reply.stop == _REFUSED:
        return CallState.DECLINED, ModelRefused("Claude declined to answer this.")
    if reply.stop in _CUT_SHORT:
        return CallState.TRUNCATED, ModelUnavailable("Claude's answer was cut short.")
    return CallState.MALFORMED, ModelUnavailable("Claude's answer doesn't fit the schema.")


@dataclass(slots=True)
class _Turn:
    """The state of one call of `ask`."""

    question: Question
    scope: Scope
    talk: Exchange
    deadline: float
    listener: Listener | None
    rounds: int = 0
    second: bool = False
    used: list[Used] = field(default_factory=list)
    spent: list[ModelCall] = field(default_factory=list)

    @property
    def last(self) -> bool:
        return self.rounds >= self.question.rounds

    def answer(self, value: Mapping[str, object]) -> Answer:
        return Answer(
            value=value,
            used=tuple(self.used),
            input_tokens=sum(call.usage.input for call in self.spent),
            output_tokens=sum(call.usage.output for call in self.spent),
            usd=sum(call.amount.usd for call in self.spent),
        )


async def _used(turn: _Turn, use: Mapping[str, Any]) -> Used:
    assert turn.question.tools is not None
    return await used_tool(turn.question.tools, str(use["name"]), use["input"])


@asynccontextmanager
async def in_time(deadline: float) -> AsyncIterator[None]:
    """Raises: ApiDown at the deadline, in the loop's time."""
    try:
        async with asyncio.timeout_at(deadline):
            yield
    except TimeoutError as exc:
        raise ApiDown("Claude didn't answer in time.", problem=TIMEOUT, lost=True) from exc


def _since(began: float) -> int:
    return round((time.monotonic() - began) * 1_000)
