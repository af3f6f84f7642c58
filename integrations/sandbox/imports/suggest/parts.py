"""The parts of a draft: what a module, the people or a stage say in the mapping, with what a person should check."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from integrations.sandbox.imports.cells import moment_of
from integrations.sandbox.imports.faults import Fault
from integrations.sandbox.imports.sheets import Line
from integrations.sandbox.imports.suggest.tables import Table
from integrations.sandbox.imports.suggest.toml import Value, comment, heading, pair


@dataclass(slots=True)
class Said:
    """A value of the mapping, and what to check about it."""

    value: Value
    why: str = ""


@dataclass(slots=True)
class Part:
    """One module: `settings` as in its first table, then its fields and events. `dated` are the columns whose days have passed,
    `planned` those that may lie ahead; `ended` are days that have passed although their column has others too."""

    module: str
    table: Table
    settings: dict[str, Said] = field(default_factory=dict)
    fields: dict[str, Said] = field(default_factory=dict)
    events: list[dict[str, Said]] = field(default_factory=list)
    history: dict[str, Said] = field(default_factory=dict)
    dated: tuple[str, ...] = ()
    planned: tuple[str, ...] = ()
    ended: tuple[date, ...] = ()
    notes: tuple[str, ...] = ()

    def lines(self) -> Iterator[str]:
        yield from map(comment, self.notes)
        yield heading("modules", self.module)
        yield pair("file", self.table.file)
        settings = without_totals(self.settings, self.table)
        yield from (pair(name, said.value, said.why) for name, said in settings.items())
        yield ""
        yield heading("modules", self.module, "fields")
        yield from (pair(name, said.value, said.why) for name, said in self.fields.items())
        for event in self.events:
            yield ""
            yield heading("modules", self.module, "events", each=True)
            if not event:
                yield comment("made on the first day: no column says when")
            yield from (pair(name, said.value, said.why) for name, said in event.items())
        if self.history:
            yield ""
            yield heading("modules", self.module, "history")
            yield from (pair(name, said.value, said.why) for name, said in self.history.items())
        unused = self.unused()
        if unused:
            yield comment(f"Not used: {', '.join(unused)}")

    def unused(self) -> list[str]:
        """Name the columns that the part does not read."""
        told = repr([self.settings, self.fields, self.events])
        return [name for name in self.table.columns if repr(name) not in told]


def without_totals(settings: Mapping[str, Said], table: Table) -> dict[str, Said]:
    """Return the settings of a part of the mapping that skip the file's lines of totals too."""
    if not table.totals:
        return dict(settings)
    skip: dict[str, object] = {column: list(cells) for column, cells in table.totals.items()}
    known = settings["skip"].value if "skip" in settings else {}
    for column, cells in known.items() if isinstance(known, Mapping) else ():
        more = [cells] if isinstance(cells, str) else list(cells)
        skip[column] = [*more, *table.totals.get(column, ())]
    return {**settings, "skip": Said(skip, "check: lines of totals")}


def days_of(table: Table, *columns: str) -> list[date]:
    """Return the days in these columns, as far as they can be read."""
    return days_of_lines(table.lines, *columns)


def days_of_lines(lines: Iterable[Line], *columns: str) -> list[date]:
    """Return the days that these lines have in these columns, as far as they can be read."""
    found: list[date] = []
    for line in lines:
        for column in columns:
            try:
                moment = moment_of(line.cells[column], line=line, column=column)
            except Fault:
                continue
            found.append(moment.date() if isinstance(moment, datetime) else moment)
    return found
