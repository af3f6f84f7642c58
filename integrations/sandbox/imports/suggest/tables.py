"""The files of a folder as columns of cells, with what the cells show."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from integrations.sandbox.imports import days, numbers
from integrations.sandbox.imports.cells import NO, YES, is_blank, moment_of, number_of
from integrations.sandbox.imports.encodings import decoded, delimiter_of, encoding_of, header_line, read_bytes
from integrations.sandbox.imports.faults import Fault, Faults
from integrations.sandbox.imports.formats import Format
from integrations.sandbox.imports.sheets import Line, read_sheet
from integrations.sandbox.imports.suggest.words import fit, words_of

_ENDINGS = (".csv", ".tsv", ".txt", ".tab")
_MOST_FILES = 60
_DATED = frozenset(("date", "created", "close", "modified", "expected"))
_MOST = 0.8
_LEAST = 0.3
_LOOKED_AT = 5_000
_LAST = 5
_TOTAL = re.compile(
    r"(?:grand |sub)?totals?\b(?! [a-z])|(?:gesamt)?summe\b|gesamt\b|summa\b|totalt\b|итого\b|всего\b|sum:?$",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Column:
    name: str
    cells: tuple[str, ...]

    @cached_property
    def words(self) -> tuple[str, ...]:
        return words_of(self.name)

    @cached_property
    def counts(self) -> Counter[str]:
        """Its cells that are not empty."""
        counts = Counter(self.cells)
        counts.pop("", None)
        return counts

    @cached_property
    def filled(self) -> int:
        return sum(self.counts.values())

    @property
    def is_full(self) -> bool:
        return self.filled == len(self.cells)

    @property
    def is_unique(self) -> bool:
        return bool(self.counts) and len(self.counts) == self.filled

    def share(self, fits: Callable[[str], bool]) -> float:
        """Return the share of its different cells that have a form, of those that say anything."""
        some = [cell for cell in list(self.counts)[:300] if not is_blank(cell)]
        return sum(map(fits, some)) / len(some) if some else 0.0

    @cached_property
    def is_days(self) -> bool:
        """Whether its cells are days; bare numbers only count if its header says so."""
        if self.share(days.looks_like_day) > _MOST:
            return True
        return (
            bool(_DATED & set(self.words))
            and not {"id", "amount", "days"} & set(self.words)
            and self.share(_is_stamp) > _MOST
        )

    @cached_property
    def is_numbers(self) -> bool:
        return self.share(numbers.looks_like_number) > _MOST

    @cached_property
    def is_flags(self) -> bool:
        return self.share(lambda cell: cell.lower() in YES | NO) == 1.0

    @cached_property
    def is_emails(self) -> bool:
        return self.share(lambda cell: "@" in cell[1:-1] and " " not in cell) > _MOST


@dataclass(frozen=True)
class Table:
    file: str
    form: Format
    columns: Mapping[str, Column]
    lines: tuple[Line, ...]
    notes: tuple[str, ...] = ()
    totals: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Cells, by column, of the lines at the end that only sum up the others; they are not among `lines`."""

    @cached_property
    def words(self) -> tuple[str, ...]:
        """The words of its file name."""
        return words_of(self.file.rpartition(".")[0])

    @property
    def days(self) -> list[str]:
        """The columns of days."""
        return [name for name, column in self.columns.items() if column.is_days]

    def find(self, *phrases: str, own: str = "", kind: str = "", but: frozenset[str] = frozenset()) -> Column | None:
        """Return the column whose header says one of the phrases best; of equals, the earlier phrase and the fuller column.
        `kind` is what its cells must be: days, numbers, emails, flags, text, or text that is no number."""
        found: list[tuple[float, int, int, Column]] = []
        for column in self.columns.values():
            if column.name in but or not column.filled or not _is(column, kind):
                continue
            for rank, phrase in enumerate(phrases):
                if (score := fit(column.words, phrase, own=own)) > _LEAST:
                    found.append((score, -rank, column.filled, column))
        return max(found, key=lambda each: each[:3], default=(0, 0, 0, None))[3]


def _is_stamp(cell: str) -> bool:
    return days.stamp_of(cell) is not None


def read_tables(directory: Path, faults: Faults) -> list[Table]:
    """Read the tables of a folder, by name. Unreadable ones are among the faults."""
    tables: list[Table] = []
    names = sorted(path.name for path in directory.iterdir() if path.suffix.lower() in _ENDINGS and path.is_file())
    for name in names[:_MOST_FILES]:
        with faults.caught():
            tables.append(_table(directory, name, faults))
    return [_decided(directory, table, tables) for table in tables]


