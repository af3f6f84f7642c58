"""What reading the CRM gives besides records: pages, and the moves that the CRM's own history tells of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

T = TypeVar("T", covariant=True)


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Some items, and where to go on; `next` is None at the end."""

    items: tuple[T, ...]
    next: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldMove:
    """One value that was changed. `by` is a user's id, `field` Zoho's API name, `label` what people see."""

    at: datetime
    by: str | None
    field: str
    label: str
    before: str | None
    after: str | None
