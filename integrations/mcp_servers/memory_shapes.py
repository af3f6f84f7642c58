"""What the memory tools take and give. Texts are foreign data, masked when they were remembered."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, Field, WithJsonSchema

from store.domain.memory.passage import MemoryKind, Passage

Query = Annotated[str, Field(min_length=2, max_length=500, description="What is looked for, in plain words.")]
Kinds = Annotated[
    list[MemoryKind] | None, Field(max_length=8, description="Only passages of these kinds; leave out for all.")
]
Since = Annotated[datetime | None, Field(description="Nothing from before this moment.")]
Until = Annotated[datetime | None, Field(description="Nothing from this moment on.")]
Few = Annotated[int, Field(ge=1, le=50, description="How many to give at most.")]
DaysBack = Annotated[int, Field(ge=1, le=3650, description="How many days back.")]
Title = Annotated[str, Field(min_length=1, max_length=200, description="What it is about, in a few words.")]
Text = Annotated[str, Field(min_length=1, max_length=20_000, description="What is to be remembered.")]


class Remembered(BaseModel):
    """A passage; its `id` is what a statement cites."""

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
    """`score` is comparable within one answer; `why` says what spoke for it."""

    score: float
    why: str


# What is offered names the fields in words: a host holds each answer to what was offered, and looking at each field of ten
# passages took a fifth of the whole call.
_FOUND: dict[str, Any] = {
    "type": "array",
    "description": f"Objects of {', '.join(FoundPassage.model_fields)}. {(FoundPassage.__doc__ or '').strip()}",
}


class SearchResult(BaseModel):
    """Best first. `by_words_alone` where the index of meanings could not be asked."""

    items: Annotated[list[FoundPassage], WithJsonSchema(_FOUND)]
    by_words_alone: bool = False


class Insight(BaseModel):
    """Of one account, or of all that the caller may see. Every figure stands with the number it is a part of."""

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
    """`behind` is how many changes of passages the index has not seen yet."""

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
