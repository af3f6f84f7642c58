"""How a note looks: on the card, in full, and in the Adjust modal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, ClassVar

from bot.views.blocks import Block
from bot.views.reader import Reader
from bot.views.text import link
from bot.views.write import WriteView, line_input, linked_parent, paragraph_input, parent, typed, whole
from store.domain.gate.writes.add_note import TITLE_LIMIT, AddNote


class NoteView(WriteView[AddNote]):
    result: ClassVar[str] = "the note is in Zoho"

    def short(self, write: AddNote, reader: Reader, titled: str) -> str:
        title, text = reader.text(write.title, limit=70), reader.text(write.text, limit=120)
        return f"_Will add to Zoho:_ note “{title}” on {parent(write, reader)}: “{text}”"

    def fields(self, write: AddNote, reader: Reader) -> list[tuple[str, str]]:
        return [
            ("Note", reader.text(write.title, limit=120)),
            ("On", linked_parent(write, reader)),
            ("Text", whole(write.text, reader, limit=2_200)),
        ]

    def outcome(self, write: AddNote, crm_id: str, reader: Reader) -> str:
        return link(reader.links.record(write.parent_kind, write.parent_id), "note added in Zoho")

    def inputs(
        self, write: AddNote, people: Sequence[tuple[str, str]], choices: Mapping[str, Sequence[str]]
    ) -> list[Block]:
        return [line_input("title", "Title", write.title, TITLE_LIMIT), paragraph_input("text", "Text", write.text)]

    def submission(self, write: AddNote, values: Mapping[str, Any], people: Mapping[str, str]) -> AddNote:
        return replace(write, title=typed(values, "title", write.title), text=typed(values, "text", write.text))


VIEW = NoteView()
