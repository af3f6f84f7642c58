"""The base of every kind of write: a value that answers everything the gate asks. The kinds are in `writes/`, one file
each.

A kind inherits from `Write`, names itself and the system that executes it, and answers the questions below. The
defaults here are always the careful answers.
"""

from __future__ import annotations

import hashlib
import json
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar, Self

from pydantic import TypeAdapter

from store.domain.crm.accounts import Entity, Kind, Person
from store.domain.crm.basis import Difference, RecordKey, Records

CRM = "crm"
# "\n\n" and the marker that a writer adds to the end of a text.
MARK_ROOM = 18
TEXT_TYPES = frozenset({"text", "textarea", "picklist"})

# (field of the write, one sentence); the field is "" for a problem that belongs to none.
Problem = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field that a write fills in, as its system will see it. `types` are the system's data types that can hold it."""

    name: str
    label: str
    value: str | date | None
    types: frozenset[str] = TEXT_TYPES


@dataclass(frozen=True, slots=True, kw_only=True)
class Adjustment:
    """Context for checking an adjusted write: the write it `replaces`, the owner asked, all people by id, the CRM's
    picklists of an account by our field names, and the owner's date."""

    replaces: Write
    owner: Person
    people: Mapping[str, Person]
    choices: Mapping[str, Sequence[str]]
    today: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A write that was made, as it is in its system now. `modified_at` is when it last changed there, `written_at` the system's
    time of our own write, if known. `record` is the CRM record it left; None for other systems."""

    id: str
    marker: str
    modified_at: datetime
    written_at: datetime | None = None
    record: Entity | None = None

    @property
    def is_touched(self) -> bool:
        """Whether anyone changed it after us."""
        since = self.written_at or (self.record.created_at if self.record else self.modified_at)
        return self.modified_at > since


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """The two texts of a write: a short one of at most `limit` characters on one line and a long one, with their field names."""

    short: str
    long: str
    limit: int
    short_name: str
    long_name: str


@dataclass(frozen=True, slots=True)
class Write(ABC):
    """A write as a value. Every kind is a frozen dataclass whose fields are exactly what a person is shown and approves."""

    kind: ClassVar[str]  # also the name of its file in each layer
    system: ClassVar[str]  # whose writer executes it
    only_adds: ClassVar[bool] = False  # overwrites nothing, so several may be approved at once
    has_outcome: ClassVar[bool] = True  # whether its outcome is measured and shown
    only_undoes: ClassVar[bool] = False  # undoes another write and is never proposed alone
    undo_refusal: ClassVar[str | None] = "This cannot be undone from here."  # None if it can be undone
    former_tool: ClassVar[str | None] = None  # its name in rows that releases before the registry stored

    if TYPE_CHECKING:  # a property here would be taken for the default value of a dataclass field of that name

        @property
        def parent_kind(self) -> Kind:
            """The CRM record that the write belongs to; people who may act on that record may decide."""

        @property
        def parent_id(self) -> str: ...

        @property
        def parent_name(self) -> str: ...

    @abstractmethod
    def plain(self) -> Self:
        """Itself without characters that no one can see: a card can't show them, so nothing may write them."""

    @abstractmethod
    def problems(self, adjustment: Adjustment) -> list[Problem]:
        """The problems of an adjusted version. Raises: Refused for a version that can't be repaired."""

    @abstractmethod
    def fields(self) -> tuple[Field, ...]:
        """The fields it fills in, to be checked against the system's own rules."""

    @abstractmethod
    def name(self) -> str:
        """Its one name wherever people meet it; that of the record it makes, if it makes one."""

    @abstractmethod
    def in_words(self, say: Callable[[str], str], names: Mapping[str, str]) -> str:
        """Its effect, in a few words. `say` makes a foreign text fit for the sentence; `names` are people's by id."""

    def made(self, crm_id: str) -> RecordKey | None:
        """The CRM record that it left or changed; None if it left none, and its system's writer has to look for it."""
        return None

    def reworked(self, written: Written) -> tuple[Difference, ...] | None:
        """The changes made after it was written; None if all is as we left it, () if no field that we read differs.
        Only asked of kinds that can be undone, as is `undo`."""
        raise NotImplementedError

    def undo(self, written: Written) -> tuple[Write, tuple[Difference, ...]]:
        """The write that undoes this one, and its changes: each `shown` is now, each `present` afterwards."""
        raise NotImplementedError

    def sets(self) -> Mapping[str, str | None]:
        """The account fields it overwrites, and their new values."""
        return {}

    def is_past(self, today: date) -> bool:
        """Whether it came too late to be asked about as it is: a day that it names has passed."""
        return False

    def doer(self) -> str | None:
        """The id of the person by whose days its day counts; None for the person asked."""
        return None

    def postponed(self, to: date) -> Self:
        """Itself for a later day; only asked of kinds that can be past."""
        raise NotImplementedError

    def touches(self) -> tuple[tuple[RecordKey, str], ...]:
        """The (record, field) pairs whose change makes this a different write: here the stage of its deal."""
        return (((Kind.DEAL, self.parent_id), "stage"),) if self.parent_kind is Kind.DEAL else ()

    def guarded(self) -> RecordKey:
        """The record whose modified time guards the write: it is written only if no one changed that one since it was read."""
        return self.parent_kind, self.parent_id

    def renewed(self, records: Records) -> Self | None:
        """Itself, based on the records as they are now; None if there is nothing left to write."""
        return self

    def wording(self) -> Wording | None:
        """The texts in it that a model or a person may reword; None if there are none."""
        return None

    def reworded(self, short: str, long: str) -> Self:
        """Itself with other texts; only asked of kinds that have a `wording`."""
        raise NotImplementedError

    def due_on(self) -> date | None:
        """The day by which someone has to do something, if it gives anyone anything to do."""
        return None

    def people(self) -> tuple[str, ...]:
        """Names of people in it that need no evidence."""
        return ()


def canonical(write: Write) -> str:
    """The one text form of a write: its kind and its fields, with sorted keys, no spaces, UTF-8 as it is."""
    return _text({"kind": write.kind, **values_of(write)})


def digest_of(write: Write) -> str:
    """SHA-256 of the canonical form: it proves that the write is the one shown."""
    return _sha256(canonical(write))


def is_digest_of(digest: str, write: Write) -> bool:
    """Whether this digest was made of this very write, by this release or by one that still called kinds tools."""
    if digest == digest_of(write):
        return True
    return write.former_tool is not None and digest == _sha256(_text({"tool": write.former_tool, **values_of(write)}))


def values_of(write: Write) -> dict[str, Any]:
    """Its fields as JSON values."""
    values: dict[str, Any] = adapter_of(type(write)).dump_python(write, mode="json")
    return values


@cache
def adapter_of(kind: type[Write]) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def _text(values: Mapping[str, Any]) -> str:
    return json.dumps(values, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def text_problems(field: str, value: str, limit: int) -> list[Problem]:
    """The problems of a text that must not be empty."""
    return [(field, "This must not be empty.")] if not value.strip() else length_problems(field, value, limit)


def length_problems(field: str, value: str, limit: int) -> list[Problem]:
    if len(value) <= limit:
        return []
    return [(field, f"This is {len(value)} characters long; the CRM takes {limit}.")]


def with_mark_room(text: str) -> str:
    """The text as long as it will be once it carries the marker."""
    return text + " " * MARK_ROOM


def moves_between(pairs: Sequence[tuple[str, str | None, str | None]]) -> tuple[Difference, ...]:
    """Keep the (label, before, now) whose values differ."""
    return tuple(Difference(label=label, shown=was, present=now) for label, was, now in pairs if was != now)
