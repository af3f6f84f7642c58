"""How the removal of a task or note looks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from bot.views.reader import Reader
from bot.views.write import WriteView, parent
from store.domain.crm.basis import Difference
from store.domain.gate.writes.remove_record import RemoveRecord


class RemovalView(WriteView[RemoveRecord]):
    result: ClassVar[str] = "the record is removed from Zoho"

    def short(self, write: RemoveRecord, reader: Reader, titled: str) -> str:
        title = reader.text(write.title, limit=110)
        return f"_Will remove from Zoho:_ {write.record} “{title}” on {parent(write, reader)}"

    def fields(self, write: RemoveRecord, reader: Reader) -> list[tuple[str, str]]:
        return [(f"Remove {write.record}", reader.text(write.title, limit=255)), ("From", parent(write, reader))]

    def outcome(self, write: RemoveRecord, crm_id: str, reader: Reader) -> str:
        return self.undone(write)

    def undone(self, write: RemoveRecord) -> str:
        return f"{write.record} removed from Zoho"

    def undo(self, write: RemoveRecord, moves: Sequence[Difference], reader: Reader) -> str:
        title = reader.text(write.title, limit=255)
        return f"*Before:* {write.record} {title}\n*After:* removed"

    def afterwards(self, write: RemoveRecord) -> str:
        return f"The {write.record} goes to Zoho's recycle bin."


VIEW = RemovalView()
