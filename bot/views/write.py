"""Show a proposal's write, rendered from the payload itself and never from prose.

Each kind's view is the file of its name in `writes/`, which defines one `WriteView` as `VIEW`.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from types import ModuleType
from typing import Any, ClassVar, Generic, TypeVar

from bot.views.blocks import Block, context, input_block, section, submitted, text_input
from bot.views.changes import EMPTY, move_lines
from bot.views.reader import Reader
from bot.views.space import pages
from bot.views.text import fit, link, mrkdwn, named
from bot.views.words import first_words
from store.domain.crm.basis import Difference
from store.domain.errors import Refused
from store.domain.gate import registry
from store.domain.gate.proposals import Proposal
from store.domain.gate.write import Write
from store.domain.text.redaction import visible
from store.domain.text.wording import plural

W = TypeVar("W", bound=Write)

NOT_ADJUSTABLE = "An undo can't be adjusted: undo it as shown, or leave it."
MARKS = "Description: ends with a mark of the bot's, another for each"
_INPUT_LIMIT = 3_000  # characters that Slack accepts in one input
_TYPED_LIMIT = 16_000
# The characters that a write's texts may take on a card; longer ones are read in a view of their own.
_CARD_CHARACTERS = 260
_NAME_WORDS, _NAME_CHARACTERS = 10, 80  # the same of a record's name
_LONGEST_NAME = 300  # characters; Zoho takes 255


@dataclass(frozen=True, slots=True, kw_only=True)
class Short:
    """A write in one line of mrkdwn. Unless it is `whole`, something that a person must see before approving is missing, and the
    line says that there is more."""

    line: str
    whole: bool = True


class WriteView(ABC, Generic[W]):
    """`place` is people's name for the system, `result` a clause about a write that was made: `the task is in Zoho`."""

    place: ClassVar[str] = "Zoho"
    result: ClassVar[str]

    @abstractmethod
    def short(self, write: W, reader: Reader, beside: str) -> Short:
        """One line; texts appear in full or not at all. A record that the text `beside` it names is not named again."""

    def about(self, write: W) -> str:
        """What Adjust and Undo are about, as mrkdwn: `For deal “Acme renewal”`."""
        return f"For {write.parent_kind} “{named(write.parent_name, limit=100)}”"

    @abstractmethod
    def fields(self, write: W, reader: Reader) -> list[tuple[str, str]]:
        """Every field in full as (label, mrkdwn), which may have several lines."""

    def marked(self, write: W) -> str:
        """The label of the field whose text will end with the proposal's marker; "" if none will."""
        return ""

    @abstractmethod
    def outcome(self, write: W, crm_id: str, reader: Reader) -> str:
        """`task created, due Tue 24 Nov`, as a link to the record."""

    def told(self, write: W, name: str) -> str:
        """What follows the outcome, as mrkdwn: the write's `name`, or the part of it that the outcome doesn't say."""
        return name

    def inputs(self, write: W, people: Sequence[tuple[str, str]], choices: Mapping[str, Sequence[str]]) -> list[Block]:
        """The fields of the Adjust modal. Block ids are the write's field names, so that problems appear beside them.

        Raises: Refused for a write that can't be adjusted.
        """
        raise Refused(NOT_ADJUSTABLE)

    def submission(self, write: W, values: Mapping[str, Any], people: Mapping[str, str]) -> Write:
        """The write from a submitted modal. Fields that the modal didn't show stay. Raises: FieldProblems, Refused."""
        raise Refused(NOT_ADJUSTABLE)

    def undone(self, write: W) -> str:
        """The result of an undo, for the write that undoes."""
        return f"restored in {self.place}"

    def undo(self, write: W, moves: Sequence[Difference], reader: Reader) -> str:
        """The Undo modal's before and after."""
        lines = fit(move_lines(moves, reader, limit=400), limit=2_600)
        return "\n".join(("*Before → after*", *lines)) if lines else EMPTY

    def afterwards(self, write: W) -> str:
        """The Undo modal's sentence about the result."""
        return f"It will be restored in {self.place}."


def in_short(write: Write, reader: Reader, *, beside: str = "") -> Short:
    """One line: `Task for you, due Tue 24 Nov, high: “Call Eva Sommer”`."""
    return view_of(write).short(write, reader, beside)


def in_full(proposal: Proposal, reader: Reader, *, title: str = "", said: Collection[str] = ()) -> list[Block]:
    """Each field of the write in full, and the marker that its text will carry, over as many sections as it takes. `title` is
    mrkdwn; lines `said` above for several writes are left out, as is their marker if MARKS is."""
    view = view_of(proposal.write)
    fields = [each for each in _fields(proposal, reader) if each not in said]
    lines = [title, *fields] if title else fields
    marked = "" if proposal.undoes or MARKS in said else view.marked(proposal.write)
    mark = [f"{marked} ends with the bot's mark {proposal.marker}"] if marked else []
    return [section(page) for page in pages("\n".join((*lines, *mark)).split("\n"))]


