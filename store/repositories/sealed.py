"""Search columns that may be sealed: SQL narrows down what is plain and lets through what is sealed; the caller then looks at
the opened text."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import ColumnElement, Text, or_, type_coerce

from store.sealing import SEALED


def plain(column: ColumnElement[str] | ColumnElement[str | None]) -> ColumnElement[str]:
    """The column as it is stored."""
    return type_coerce(column, Text)


def perhaps(
    column: ColumnElement[str] | ColumnElement[str | None],
    condition: Callable[[ColumnElement[str]], ColumnElement[bool]],
) -> ColumnElement[bool]:
    """The condition on plain values; true for sealed ones, which the caller must look at once they are opened."""
    stored = plain(column)
    return or_(condition(stored), stored.startswith(SEALED, autoescape=True))
