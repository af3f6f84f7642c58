"""Inputs and outputs of the memory tools. Texts are foreign data, masked when they were remembered."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, Field, WithJsonSchema

from store.domain.memory.passage import MemoryKind, Passage

Query = Annotated[str, Field(min_length=2, max_length=500, description="The search, in plain words.")]
Kinds = Annotated[
    list[MemoryKind] | None, Field(max_length=8, description="Only passages of these kinds; leave out for all.")
]
Since = Annotated[datetime | None, Field(description="Nothing before this time.")]
Until = Annotated[datetime | None, Field(description="Nothing at or after this time.")]
Few = Annotated[int, Field(ge=1, le=50, description="The most results to return.")]
DaysBack = Annotated[int, Field(ge=1, le=3650, description="How many days back.")]
Title = Annotated[str, Field(min_length=1, max_length=200, description="The subject, in a few words.")]
Text = Annotated[str, Field(min_length=1, max_length=20_000, description="The text to remember.")]


class Remembered(BaseModel):
    """A passage; statements cite its `id`."""

    id: str
    account_id: str
    kind: MemoryKind
    record_id: str
    title: str
    text: str
    at: datetime
    deal_id: str | None
    contact_id: str | None
    author: str


class FoundPassage(Remembered):
    """`score` is comparable within one answer; `why` gives the reason for the match."""

    score: float
    why: str


# The schema lists the fields in words: hosts validate each answer against it, and checking each field of ten passages
# took a fifth of the whole call.
_FOUND: dict[str, Any] = {
    "type": "array",
    "description": f"Objects of {', '.join(FoundPassage.model_fields)}. {(FoundPassage.__doc__ or '').strip()}",
}


class SearchResult(BaseModel):
    """Best first. `by_words_alone` if the index of meanings was unavailable."""

    items: Annotated[list[FoundPassage], WithJsonSchema(_FOUND)]
    by_words_alone: bool = False


class Insight(BaseModel):
    """On one account, or on all that the caller may see. Every figure comes with the number it is a part of."""

    account_id: str | None
    accounts: int
    account: dict[str, Any] | None = None
    signals: list[str] = []
    actions: list[str] = []


class GraphShape(BaseModel):
    nodes: list[dict[str, Any]]
    edges: list[dict[str, Any]]


class Stored(BaseModel):
    ids: list[str]


class Forgotten(BaseModel):
    account_id: str
    rows: dict[str, int]
    bytes_gone: bool


class Exported(BaseModel):
    held: dict[str, Any]


class MemoryStatus(BaseModel):
    """`behind` is how many passage changes the index still has to read."""

    passages: dict[str, int]
    waiting: int
    behind: int
    index: dict[str, Any] | None


def remembered(passage: Passage) -> dict[str, Any]:
    names = ("id", "account_id", "kind", "record_id", "title", "text", "at", "deal_id", "contact_id", "author")
    return {name: getattr(passage, name) for name in names}


def shown(passage: Passage) -> Remembered:
    return Remembered(**remembered(passage))


def found(passage: Passage, *, score: float, why: str) -> FoundPassage:
    return FoundPassage(**remembered(passage), score=score, why=why)
