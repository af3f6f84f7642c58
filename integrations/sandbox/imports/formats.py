"""How a file is written: what the mapping says of it, and otherwise what its own columns show."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta, timezone, tzinfo
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from integrations.sandbox.imports.days import Order, looks_like_day, order_of
from integrations.sandbox.imports.numbers import Mark, decimal_of, looks_like_number

UNSAID = timezone(timedelta(0), "UTC, for want of another")
_MOST_LOOKED_AT = 20_000


def known_zone(name: str) -> str:
    """Return an IANA time zone's name, also out of a text such as `(GMT+01:00) Paris (Europe/Paris)`. Raises: ValueError."""
    inside = re.search(r"\b[A-Z][A-Za-z]+(?:/[A-Za-z0-9_+-]+)+", name)
    try:
        return ZoneInfo(inside[0] if inside else name).key
    except (ZoneInfoNotFoundError, ValueError, OSError) as exc:
        raise ValueError(f"“{name}” is not a time zone (such as Europe/Berlin)") from exc


def _known_encoding(name: str) -> str:
    try:
        "".encode(name)
    except LookupError as exc:
        raise ValueError(f"“{name}” is not an encoding (such as cp1252)") from exc
    return name


class Format(BaseModel):
    """How files are written, as far as the mapping says it. `skip` counts the lines above the header; `dates` is the order of
    day, month and year; `decimal` the decimal mark; `time_zone` is that of times without an offset."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    encoding: Annotated[str, AfterValidator(_known_encoding)] | None = None
    delimiter: str | None = Field(default=None, min_length=1, max_length=1)
    skip: int = Field(default=0, ge=0, le=1_000)
    dates: Order | None = None
    decimal: Mark | None = None
    time_zone: Annotated[str, AfterValidator(known_zone)] | None = None

    def over(self, other: Format) -> Format:
        """Return this format, filled up from another."""
        return Format.model_validate(other.model_dump(exclude_unset=True) | self.model_dump(exclude_unset=True))


@dataclass(slots=True)
class Habits:
    """How the columns of one file write days and numbers. A column that does not show it follows the others of its file.
    `checks` are the first sentence about cells, by kind and column, and the numbers of all lines that it is about."""

    form: Format = field(default_factory=Format)
    cells: Mapping[str, Sequence[str]] = field(default_factory=dict)
    checks: dict[tuple[str, str], tuple[str, set[int]]] = field(default_factory=dict)
    _orders: dict[str, Order | None] = field(default_factory=dict)
    _marks: dict[str, Mark | None] = field(default_factory=dict)

    @classmethod
    def of(cls, columns: Sequence[str], rows: Sequence[Mapping[str, str]], *, form: Format) -> Habits:
        """Look at the first rows of a file."""
        some = rows[:_MOST_LOOKED_AT]
        cells = {name: [cell for row in some if (cell := row[name])] for name in columns}
        return cls(form=form, cells=cells)

    @property
    def zone(self) -> tzinfo:
        """The zone of times that name none: `UNSAID`, if the mapping does not say it either."""
        return ZoneInfo(self.form.time_zone) if self.form.time_zone else UNSAID

    def order(self, column: str) -> Order | None:
        """The order of day and month in this column; None if nothing shows it."""
        if self.form.dates:
            return self.form.dates
        if column not in self._orders:
            shown = order_of(self.cells.get(column, ()))
            self._orders[column] = shown or order_of(_of_form(self.cells, looks_like_day))
        return self._orders[column]

    def decimal(self, column: str) -> Mark | None:
        """The decimal mark of this column; None if nothing shows it. In a file of commas, `1,234` is taken as grouped."""
        if self.form.decimal:
            return self.form.decimal
        if column not in self._marks:
            texts = self.cells.get(column, ())
            shown = decimal_of(texts) or decimal_of(_of_form(self.cells, looks_like_number))
            grouped = self.form.delimiter == "," and any("," in text for text in texts)
            self._marks[column] = shown or ("." if grouped else None)
        return self._marks[column]


def _of_form(columns: Mapping[str, Sequence[str]], fits: Callable[[str], bool]) -> list[str]:
    """Return the cells of all columns whose first cells have this form."""
    return [cell for cells in columns.values() if cells and all(map(fits, cells[:5])) for cell in cells]
