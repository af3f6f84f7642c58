"""Record every model call and tool use as a row, and keep paid answers, so that none is paid for twice.

When is an answer reused? One without tools depends only on its question: prompt, model, data and schema, which make its key.
It is reused for the same account as long as it is kept, for every caller and after restarts; if the CRM changed, the data and
so the key differ. One with tools also depends on what they found, which the key doesn't cover. It is reused only in the same
trace (one owner's brief of one local day, or one conversation's request) and only for `TOOLS_FRESH`: a brief that a killed
process left half done continues, while the next morning, or another person's answer, looks again. `fresh` never reuses.
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
from store.domain.running.model_calls import CallFigures, CallState, KeptAnswer, ModelCall, ToolCall

TOOLS_FRESH = timedelta(hours=6)


class Ledger:
    """Keeps answers for `answers` and calls for `calls`. Its transactions are short and urgent, since a person may be waiting."""

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
        """The earlier paid answer, if still valid. Recorded as a call without cost."""
        found = await self._kept(question, scope)
        if found is None:
            return None
        async with self._database.transaction(urgent=True) as tx:
            call = self.call(question, scope, state=CallState.REUSED)
            await tx.model_calls.add([call])
            await tx.model_calls.add_tools([_tool_call(call, each, call.at) for each in question.looked_up])
        return _read(found.body)

    def call(self, question: Question, scope: Scope, *, state: CallState = CallState.OPEN) -> ModelCall:
        """A new call's record for this question."""
        return ModelCall(
            id=uuid4().hex,
            trace=scope.trace,
            owner_id=scope.owner_id,
            account_id=scope.account_id,
            asked_by=scope.asked_by,
            agent=question.agent,
            model=question.model,
            question=question.digest,
            prompt=question.prompt.digest,
            at=self._clock.now(),
            state=state,
        )

    async def note(self, call: ModelCall) -> None:
        """Record a call's outcome."""
        async with self._database.transaction(urgent=True) as tx:
            await tx.model_calls.put(call)

    async def note_tools(self, call: ModelCall, used: Sequence[Used]) -> None:
        """Record the tools that a call used, or that were looked up for it beforehand."""
        if not used:
            return
        now = self._clock.now()
        async with self._database.transaction(urgent=True) as tx:
            await tx.model_calls.add_tools([_tool_call(call, each, now) for each in used])

    async def keep(self, call: ModelCall, question: Question, answer: Answer) -> None:
        """Record the call as answered, and keep the answer unless an account was forgotten meanwhile."""
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
            await tx.forgotten.hold()  # lock it first, as forgetting does: otherwise the two could deadlock
            await tx.model_calls.put(call)
            stones = await tx.forgotten.all()
            if not any(stone.account_id == call.account_id or stone.at >= call.at for stone in stones):
                await tx.model_calls.keep(kept)

    async def waiting(self, question: Question, scope: Scope) -> ModelCall | None:
        """This question's unread call in a batch, from any process."""
        async with self._database.reading() as tx:
            return await tx.model_calls.waiting(question.digest, scope.account_id)

    async def sent(self, calls: Sequence[ModelCall], batch: str) -> None:
        """Record that these calls are in this batch."""
        async with self._database.transaction() as tx:
            await tx.model_calls.in_batch([call.id for call in calls], batch)

    async def figures(self, *, since: datetime) -> CallFigures:
        async with self._database.reading() as tx:
            return await tx.model_calls.figures(since=since)

    async def purge(self) -> None:
        """Delete rows past their retention."""
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
