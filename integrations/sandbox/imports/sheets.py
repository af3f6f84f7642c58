"""Read CSV files: however they are written, and with the file, line and column of every fault."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from integrations.sandbox.imports.encodings import decoded, delimiter_of, encoded_once, read_bytes
from integrations.sandbox.imports.faults import Fault, Faults, printable
from integrations.sandbox.imports.formats import Format, Habits
from integrations.sandbox.imports.near import instead


class Reader(Protocol):
    """A reader of `csv`: rows, and the number of the last line that it read."""

    @property
    def line_num(self) -> int: ...
    def __next__(self) -> list[str]: ...
    def __iter__(self) -> Iterator[list[str]]: ...


MOST_LINES = 500_000
_LONGEST_CELL = 4_000_000
_QUOTED = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One record of a file. `number` is the line it starts on. Cells have no outer spaces. `habits` tell how the file writes
    days and numbers."""

    file: str
    number: int
    cells: Mapping[str, str] = field(repr=False)
    habits: Habits = field(default_factory=Habits, repr=False)

    def fault(self, column: str | None, problem: str) -> Fault:
        """Return an error that says where, e.g. `deals.csv, line 7, column close_date: “2017-13-01” is not a date.`"""
        return Fault(problem, file=self.file, line=self.number, column=column)

    def check(self, column: str, sentence: str, *, kind: str) -> None:
        """Keep something about a cell that a person should look at, although it can be read."""
        key = (kind, "" if kind == "zone" else column)
        if key not in self.habits.checks:
            first = printable(f"{self.file}, line {self.number}, column {column}: {sentence}")
            self.habits.checks[key] = (first, set())
        self.habits.checks[key][1].add(self.number)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A file: its columns and its records in order. The header is on line `header`. `broken` counts the records that have too
    many or too few cells, so they are not among `lines`."""

    file: str
    columns: tuple[str, ...]
    lines: tuple[Line, ...]
    header: int = 1
    broken: int = 0
    habits: Habits = field(default_factory=Habits, repr=False)

    def need(self, column: str) -> str:
        """Raises: Fault if the file has no such column."""
        if column not in self.columns:
            raise Fault(
                f"there is no column {column}{instead(column, self.columns, there='the file has')}",
                file=self.file,
                line=self.header,
            )
        return column


def read_sheet(directory: Path, name: str, *, faults: Faults, form: Format | None = None) -> Sheet:
    """Read a file. Lines with too many or too few cells are kept among the faults, and the others are read.

    Raises: Fault if the file is missing, unreadable, or has no proper header.
    """
    form = form or Format()
    text = decoded(read_bytes(directory, name), form.encoding, file=name)
    limit = csv.field_size_limit(_LONGEST_CELL)
    try:
        delimiter = form.delimiter or delimiter_of(text)
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
        return _sheet(name, reader, form=form.over(Format(delimiter=delimiter)), faults=faults)
    finally:
        csv.field_size_limit(limit)


def _sheet(name: str, reader: Reader, *, form: Format, faults: Faults) -> Sheet:
    try:
        for _ in range(form.skip):
            next(reader, None)
        header = reader.line_num + 1
        columns = _named(next(reader, []))
        if not columns:
            raise Fault("there is no header.", file=name, line=header)
        before = faults.raised
        rows = list(_rows(name, columns, reader, faults))
    except csv.Error as exc:
        raise Fault(f"{exc}.", file=name, line=reader.line_num) from exc
    habits = Habits.of(columns, [cells for _, cells in rows], form=form)
    lines = tuple(_line(name, number, cells, habits) for number, cells in rows)
    return Sheet(file=name, columns=columns, lines=lines, header=header, broken=faults.raised - before, habits=habits)


def _line(file: str, number: int, cells: dict[str, str], habits: Habits) -> Line:
    """Return a record. Of cells that were encoded twice, it has the text that was meant, which a person should check."""
    meant = {name: once for name, cell in cells.items() if (once := encoded_once(cell)) != cell}
    line = Line(file=file, number=number, cells={**cells, **meant}, habits=habits)
    for name, text in meant.items():
        short = text if len(text) <= _QUOTED else f"{text[:_QUOTED]}…"
        line.check(name, f"the text was encoded twice; it is read as “{short}”.", kind="encoded")
    return line


def _named(cells: list[str]) -> tuple[str, ...]:
    """Return the columns. One without a name is called after its place, since exports often end each line with a delimiter; the
    second of a name is `name (2)`."""
    names = [cell.strip() for cell in cells]
    if not any(names):
        return ()
    found: dict[str, None] = {}
    for place, name in enumerate(names, start=1):
        column, number = name or f"column {place}", 2
        while column in found:
            column, number = f"{name} ({number})", number + 1
        found[column] = None
    return tuple(found)


def _rows(
    file: str,
    columns: tuple[str, ...],
    reader: Reader,
    faults: Faults,
) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield the records. A quoted cell may span several lines; a record has the number of its first line."""
    start = reader.line_num + 1
    for cells in reader:
        number, start = start, reader.line_num + 1
        if number > MOST_LINES:
            raise Fault(f"the file has more than {MOST_LINES:,} lines; split it.", file=file, line=number)
        if not any(cells):
            continue
        if len(cells) == len(columns):
            yield number, {name: cell.strip() for name, cell in zip(columns, cells, strict=True)}
        else:
            problem = f"there are {len(cells)} cells, but the header names {len(columns)} columns."
            faults.add(Fault(problem, file=file, line=number))