def shared(proposals: Sequence[Proposal], reader: Reader) -> list[str]:
    """The fields that all of these writes have in common, each as a line; none if there is only one write."""
    told = [_fields(each, reader) for each in proposals]
    if len(told) < 2:
        return []
    marks = [MARKS] if all(view_of(each.write).marked(each.write) == "Description" for each in proposals) else []
    return [*(each for each in told[0] if all(each in fields for fields in told)), *marks]


def _fields(proposal: Proposal, reader: Reader) -> list[str]:
    return [f"{label}: {value}" for label, value in view_of(proposal.write).fields(proposal.write, reader)]


def outcome(proposal: Proposal, reader: Reader) -> str:
    return view_of(proposal.write).outcome(proposal.write, proposal.crm_id or "", reader)


def view_of(write: Write) -> WriteView[Any]:
    return _views()[write.kind]


@cache
def _views() -> Mapping[str, WriteView[Any]]:
    """Raises: TypeError, ModuleNotFoundError for a kind that people couldn't see."""
    return {name: view_in(module) for name, module in registry.modules("bot.views.writes", registry.kinds()).items()}


def view_in(module: ModuleType) -> WriteView[Any]:
    """What a kind's file defines. Raises: TypeError."""
    if not isinstance(view := getattr(module, "VIEW", None), WriteView):
        raise TypeError(f"{module.__name__} has to define as VIEW how this write looks.")
    return view


def on_parent(write: Write, reader: Reader, *, beside: str) -> str:
    """` on “Acme renewal”`; "" if the text `beside` it names that record. A long name is cut: see `names_parent`."""
    if is_named(write.parent_name, beside):
        return ""
    name = write.parent_name
    return f" on “{_whole_name(name) if _is_short(name) else reader.named(first_words(name, 6), limit=60)}”"


def names_parent(write: Write, *, beside: str) -> bool:
    """Whether the record is named in full, by the text `beside` the write or by `on_parent`."""
    return is_named(write.parent_name, beside) or _is_short(write.parent_name)


def is_named(name: str, text: str) -> bool:
    """Whether a text names a record in full: in quotation marks, or without if the name is no common word."""
    whole = " ".join(name.split())
    plain = re.sub("“[^“”]*”", "", text)  # a longer name may begin with this one
    return f"“{whole}”" in text or (len(whole) > 5 and whole in plain)


def parent(write: Write, reader: Reader) -> str:
    """`deal “Acme”`."""
    return f"{write.parent_kind} “{reader.named(write.parent_name, limit=60)}”"


def linked_parent(write: Write, reader: Reader) -> str:
    """Named by the payload and linked by the id it writes to, so that a wrong name shows."""
    name = _whole_name(write.parent_name)
    return f"{write.parent_kind} “{link(reader.links.record(write.parent_kind, write.parent_id), name)}”"


def _is_short(name: str) -> bool:
    return len(name.split()) <= _NAME_WORDS and len(name) <= _NAME_CHARACTERS


def _whole_name(name: str) -> str:
    return named(name, limit=_LONGEST_NAME)


def fits(reader: Reader, *texts: str) -> bool:
    """Whether these texts, all of them, have room on a card."""
    shown = " ".join(texts)
    return len(shown.split()) <= reader.write_words and len(whole_line(shown)) <= reader.room(_CARD_CHARACTERS)


def whole_line(text: str) -> str:
    """A text in full, on one line of mrkdwn."""
    return mrkdwn(text, limit=6 * len(text) + 20)


def whole_text(text: str) -> str:
    """A text in full, as mrkdwn with its lines kept."""
    return "\n".join(whole_line(line) if line.strip() else "" for line in visible(text, limit=_TYPED_LIMIT).split("\n"))


def begun(text: str, reader: Reader) -> str:
    """The first few words of a text that has no room in full, as mrkdwn."""
    return reader.text(first_words(text, 6 if reader.space else 3), limit=60)


def length_of(text: str) -> str:
    """`120 words`."""
    return plural(len(text.split()), "word")


def line_input(field: str, label: str, value: str, limit: int) -> Block:
    shown = " ".join(visible(value, limit=4 * limit).split())[:limit]
    return input_block(field, label, text_input(field, initial=shown, limit=limit))


def paragraph_input(field: str, label: str, value: str, *, hint: str | None = None, optional: bool = False) -> Block:
    """A multi-line input; a text too long for one can only stay as it is."""
    if len(value) > _INPUT_LIMIT:
        return context(f"{label}: too long to edit here ({len(value):,} characters); it stays as proposed.")
    element = text_input(field, initial=visible(value, limit=_INPUT_LIMIT), limit=_INPUT_LIMIT, multiline=True)
    return input_block(field, label, element, hint=hint, optional=optional)


def typed(values: Mapping[str, Any], field: str, proposed: str) -> str:
    """The typed text without invisible characters; the proposed text if the modal didn't show this field."""
    return visible(submitted(values, field) or "", limit=_TYPED_LIMIT) if field in values else proposed
