"""How a note looks: on the card, in full, and in the Adjust modal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, ClassVar

from bot.views.blocks import Block
from bot.views.reader import Reader
from bot.views.text import link
from bot.views.write import (
    Short,
    WriteView,
    fits,
    length_of,
    line_input,
    linked_parent,
    names_parent,
    on_parent,
    paragraph_input,
    typed,
    whole_line,
    whole_text,
)
from store.domain.gate.writes.add_note import TITLE_LIMIT, AddNote


class NoteView(WriteView[AddNote]):
    result: ClassVar[str] = "the note is in Zoho"

    def short(self, write: AddNote, reader: Reader, beside: str) -> Short:
        beside = f"{beside} {write.title} {write.text}"
        on = on_parent(write, reader, beside=beside)
        if fits(reader, write.title, write.text):
            line = f"Note “{whole_line(write.title)}”{on}: “{whole_line(write.text)}”"
            return Short(line=line, whole=names_parent(write, beside=beside))
        if fits(reader, write.title):
            return Short(line=f"Note “{whole_line(write.title)}”{on}, {length_of(write.text)}", whole=False)
        return Short(line=f"Note{on}, {length_of(write.text)}", whole=False)

    def fields(self, write: AddNote, reader: Reader) -> list[tuple[str, str]]:
        return [
            ("Note", whole_line(write.title)),
            ("On", linked_parent(write, reader)),
            ("Text", whole_text(write.text)),
        ]

    def marked(self, write: AddNote) -> str:
        return "Text"

    def outcome(self, write: AddNote, crm_id: str, reader: Reader) -> str:
        return link(reader.links.record(write.parent_kind, write.parent_id), "note added")

    def inputs(
        self, write: AddNote, people: Sequence[tuple[str, str]], choices: Mapping[str, Sequence[str]]
    ) -> list[Block]:
        return [line_input("title", "Title", write.title, TITLE_LIMIT), paragraph_input("text", "Text", write.text)]

    def submission(self, write: AddNote, values: Mapping[str, Any], people: Mapping[str, str]) -> AddNote:
        return replace(write, title=typed(values, "title", write.title), text=typed(values, "text", write.text))


VIEW = NoteView()
