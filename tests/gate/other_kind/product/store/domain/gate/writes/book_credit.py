"""Points booked for or against an account in the ledger."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import ClassVar, Literal

from store.domain.crm.accounts import Kind
from store.domain.crm.basis import Difference
from store.domain.gate.write import Adjustment, Field, Problem, Write, Written, text_problems
from store.domain.text.redaction import visible

REASON_LIMIT = 80
MOST = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class BookCredit(Write):
    kind: ClassVar[str] = "book_credit"
    system: ClassVar[str] = "ledger"
    undo_refusal: ClassVar[str | None] = None

    parent_kind: Literal[Kind.ACCOUNT]
    parent_id: str
    parent_name: str
    points: int
    reason: str

    def plain(self) -> BookCredit:
        return replace(self, reason=visible(self.reason, limit=REASON_LIMIT))

    def problems(self, adjustment: Adjustment) -> list[Problem]:
        found = text_problems("reason", self.reason, REASON_LIMIT)
        return found if 0 < self.points <= MOST else [*found, ("points", f"Book between 1 and {MOST} points.")]

    def fields(self) -> tuple[Field, ...]:
        return (Field(name="reason", label="Reason", value=self.reason),)

    def name(self) -> str:
        return f"Credit of {self.points} points"

    def in_words(self, say: Callable[[str], str], names: Mapping[str, str]) -> str:
        return f"{self.points} points: “{say(self.reason)}”"

    def reworked(self, written: Written) -> tuple[Difference, ...] | None:
        return () if written.is_touched else None

    def undo(self, written: Written) -> tuple[Write, tuple[Difference, ...]]:
        back = replace(self, points=-self.points)
        return back, (Difference(label="Points", shown=str(self.points), present="0"),)