def other_files(directory: Path) -> list[str]:
    """Name the files of a folder that are not read."""
    known = (*_ENDINGS, ".toml")
    return sorted(path.name for path in directory.iterdir() if path.is_file() and path.suffix.lower() not in known)


def _table(directory: Path, name: str, faults: Faults) -> Table:
    data = read_bytes(directory, name)
    text = decoded(data, None, file=name)
    encoding = encoding_of(data)
    delimiter = delimiter_of(text)
    said: dict[str, object] = {}
    notes = []
    if encoding in ("cp1251", "cp1252", "mac_roman"):
        said["encoding"] = encoding
        notes.append("not UTF-8; check that names look right")
    if delimiter != ",":
        said["delimiter"] = delimiter
    if skip := header_line(text, delimiter):
        said["skip"] = skip
        notes.append(f"the header is on line {skip + 1}")
    return _read(directory, name, Format.model_validate(said), faults, tuple(notes))


def _read(directory: Path, name: str, form: Format, faults: Faults, notes: tuple[str, ...]) -> Table:
    sheet = read_sheet(directory, name, faults=faults, form=form)
    totals, lines = _totals(sheet.lines)
    columns = {each: Column(each, tuple(line.cells[each] for line in lines)) for each in sheet.columns}
    twice = [each for each in columns if each.endswith(" (2)") and each.removesuffix(" (2)") in columns]
    notes = (
        *notes,
        *(f"there are two columns “{each.removesuffix(' (2)')}”; the second is “{each}”" for each in twice),
    )
    return Table(name, form, columns, lines, notes, totals)


def _totals(lines: tuple[Line, ...]) -> tuple[dict[str, list[str]], tuple[Line, ...]]:
    """Return the cells that mark lines of totals among the last ones, and the other lines."""
    found: dict[str, list[str]] = {}
    where = set()
    for line in lines[-_LAST:]:
        column, cell = next(((name, cell) for name, cell in line.cells.items() if cell), ("", ""))
        if _TOTAL.match(cell):
            found.setdefault(column, []).append(cell)
            where.add(line.number)
    kept = tuple(line for line in lines if line.number not in where)
    return (found, kept) if kept else ({}, lines)


def _decided(directory: Path, table: Table, tables: Sequence[Table]) -> Table:
    """Say the order of days and the decimal mark where a file's own cells leave two readings, as the other files show them."""
    said: dict[str, object] = {}
    notes: list[str] = []
    european = table.form.delimiter == ";"
    if cell := _unclear(table, "is_days", lambda line, name, cell: moment_of(cell, line=line, column=name)):
        said["dates"] = days.order_of(_cells(tables, "is_days")) or ("DMY" if european else "MDY")
        notes.append(f"“{cell}” could also have day and month the other way round")
    if cell := _unclear(table, "is_numbers", lambda line, name, cell: number_of(cell, line=line, column=name)):
        said["decimal"] = numbers.decimal_of(_cells(tables, "is_numbers")) or ("," if european else ".")
        notes.append(f"the mark in “{cell}” could also be the other one")
    if not said:
        return table
    form = Format.model_validate(table.form.model_dump(exclude_unset=True) | said)
    return _read(directory, table.file, form, Faults(), (*table.notes, *notes))


def _unclear(table: Table, kind: str, read: Callable[[Line, str, str], object]) -> str | None:
    """Return a cell that can be read in two ways, of the columns of a kind."""
    names = [name for name, column in table.columns.items() if getattr(column, kind)]
    for line in table.lines[:_LOOKED_AT]:
        for name in names:
            try:
                if line.cells[name]:
                    read(line, name, line.cells[name])
            except Fault as exc:
                if isinstance(exc.__cause__, days.Ambiguous | numbers.Ambiguous):
                    return line.cells[name]
    return None


def _cells(tables: Sequence[Table], kind: str) -> list[str]:
    return [
        cell for table in tables for column in table.columns.values() if getattr(column, kind) for cell in column.counts
    ]


def _is(column: Column, kind: str) -> bool:
    if kind == "words" and column.is_numbers:
        return False
    if kind in ("text", "words"):
        return not (column.is_days or column.is_emails)
    kinds = {"days": "is_days", "numbers": "is_numbers", "emails": "is_emails", "flags": "is_flags"}
    return not kind or bool(getattr(column, kinds[kind]))
