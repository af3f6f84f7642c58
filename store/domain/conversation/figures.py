"""Figures to show as a table and a chart. The lines of the answer say the same in words."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Cell:
    """A figure as it is shown, with the `value` to sort by; plain words have none."""

    shown: str
    value: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """`head` and each of `rows` are equally long. `bars` are (name, value) pairs for a chart with the title `charted`; none if
    there is nothing to compare, as with several currencies."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    charted: str = ""
    bars: tuple[tuple[str, float], ...] = ()
