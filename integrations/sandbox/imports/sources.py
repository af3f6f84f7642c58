"""Where a value, a moment or a record comes from: the parts of a mapping."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from integrations.sandbox.imports.sheets import Line


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


def _several(value: object) -> object:
    """One name is short for a list of one."""
    return (value,) if isinstance(value, str | int | bool) else value


def _texts(value: object) -> object:
    """Cells are text, also those written as numbers, true or false in the mapping."""
    if not isinstance(value, list | tuple):
        return value
    return tuple(str(each).lower() if isinstance(each, bool) else str(each) for each in value)


Columns = Annotated[tuple[str, ...], BeforeValidator(_several)]
Cells = Annotated[tuple[str, ...], BeforeValidator(_texts), BeforeValidator(_several)]
Where = Mapping[str, Cells]


class Source(Strict):
    """The source of a value: a column, several joined by `separator`, the first of several that is not empty, a constant, or,
    for an owner, the user who owns most of the records of a module that point here (`owner_of_most`; the first by name in a tie).

    `values` replaces whole cells before any other step, and `default` stands for an empty one. `lookup` means that the text is
    the key or the name of a record of that module, or the key, name or e-mail of one of the `Users`; with `via`, the value is
    that record's own lookup of this name. `part` takes first names or the last name. `times` multiplies a number.
    """

    column: str | None = None
    join: tuple[str, ...] = ()
    first_of: tuple[str, ...] = ()
    separator: str = " · "
    constant: str | int | float | bool | None = None
    owner_of_most: str | None = None
    values: Mapping[str, str] = {}
    default: str | None = None
    lookup: str | None = None
    via: str | None = None
    part: Literal["first", "last"] | None = None
    times: float | None = None

    @property
    def columns(self) -> tuple[str, ...]:
        return self.join or self.first_of or ((self.column,) if self.column else ())

    @property
    def place(self) -> str:
        """The column to name in an error."""
        return ", ".join(self.columns) or "(constant)"

    def text(self, line: Line) -> str:
        """Return the text that a line has for this value."""
        return self.text_and_place(line)[0]

    def text_and_place(self, line: Line) -> tuple[str, str]:
        """Return the text, and the column to name if it is faulty."""
        if self.constant is not None:
            return str(self.constant), self.place
        cells = {name: self.values.get(line.cells[name], line.cells[name]) for name in self.columns}
        filled = [name for name, cell in cells.items() if cell]
        if not filled:
            return self.default or "", self.place
        if self.join:
            return self._part(self.separator.join(cells[name] for name in filled)), self.place
        return self._part(cells[filled[0]]), filled[0]

    def _part(self, text: str) -> str:
        return text if self.part is None else split_name(text)[self.part == "last"]


def spelled_out(value: object) -> object:
    """Expand `Field = "column"`, which is short for `Field = { column = "column" }`."""
    return {"column": value} if isinstance(value, str) else value


def folded(text: str) -> str:
    """Return the form in which names are compared: without case, and with single spaces."""
    return " ".join(text.split()).casefold()


def split_name(name: str) -> tuple[str, str]:
    """Split into first names and last name; a single word is a last name, because a CRM requires that one. In `Berg, Anna` the last
    name is the first."""
    last, comma, first = name.partition(", ")
    if comma and first.rstrip(".").casefold() not in _AFTER_NAMES:
        return first, last
    first, _, last = name.rpartition(" ")
    return first, last


_AFTER_NAMES = frozenset(("jr", "sr", "ii", "iii", "iv", "phd", "ph.d", "md", "m.d", "mba", "cpa", "esq"))


Named = Annotated[Source, BeforeValidator(spelled_out)]
Fields = Mapping[str, Named]


class Choice(Strict):
    """Which lines count: those whose cells are among `only`, without those whose cells are among `skip`."""

    only: Where = {}
    skip: Where = {}

    def takes(self, line: Line) -> bool:
        return all(line.cells[column] in cells for column, cells in self.only.items()) and not any(
            line.cells[column] in cells for column, cells in self.skip.items()
        )


class Event(Choice):
    """Something that happens to a record: on the first day given in these columns (`on`), or as many days before the last day
    as a column says (`days_ago`); a day after `at_latest` counts as that one. Without a day it happens only to the lines that
    `only` names, right after the creation."""

    on: Columns = ()
    days_ago: str | None = None
    at_latest: date | None = None
    fields: Fields = {}

    @property
    def columns(self) -> Iterator[str]:
        """Every column that it reads."""
        yield from (*self.on, *self.only, *self.skip, *((self.days_ago,) if self.days_ago else ()))
        for source in self.fields.values():
            yield from source.columns


class History(Choice):
    """Another file with the records' past: the record (by key or name), the time, and its fields from then on. `before` are the
    fields until then."""

    file: str
    record: str
    on: str
    fields: Fields
    before: Fields = {}

    @property
    def columns(self) -> Iterator[str]:
        """Every column that it reads."""
        yield from (self.record, self.on, *self.only, *self.skip)
        for source in (*self.fields.values(), *self.before.values()):
            yield from source.columns


class ModuleFile(Choice):
    """Where the records of a module come from. Without a `key`, each line is a record that none can point to by key; with
    `distinct`, only the first line with a key is one."""

    file: str
    key: Columns = ()
    distinct: bool = False
    fields: Fields
    events: tuple[Event, ...] = Field(default=(Event(),), min_length=1)
    history: History | None = None

    @property
    def sources(self) -> Iterator[tuple[str, Source]]:
        """Every field with its source."""
        yield from self.fields.items()
        for event in self.events:
            yield from event.fields.items()
        if self.history:
            yield from (*self.history.fields.items(), *self.history.before.items())

    @property
    def columns(self) -> Iterator[str]:
        """Every column that it reads."""
        yield from (*self.key, *self.only, *self.skip)
        for source in self.fields.values():
            yield from source.columns
        for event in self.events:
            yield from event.columns


class UsersFile(Choice):
    """Where the people come from: one line each, or with `distinct` any file that names them. `key` is what other files may call
    them besides their names; `active` says who still works here."""

    file: str
    name: Named
    key: str | None = None
    manager: str | None = None
    email: str | None = None
    active: Named = Source(constant=True)
    distinct: bool = False
    email_domain: str = "example.com"
    time_zone: Named | None = None
    role: str = "Account Executive"
    manager_role: str = "Sales Manager"

    @property
    def columns(self) -> Iterator[str]:
        """Every column that it reads."""
        yield from filter(None, (self.key, self.manager, self.email))
        yield from (*self.name.columns, *self.active.columns, *self.only, *self.skip)
        yield from self.time_zone.columns if self.time_zone else ()
