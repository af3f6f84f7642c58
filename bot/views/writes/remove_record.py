"""How the removal of a task or note looks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from bot.views.reader import Reader
from bot.views.write import Short, WriteView, on_parent, parent, whole_line
from store.domain.crm.basis import Difference
from store.domain.gate.writes.remove_record import RemoveRecord


class RemovalView(WriteView[RemoveRecord]):
    result: ClassVar[str] = "the record is removed from Zoho"

    def short(self, write: RemoveRecord, reader: Reader, beside: str) -> Short:
        on = on_parent(write, reader, beside=f"{beside} {write.title}")
        return Short(line=f"Remove {write.record}{on}: “{whole_line(write.title)}”")

    def fields(self, write: RemoveRecord, reader: Reader) -> list[tuple[str, str]]:
        return [(f"Remove {write.record}", whole_line(write.title)), ("From", parent(write, reader))]

    def outcome(self, write: RemoveRecord, crm_id: str, reader: Reader) -> str:
        return self.undone(write)

    def undone(self, write: RemoveRecord) -> str:
        return f"{write.record} removed"

    def undo(self, write: RemoveRecord, moves: Sequence[Difference], reader: Reader) -> str:
        title = reader.text(write.title, limit=255)
        return f"*Before:* {write.record} {title}\n*After:* removed"

    def afterwards(self, write: RemoveRecord) -> str:
        return f"The {write.record} goes to Zoho's recycle bin."


VIEW = RemovalView()
