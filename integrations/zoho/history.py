"""Results of reading the CRM besides records: pages, and the changes in the CRM's own history."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

T = TypeVar("T", covariant=True)


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Some items, and the place to continue from; `next` is None at the end."""

    items: tuple[T, ...]
    next: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldMove:
    """One changed value. `by` is a user's id, `field` Zoho's API name, `label` the name people see."""

    at: datetime
    by: str | None
    field: str
    label: str
    before: str | None
    after: str | None
