"""A note on an account or a deal."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import ClassVar, Literal

from store.domain.crm.accounts import Kind, Note
from store.domain.crm.basis import Difference, RecordKey
from store.domain.gate.write import (
    CRM,
    Adjustment,
    Field,
    Problem,
    Wording,
    Write,
    Written,
    moves_between,
    text_problems,
    with_mark_room,
)
from store.domain.gate.writes.remove_record import RemoveRecord
from store.domain.text.redaction import visible

# Zoho's limits: a note's title is a single-line field, its content a multi-line one.
TITLE_LIMIT = 120
TEXT_LIMIT = 8_000


@dataclass(frozen=True, slots=True, kw_only=True)
class AddNote(Write):
    kind: ClassVar[str] = "add_note"
    system: ClassVar[str] = CRM
    only_adds: ClassVar[bool] = True
    undo_refusal: ClassVar[str | None] = None
    former_tool: ClassVar[str | None] = "zoho_add_note"

    parent_kind: Literal[Kind.ACCOUNT, Kind.DEAL]
    parent_id: str
    parent_name: str
    title: str
    text: str

    def plain(self) -> AddNote:
        return replace(self, title=visible(self.title, limit=TITLE_LIMIT), text=visible(self.text, limit=TEXT_LIMIT))

    def problems(self, adjustment: Adjustment) -> list[Problem]:
        return [*text_problems("title", self.title, TITLE_LIMIT), *text_problems("text", self.text, TEXT_LIMIT)]

    def fields(self) -> tuple[Field, ...]:
        return (
            Field(name="title", label="Title", value=self.title),
            Field(name="text", label="Text", value=with_mark_room(self.text)),
        )

    def name(self) -> str:
        return self.title

    def in_words(self, say: Callable[[str], str], names: Mapping[str, str]) -> str:
        return f"a note “{say(self.title)}”"

    def wording(self) -> Wording | None:
        return Wording(short=self.title, long=self.text, limit=TITLE_LIMIT, short_name="title", long_name="text")

    def reworded(self, short: str, long: str) -> AddNote:
        return replace(self, title=short, text=long)

    def made(self, crm_id: str) -> RecordKey | None:
        return Kind.NOTE, crm_id

    def reworked(self, written: Written) -> tuple[Difference, ...] | None:
        if not written.is_touched:
            return None
        return moves_between([("Title", self.title, written.record.title)]) if isinstance(written.record, Note) else ()

    def undo(self, written: Written) -> tuple[Write, tuple[Difference, ...]]:
        removal = RemoveRecord.of(self, written, record="note", title=self.title)
        return removal, (Difference(label="Note", shown=self.title, present=None),)
