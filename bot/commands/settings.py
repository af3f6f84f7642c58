"""`sergas settings`: the settings in force, area by area, and where each comes from."""

from __future__ import annotations

import shutil
import sys
import textwrap
from collections.abc import Iterator, Sequence
from itertools import groupby

from rich.table import Column, Table
from rich.text import Text

from bot.commands.console import Terminal, write_json
from bot.settings import load_settings
from bot.settings.effective import Effective, effective
from bot.settings.environment import Source, read_environment

UNSET = "not set"
UNLIMITED = 10_000  # columns: in a pipe, a value stays on its line


async def run_settings(*, changed: bool, describe: bool, as_json: bool) -> int:
    """Print the settings, or only those that differ from their default. Raises: SettingError, BadInput."""
    rows = [row for row in effective(load_settings(), read_environment()) if row.is_changed or not changed]
    if as_json:
        write_json([_as_json(row) for row in rows])
        return 0
    console = Terminal(width=None if sys.stdout.isatty() else UNLIMITED)
    with console.capture() as captured:
        if not rows:
            console.print("Every setting has its default.")
        elif describe:
            _describe(console, rows)
        else:
            console.print(_table(rows))
    sys.stdout.write("".join(f"{line.rstrip()}\n" for line in captured.get().lstrip("\n").splitlines()))
    return 0


def _as_json(row: Effective) -> dict[str, object]:
    return {
        "variable": row.variable.name,
        "area": row.variable.area,
        "value": row.value,
        "source": row.source,
        "default": row.default,
        "changed": row.is_changed,
        "secret": row.variable.is_secret,
        "meaning": row.variable.meaning,
    }


def _by_title(rows: Sequence[Effective]) -> Iterator[tuple[str, list[Effective]]]:
    for title, area in groupby(rows, key=lambda row: row.variable.title):
        yield title, list(area)


def _table(rows: Sequence[Effective]) -> Table:
    columns = Column("Variable", no_wrap=True), Column("Source", no_wrap=True), Column("Value", overflow="fold")
    table = Table(*columns, box=None, pad_edge=False)
    for title, area in _by_title(rows):
        table.add_row()
        table.add_row(Text(title, style="bold"))
        for row in area:
            style = "" if row.is_changed else "dim"
            table.add_row(Text(row.variable.name), Text(row.source), Text(row.value or UNSET), style=style)
    return table


def _describe(console: Terminal, rows: Sequence[Effective]) -> None:
    """A paragraph for each setting, with its meaning and its default."""
    width = shutil.get_terminal_size().columns if sys.stdout.isatty() else UNLIMITED
    for title, area in _by_title(rows):
        console.print(f"\n{title}", style="bold")
        for row in area:
            console.print(f"\n{row.variable.name} = {row.value or UNSET}")
            if row.source is not Source.DEFAULT:
                told = f"from {row.source}; default: {row.default or UNSET}"
                console.print(f"    {told}", style="dim")
            meaning = textwrap.fill(row.variable.meaning, width - 4, break_long_words=False, break_on_hyphens=False)
            console.print(textwrap.indent(meaning, "    "))
