"""Questions to administrators about signals that say nothing in this CRM, and the answers."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import RowMapping, select, update

from store.domain.signals.kinds import SignalKind
from store.domain.signals.question import Answer, SignalQuestion
from store.repositories.base import Repository
from store.tables.attention import SignalQuestionRow
from store.tables.core import table_of

questions = table_of(SignalQuestionRow)


class SignalQuestions(Repository):
    async def all(self) -> list[SignalQuestion]:
        """Return every question that was asked, in the order of the signals."""
        rows = await self._connection.execute(select(questions))
        found = [_question(row) for row in rows.mappings() if row["kind"] in set(SignalKind)]
        return sorted(found, key=lambda each: list(SignalKind).index(each.kind))

    async def off(self) -> frozenset[SignalKind]:
        """Return the signals that an administrator switched off for everyone."""
        return frozenset(each.kind for each in await self.all() if each.is_off)

    async def asked(self, question: SignalQuestion) -> bool:
        """Record that a question was asked; return False if it was asked before."""
        row = {"kind": question.kind, "figures": question.figures, "asked_at": question.asked_at}
        return await self._insert_once(questions, row)

    async def answer(self, kind: SignalKind, answer: Answer, *, by: str, at: datetime) -> SignalQuestion | None:
        """Record or change the answer to a question that was asked; None if it was not."""
        moved = await self._connection.execute(
            update(questions)
            .where(questions.c.kind == kind)
            .values(answer=answer, answered_by=by, answered_at=at)
            .returning(*questions.c)
        )
        row = moved.mappings().one_or_none()
        return _question(row) if row is not None else None


def _question(row: RowMapping) -> SignalQuestion:
    return SignalQuestion(
        kind=SignalKind(row["kind"]),
        figures=row["figures"],
        asked_at=row["asked_at"],
        answer=Answer(row["answer"]) if row["answer"] else None,
        answered_by=row["answered_by"],
        answered_at=row["answered_at"],
    )
