"""What a mapping says that has no effect: filters and replacements that match nothing, settings of files that it doesn't read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from integrations.sandbox.imports.mapping import CsvMapping
from integrations.sandbox.imports.sheets import Sheet
from integrations.sandbox.imports.sources import Choice, Source

_FRIDAY = 4
_SHOWN = 3


def idle_filters(plan: CsvMapping, sheets: Mapping[str, Sheet]) -> Iterator[str]:
    """Yield a sentence for each filter or replacement of the mapping that no line of its file has a cell for."""
    for file in plan.files:
        if file not in sheets:
            yield f'[files."{file}"] says how a file is written that the mapping does not read.'
    if plan.users and plan.users.file in sheets:
        sheet = sheets[plan.users.file]
        yield from _choice("users", plan.users, sheet)
        yield from _sources("users", {"name": plan.users.name, "active": plan.users.active}, sheet)
        yield from _sources("users", {"time_zone": plan.users.time_zone} if plan.users.time_zone else {}, sheet)
    for name, module in plan.modules.items():
        place = f"modules.{name}"
        sheet = sheets[module.file]
        yield from _choice(place, module, sheet)
        yield from _sources(f"{place}.fields", module.fields, sheet)
        for number, event in enumerate(module.events, start=1):
            yield from _choice(f"{place}.events {number}", event, sheet)
            yield from _sources(f"{place}.events {number}", event.fields, sheet)
        if module.history and module.history.file in sheets:
            past = sheets[module.history.file]
            yield from _choice(f"{place}.history", module.history, past)
            yield from _sources(f"{place}.history", {**module.history.fields, **module.history.before}, past)


def as_of_checks(as_of: date) -> Iterator[str]:
    """Yield a sentence if the last day is one on which no one gets a brief."""
    if as_of.weekday() > _FRIDAY:
        friday = as_of - timedelta(days=as_of.weekday() - _FRIDAY)
        last = f"the last morning of the demonstration is {friday:%A}, {friday}"
        yield f"as_of, {as_of}, is a {as_of:%A}: briefs come on working days, so {last}."


def _choice(place: str, choice: Choice, sheet: Sheet) -> Iterator[str]:
    for setting, where in (("only", choice.only), ("skip", choice.skip)):
        for column, cells in where.items():
            yield from _missing(f"{place}, {setting}", column, cells, sheet)


def _sources(place: str, sources: Mapping[str, Source], sheet: Sheet) -> Iterator[str]:
    for field, source in sources.items():
        if source.values:
            yield from _missing(f"{place}, {field}, values", source.columns, tuple(source.values), sheet)


def _missing(place: str, columns: str | tuple[str, ...], cells: tuple[str, ...], sheet: Sheet) -> Iterator[str]:
    columns = tuple(set((columns,) if isinstance(columns, str) else columns) & set(sheet.columns))
    there = {line.cells[column] for line in sheet.lines for column in columns}
    if columns and (idle := [cell for cell in cells if cell not in there]):
        named = ", ".join(f"“{cell}”" if cell else "an empty cell" for cell in idle[:_SHOWN])
        more = f" and {len(idle) - _SHOWN} more" if len(idle) > _SHOWN else ""
        yield f"{place}: no line of {sheet.file} has {named}{more} in {', '.join(columns)}."
