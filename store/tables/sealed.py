"""The column type for text that can be sealed at rest. Outside the store, such a column is text like any other.

The keys are those of the connection's dialect, so that each database has its own. In SQL a sealed value can't be compared: a
condition on such a column is refused when the statement is built, and `store.repositories.sealed` has the ways around it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import Dialect, String, Text, TypeDecorator
from sqlalchemy.sql import operators

from store.domain.memory.query import telling_stems_in
from store.sealing import Clear, Seals

NO_SEALS = Seals()
_ALLOWED = (operators.is_, operators.is_not)


class Sealed(TypeDecorator[str]):
    """`place` is the table and column; `clear` names the part of a value that stays in clear, for queries; `indexed` is whether
    there is a full text index."""

    impl: type[String] = Text
    cache_ok = True

    class comparator_factory(TypeDecorator.Comparator[str]):
        def operate(self, op: Any, *other: Any, **kwargs: Any) -> Any:
            if op not in _ALLOWED:
                raise TypeError(f"{self.expr} may be sealed: SQL can't compare it.")
            return super().operate(op, *other, **kwargs)

    def __init__(self, place: str, clear: Clear | None = None, indexed: bool = False) -> None:
        super().__init__()
        self.indexed = indexed
        self.place = place
        self.clear = clear

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else seals_of(dialect).seal(value, self.place, self.clear, indexed=self.indexed)

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else seals_of(dialect).open(value, self.place)


class SealedString(Sealed):
    """The same for a column that was made as VARCHAR."""

    impl: type[String] = String
    cache_ok = True


def seals_of(dialect: Dialect) -> Seals:
    return getattr(dialect, "sergas_seals", NO_SEALS)


def give_seals(dialect: Dialect, seals: Seals) -> None:
    dialect.sergas_seals = seals  # type: ignore[attr-defined]  # an attribute of our own


_OF_RECORDS = ("currency", "pipeline_name", "created_at", "closing_date", "at", "done", "done_at", "type")


def record_in_clear(body: str, _seals: Seals) -> Mapping[str, Any]:
    """Dates, kinds, states and the pipeline of a record; of its next step only that there is one."""
    record = json.loads(body)
    clear = {name: record[name] for name in _OF_RECORDS if name in record}
    return clear | {"next_step": "-"} if str(record.get("next_step") or "").strip() else clear


def brief_in_clear(body: str, _seals: Seals) -> Mapping[str, Any]:
    """The kind of a brief, and the ids of the proposals in it."""
    brief = json.loads(body)
    return {"kind": brief.get("kind"), "proposals": sorted(set(_proposals(brief)))}


def words_in_clear(text: str, seals: Seals) -> Mapping[str, Any]:
    """Digests of the words, for the full text index; without the commonest, which their frequency would give away."""
    return {"words": seals.words(telling_stems_in(text))}


def _proposals(part: Any) -> Iterator[str]:
    if isinstance(part, Mapping):
        for name, value in part.items():
            if name == "proposal_id" and isinstance(value, str):
                yield value
            elif name in ("proposal_ids", "decided_ids", "introductions") and isinstance(value, list):
                yield from value
            else:
                yield from _proposals(value)
    elif isinstance(part, list):
        for each in part:
            yield from _proposals(each)
