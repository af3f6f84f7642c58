"""Calls of models and tools, their costs, and the answers paid for."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, case, delete, func, or_, select, text, update

from store.domain.running.model_calls import (
    Amount,
    CallFigures,
    CallState,
    KeptAnswer,
    ModelCall,
    Spending,
    ToolCall,
    Usage,
)
from store.repositories.base import Repository, batches
from store.tables.core import table_of
from store.tables.models import ModelAnswerRow, ModelCallRow, ToolCallRow

calls, tools, answers = table_of(ModelCallRow), table_of(ToolCallRow), table_of(ModelAnswerRow)

_TURN = 0xB0D6E7  # the lock on PostgreSQL that serialises reservations
_USAGE = ("plain", "written", "read", "output")
_IN_VAIN = (CallState.DECLINED, CallState.TRUNCATED, CallState.MALFORMED, CallState.FAILED, CallState.LOST)


class ModelCalls(Repository):
    async def take_turn(self) -> None:
        """Block other reservations until this transaction ends."""
        if self._is_postgres:
            await self._connection.execute(text("SELECT pg_advisory_xact_lock(:turn)"), {"turn": _TURN})

    async def spending(self, *, account_id: str, trace: str, since: datetime, asked_by: str = "") -> Spending:
        """Return what counts as spent: for the account, for all that one person asked and in total since then, and for the whole
        trace."""
        today = calls.c.at >= since
        of_account = and_(calls.c.account_id == account_id, today)
        return Spending(
            account=await self._amount(of_account) if account_id else Amount(),
            morning=await self._amount(calls.c.trace == trace),
            person=await self._amount(and_(calls.c.asked_by == asked_by, today)) if asked_by else Amount(),
            day=await self._amount(today),
        )

    async def add(self, new: Sequence[ModelCall]) -> None:
        if new:
            await self._connection.execute(calls.insert(), [_row(each) for each in new])

    async def put(self, call: ModelCall) -> None:
        """Update an existing call with its result. A call whose account was erased stays without one."""
        row = {name: value for name, value in _row(call).items() if name not in ("id", "account_id", "question", "at")}
        await self._connection.execute(update(calls).where(calls.c.id == call.id).values(**row))

    async def in_batch(self, ids: Collection[str], batch: str) -> None:
        """Record that these calls went to the API in this batch."""
        for some in batches(ids):
            await self._connection.execute(update(calls).where(calls.c.id.in_(some)).values(batch=batch))

    async def waiting(self, question: str, account_id: str) -> ModelCall | None:
        """Return this question's last call that waits for its answer from a batch."""
        found = await self._calls(
            calls.c.question == question,
            calls.c.account_id == account_id,
            calls.c.state == CallState.OPEN,
            calls.c.batch.is_not(None),
        )
        return found[-1] if found else None

    async def add_tools(self, used: Sequence[ToolCall]) -> None:
        if used:
            await self._connection.execute(tools.insert(), [asdict(each) for each in used])

    async def keep(self, answer: KeptAnswer) -> None:
        await self._upsert(answers, [asdict(answer)])

    async def kept(self, question: str, account_id: str, *, since: datetime) -> list[KeptAnswer]:
        """Return the stored answers to this question from this moment on, the latest first."""
        rows = await self._connection.execute(
            select(answers)
            .where(answers.c.question == question, answers.c.account_id == account_id, answers.c.at >= since)
            .order_by(answers.c.at.desc(), answers.c.call_id)
        )
        return [KeptAnswer(**row) for row in rows.mappings()]

    async def of_trace(self, trace: str) -> tuple[list[ModelCall], list[ToolCall]]:
        """Return a trace's calls, in order."""
        rows = await self._connection.execute(select(tools).where(tools.c.trace == trace).order_by(tools.c.number))
        return await self._calls(calls.c.trace == trace), [_tool(dict(row)) for row in rows.mappings()]

    async def traces(self, prefix: str, *, limit: int = 3) -> list[str]:
        """Return the traces with this prefix, the latest first."""
        rows = await self._connection.execute(
            select(calls.c.trace)
            .where(calls.c.trace.startswith(prefix, autoescape=True))
            .group_by(calls.c.trace)
            .order_by(func.max(calls.c.at).desc(), calls.c.trace)
            .limit(limit)
        )
        return list(rows.scalars())

    async def figures(self, *, since: datetime) -> CallFigures:
        """Sum up all calls made at or after this moment."""
        sums = [func.coalesce(func.sum(calls.c[name]), 0) for name in (*_USAGE, "tokens", "usd")]
        row = (
            await self._connection.execute(
                select(func.count(), _number(CallState.REUSED), _number(*_IN_VAIN), *sums).where(calls.c.at >= since)
            )
        ).one()
        used = await self._connection.execute(select(func.count()).select_from(tools).where(tools.c.at >= since))
        count, reused, failed, *usage, tokens, usd = row
        return CallFigures(
            calls=count,
            reused=int(reused),
            failed=int(failed),
            tools=used.scalar_one(),
            usage=Usage(**{name: int(value) for name, value in zip(_USAGE, usage, strict=True)}),
            amount=Amount(tokens=int(tokens), usd=float(usd)),
        )

    async def purge(self, *, answers_before: datetime, calls_before: datetime) -> int:
        """Delete rows past their retention time; return how many."""
        gone = 0
        for table, moment in ((answers, answers_before), (tools, calls_before), (calls, calls_before)):
            gone += (await self._connection.execute(delete(table).where(table.c.at < moment))).rowcount
        return gone

    async def _amount(self, condition: ColumnElement[bool]) -> Amount:
        found = await self._connection.execute(
            select(func.coalesce(func.sum(calls.c.tokens), 0), func.coalesce(func.sum(calls.c.usd), 0.0)).where(
                condition
            )
        )
        tokens, usd = found.one()
        return Amount(tokens=int(tokens), usd=float(usd))

    async def _calls(self, *conditions: ColumnElement[bool]) -> list[ModelCall]:
        rows = await self._connection.execute(select(calls).where(*conditions).order_by(calls.c.number))
        return [_call(dict(row)) for row in rows.mappings()]


def _number(*states: CallState) -> ColumnElement[int]:
    """Count the rows in one of these states."""
    return func.coalesce(func.sum(case((or_(*(calls.c.state == each for each in states)), 1), else_=0)), 0)


def _row(call: ModelCall) -> dict[str, Any]:
    row = asdict(call)
    usage, amount = row.pop("usage"), row.pop("amount")
    return {**row, **usage, **amount, "state": str(call.state)}


def _tool(row: dict[str, Any]) -> ToolCall:
    del row["number"]
    return ToolCall(**row)


def _call(row: dict[str, Any]) -> ModelCall:
    del row["number"]
    usage = Usage(**{name: row.pop(name) for name in _USAGE})
    amount = Amount(tokens=row.pop("tokens"), usd=row.pop("usd"))
    return ModelCall(**{**row, "state": CallState(row["state"])}, usage=usage, amount=amount)
