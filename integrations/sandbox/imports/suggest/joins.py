"""Which column points to which file: by what its cells and the other file's keys or names have in common."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from integrations.sandbox.imports.sources import folded
from integrations.sandbox.imports.suggest.tables import Column, Table
from integrations.sandbox.imports.suggest.words import fit

_ENOUGH = 0.5


@dataclass(frozen=True)
class Target:
    """What records may be pointed to: by these keys and names."""

    module: str
    known: frozenset[str]


@dataclass(frozen=True)
class Join:
    column: str
    missing: tuple[str, ...]
    """Cells that no record has, the most frequent first."""

    def why(self, module: str) -> str:
        if not self.missing:
            return ""
        some = ", ".join(f"“{cell}”" for cell in self.missing[:3])
        more = f" and {len(self.missing) - 3} more" if len(self.missing) > 3 else ""
        return f"check: {some}{more} not among the {module}"


def target(module: str, *cells: Iterable[str]) -> Target:
    return Target(module, frozenset(folded(cell) for each in cells for cell in each if cell))


def join_of(table: Table, to: Target, *phrases: str, own: str) -> Join | None:
    """Return the column that points there: its header says so and half of its cells are found, or nearly all are."""
    best: tuple[float, Column] | None = None
    for column in table.columns.values():
        if not column.filled or column.is_days or column.is_flags:
            continue
        said = max((fit(column.words, phrase, own=own) for phrase in phrases), default=0.0)
        found = column.share(lambda cell: folded(cell) in to.known)
        plain = column.is_numbers
        if (found >= _ENOUGH and said) or (found > 0.95 and not plain and len(column.counts) > 2):
            score = found + said
            if best is None or score > best[0]:
                best = (score, column)
    if best is None:
        return None
    column = best[1]
    return Join(column.name, tuple(cell for cell, _ in column.counts.most_common() if folded(cell) not in to.known))


def keys_of(table: Table, *, own: str) -> str | None:
    """Return the column of a table's own ids: named so, and (nearly) never twice."""
    column = table.find(f"{own} id", "id", "record id", own=own)
    words: Mapping[str, int] = dict.fromkeys(column.words, 1) if column else {}
    if column is None or "id" not in words or set(column.words) - {"id", "record", own}:
        return None
    return column.name if column.is_full and len(column.counts) >= 0.9 * column.filled else None
