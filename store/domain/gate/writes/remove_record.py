"""Remove a task or a note that an approved write made."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Literal, cast

from store.domain.crm.accounts import Kind
from store.domain.errors import Refused
from store.domain.gate.write import CRM, Adjustment, Field, Problem, Write, Written

NOT_ADJUSTABLE = "An undo can't be adjusted: undo it as it is, or leave it."
NOT_UNDOABLE = "An undo can't be undone here; Zoho's recycle bin has the record."


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveRecord(Write):
    """`record_id` goes to the CRM's recycle bin, unless it was modified after `unless_modified_since`. `title` is the
    name people know it by."""

    kind: ClassVar[str] = "remove_record"
    system: ClassVar[str] = CRM
    only_undoes: ClassVar[bool] = True
    undo_refusal: ClassVar[str | None] = NOT_UNDOABLE
    former_tool: ClassVar[str | None] = "remove_record"

    parent_kind: Literal[Kind.ACCOUNT, Kind.DEAL]
    parent_id: str
    parent_name: str
    record: Literal["task", "note"]
    record_id: str
    title: str
    unless_modified_since: datetime

    @classmethod
    def of(cls, write: Write, written: Written, *, record: Literal["task", "note"], title: str) -> RemoveRecord:
        """The write that removes the record made by this one."""
        return cls(
            parent_kind=cast("Literal[Kind.ACCOUNT, Kind.DEAL]", write.parent_kind),
            parent_id=write.parent_id,
            parent_name=write.parent_name,
            record=record,
            record_id=written.id,
            title=title,
            unless_modified_since=written.modified_at,
        )

    def plain(self) -> RemoveRecord:
        return self

    def problems(self, adjustment: Adjustment) -> list[Problem]:
        raise Refused(NOT_ADJUSTABLE)

    def fields(self) -> tuple[Field, ...]:
        return ()

    def name(self) -> str:
        return f"Remove the {self.record} “{self.title}”"

    def in_words(self, say: Callable[[str], str], names: Mapping[str, str]) -> str:
        return f"removing the {self.record} “{say(self.title)}”"
