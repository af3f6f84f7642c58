"""How a booking looks: on the card, in full, and in the Adjust modal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, ClassVar

from store.domain.gate.writes.book_credit import REASON_LIMIT, BookCredit

from bot.views.blocks import Block
from bot.views.reader import Reader
from bot.views.write import Short, WriteView, line_input, linked_parent, parent, typed
from store.domain.gate.adjust_proposal import FieldProblems


class CreditView(WriteView[BookCredit]):
    place: ClassVar[str] = "the ledger"
    result: ClassVar[str] = "the booking is in the ledger"

    def short(self, write: BookCredit, reader: Reader, beside: str) -> Short:
        return Short(line=f"Book {write.points} points in the ledger for {parent(write, reader)}")

    def fields(self, write: BookCredit, reader: Reader) -> list[tuple[str, str]]:
        return [
            ("Points", str(write.points)),
            ("For", linked_parent(write, reader)),
            ("Reason", reader.text(write.reason, limit=REASON_LIMIT)),
        ]

    def outcome(self, write: BookCredit, crm_id: str, reader: Reader) -> str:
        return f"entry {crm_id} booked in the ledger"

    def inputs(
        self, write: BookCredit, people: Sequence[tuple[str, str]], choices: Mapping[str, Sequence[str]]
    ) -> list[Block]:
        return [
            line_input("points", "Points", str(write.points), 6),
            line_input("reason", "Reason", write.reason, REASON_LIMIT),
        ]

    def submission(self, write: BookCredit, values: Mapping[str, Any], people: Mapping[str, str]) -> BookCredit:
        points = typed(values, "points", str(write.points))
        if not points.isdigit():
            raise FieldProblems([("points", "Please give a number.")])
        return replace(write, points=int(points), reason=typed(values, "reason", write.reason))


VIEW = CreditView()
