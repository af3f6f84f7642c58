"""Read CSV files strictly: every fault names its file, line and column."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from store.domain.errors import BadInput


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One record of a file. `number` is the line it starts on, the header being line 1. Cells have no outer spaces."""

    file: str
    number: int
    cells: Mapping[str, str] = field(repr=False)

    def fault(self, column: str | None, problem: str) -> BadInput:
        """Return an error that says where, e.g. `deals.csv, line 7, column close_date: “2017-13-01” is not a date.`"""
        place = f"{self.file}, line {self.number}" + (f", column {column}" if column else "")
        return BadInput(f"{place}: {problem}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A file: its columns and its records in order."""

    file: str
    columns: tuple[str, ...]
    lines: tuple[Line, ...]

    def need(self, column: str) -> str:
        """Raises: BadInput if the file has no such column."""
        if column not in self.columns:
            raise BadInput(f"{self.file}, line 1: there is no column {column}; the file has {', '.join(self.columns)}.")
        return column


def read_sheet(path: Path) -> Sheet:
    """Raises: BadInput if the file is missing, unreadable, not UTF-8 or not well-formed CSV."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file, strict=True)
            columns = tuple(name.strip() for name in next(reader, ()))
            _check_header(path.name, columns)
            return Sheet(file=path.name, columns=columns, lines=tuple(_lines(path.name, columns, reader)))
    except FileNotFoundError as exc:
        raise BadInput(
            f"There is no file {path.name} in {path.parent}. Add it, or write a --mapping, see docs/sandbox.md."
        ) from exc
    except OSError as exc:
        raise BadInput(f"{path.name} cannot be read: {exc.strerror}.") from exc
    except UnicodeDecodeError as exc:
        line = exc.object[: exc.start].count(b"\n") + 1
        raise BadInput(
            f"{path.name} is not UTF-8 text (byte {exc.object[exc.start]:#04x} near line {line}); save it as UTF-8."
        ) from exc
    except csv.Error as exc:
        raise BadInput(f"{path.name}, line {reader.line_num}: {exc}.") from exc


def _check_header(file: str, columns: tuple[str, ...]) -> None:
    if not any(columns):
        raise BadInput(f"{file}, line 1: there is no header.")
    for column in columns:
        if columns.count(column) > 1:
            raise BadInput(
                f"{file}, line 1: the column {column or '(without a name)'} appears {columns.count(column)} times."
            )


def _lines(file: str, columns: tuple[str, ...], reader: Iterator[list[str]]) -> Iterator[Line]:
    """Yield the records. A quoted cell may span several lines; a record has the number of its first line."""
    start = 2
    for cells in reader:
        number, start = start, reader.line_num + 1  # type: ignore[attr-defined]  # csv readers have it, their type does not
        if not cells:
            continue
        if len(cells) != len(columns):
            raise BadInput(
                f"{file}, line {number}: there are {len(cells)} cells, but the header names {len(columns)} columns."
            )
        yield Line(
            file=file, number=number, cells={name: cell.strip() for name, cell in zip(columns, cells, strict=True)}
        )
