"""Add a record's past from another file, such as the stages of a deal, to the changes from its own line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from integrations.sandbox.history import Json

Changes = list[tuple[datetime, dict[str, Json]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """At this time, the record got these fields; until then it had those of `before`."""

    at: datetime
    fields: dict[str, Json]
    before: dict[str, Json]


def with_past(
    fields: Mapping[str, Json], created: datetime, changes: Changes, past: Sequence[Moment]
) -> tuple[dict[str, Json], Changes]:
    """Return the fields at the creation and all changes. The record begins with its first moment, and ends with the values of
    its own line."""
    soonest = created + timedelta(minutes=1)
    first, *later = sorted(past, key=lambda moment: moment.at)
    from_start = first.at <= soonest
    at_first = {**fields, **(first.fields if from_start else first.before)}
    told: Changes = [(max(each.at, soonest), each.fields) for each in (later if from_start else [first, *later])]
    merged = sorted([*changes, *told], key=lambda change: change[0])
    touched = {name for each in past for name in (*each.fields, *each.before)}
    own, end = _end(fields, sorted(changes, key=lambda change: change[0])), _end(at_first, merged)
    if differing := {name: own[name] for name in touched if name in own and own[name] != end.get(name)}:
        merged.append((max([created, *(at for at, _ in merged)]) + timedelta(minutes=1), differing))
    return at_first, merged


def _end(fields: Mapping[str, Json], changes: Changes) -> dict[str, Json]:
    state = dict(fields)
    for _, changed in changes:
        state |= changed
    return state
