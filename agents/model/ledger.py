"""Every call of a model and every use of a tool as a row, and the answers that were paid for, so that none is paid twice.

When is an answer used again? One that came without tools depends on nothing but its question, which is its key: the prompt,
the model, the data, the schema. It is used again for the same account as long as it is kept, whoever asks and after any
restart: where the CRM moved, the data and so the key are others. One that came with tools also depends on what those found,
of which its key knows nothing. It is used again only in the same trace, which is one owner's brief of one local day or one
conversation's request, and only for `TOOLS_FRESH`: so a brief that a killed process left half-made goes on from what it has,
while the next morning, or an answer to somebody else, always looks anew. `fresh` looks anew at once.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from agents.model.question import Answer, Question, Scope, Used
from agents.ports import Clock
from store.database import Database
from store.domain.running.model_calls import CallState, Figures, KeptAnswer, ModelCall, ToolCall

TOOLS_FRESH = timedelta(hours=6)


class Ledger:
    """Answers are kept for `answers`, what calls cost for `calls`. Its transactions are short and urgent, for somebody may be
    waiting."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        *,
        answers: timedelta = timedelta(days=7),
        calls: timedelta = timedelta(days=730),
    ) -> None:
        self._database = database
        self._clock = clock
        self._answers = answers
        self._calls = calls

    async def kept(self, question: Question, scope: Scope) -> Answer | None:
        """The answer that was paid for before, where it still holds; noted as a call that cost nothing."""
        found = await self._kept(question, scope)
        if found is None:
            return None
        async with self._database.transaction(urgent=True) as tx:
            call = self.call(question, scope, state=CallState.REUSED)
            await tx.model_calls.add([call])
            await tx.model_calls.add_tools([_tool_call(call, each, call.at) for each in question.looked_up])
        return _read(found.body)

    def call(self, question: Question, scope: Scope, *, state: CallState = CallState.OPEN) -> ModelCall:
        """A new call of this question, as it is to be noted."""
        return ModelCall(
            id=uuid4().hex,
            trace=scope.trace,
            owner_id=scope.owner_id,
            account_id=scope.account_id,
            agent=question.agent,
            model=question.model,
            question=question.digest,
            prompt=question.prompt.digest,
            at=self._clock.now(),
            state=state,
        )

    async def note(self, call: ModelCall) -> None:
        """What became of a call."""
        async with self._database.transaction(urgent=True) as tx:
            await tx.model_calls.put(call)

    async def note_tools(self, call: ModelCall, used: Sequence[Used]) -> None:
        """The tools that a call wanted and was given, or was given before it asked."""
        if not used:
            return
        now = self._clock.now()
        async with self._database.transaction(urgent=True) as tx:
            await tx.model_calls.add_tools([_tool_call(call, each, now) for each in used])

    async def keep(self, call: ModelCall, question: Question, answer: Answer) -> None:
        """Note the call as answered, and keep the answer unless an account was forgotten since it was asked."""
        kept = KeptAnswer(
            call_id=call.id,
            question=question.digest,
            account_id=call.account_id,
            trace=call.trace,
            with_tools=question.tools is not None,
            body=_written(answer),
            at=self._clock.now(),
        )
        async with self._database.transaction(urgent=True) as tx:
            await tx.forgotten.hold()  # first, as whoever forgets takes it first: else each could wait for the other
            await tx.model_calls.put(call)
            stones = await tx.forgotten.all()
            if not any(stone.account_id == call.account_id or stone.at >= call.at for stone in stones):
                await tx.model_calls.keep(kept)

    async def waiting(self, question: Question, scope: Scope) -> ModelCall | None:
        """The call of this question that went in a batch and was not read yet, whoever sent it."""
        async with self._database.reading() as tx:
            return await tx.model_calls.waiting(question.digest, scope.account_id)

    async def sent(self, calls: Sequence[ModelCall], batch: str) -> None:
        """These calls are in this batch now."""
        async with self._database.transaction() as tx:
            await tx.model_calls.in_batch([call.id for call in calls], batch)

    async def figures(self, *, since: datetime) -> Figures:
        async with self._database.reading() as tx:
            return await tx.model_calls.figures(since=since)

    async def purge(self) -> None:
        """Take out what was kept for long enough."""
        now = self._clock.now()
        async with self._database.transaction() as tx:
            await tx.model_calls.purge(answers_before=now - self._answers, calls_before=now - self._calls)

    async def _kept(self, question: Question, scope: Scope) -> KeptAnswer | None:
        now = self._clock.now()
        with_tools = question.tools is not None
        since = now - (min(self._answers, TOOLS_FRESH) if with_tools else self._answers)
        async with self._database.reading() as tx:
            found = await tx.model_calls.kept(question.digest, scope.account_id, since=since)
        fitting = (each for each in found if each.with_tools == with_tools)
        return next((each for each in fitting if not with_tools or each.trace == scope.trace), None)


def digest_of(value: object) -> str:
    """SHA-256 of a value as JSON."""
    plain = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=str)
    return hashlib.sha256(plain.encode()).hexdigest()


def _tool_call(call: ModelCall, used: Used, now: datetime) -> ToolCall:
    return ToolCall(
        id=uuid4().hex,
        call_id=call.id,
        trace=call.trace,
        owner_id=call.owner_id,
        account_id=call.account_id,
        agent=call.agent,
        tool=used.tool,
        inputs=digest_of(used.arguments),
        is_error=used.is_error,
        characters=len(used.text),
        milliseconds=used.milliseconds,
        at=now,
    )


def _written(answer: Answer) -> str:
    used = [asdict(each) for each in answer.used]
    return json.dumps({"value": answer.value, "used": used}, ensure_ascii=False, separators=(",", ":"))


def _read(body: str) -> Answer:
    found: Mapping[str, Any] = json.loads(body)
    return Answer(value=found["value"], used=tuple(Used(**each) for each in found["used"]), reused=True)
