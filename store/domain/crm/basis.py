"""The basis of a proposal: the CRM fields that its evidence names and that its write changes, as they were when it was
shown.

The fields are read again at the click and before the write; the person sees any change and decides again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from store.domain.crm.accounts import ENTITY_TYPES, Entity, Kind
from store.domain.crm.changes import text_of, told_by_time
from store.domain.crm.evidence import Evidence
from store.domain.crm.unread import fields_of

RecordKey = tuple[Kind, str]
Records = Mapping[RecordKey, Entity | None]

_LABELS: Mapping[str, str] = {
    "owner_id": "Owner",
    "account_id": "Account",
    "contact_id": "Primary contact",
    "account_type": "Account type",
    "closing_date": "Closing date",
    "next_step": "Next step",
    "at": "Due",
    "done": "Done",
}
NOT_READABLE = "not readable in the CRM"
# A statement about a record requires that the record is still open, whatever field the evidence names.
_ALSO: Mapping[Kind, tuple[str, ...]] = {Kind.DEAL: ("stage",), Kind.ACTIVITY: ("done",)}
# Our own bookkeeping, and fields the CRM changes itself, say nothing about the world.
_NOT_FACTS = frozenset({"id", "created_at", "modified_at", "unread"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One field of one record at that time; `value` is its text form (ISO dates, plain numbers), None if it was empty."""

    kind: Kind
    record_id: str
    field: str
    value: str | None

    @property
    def record(self) -> RecordKey:
        return self.kind, self.record_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A field that changed since it was shown, in the CRM's text form. `present` is None if it is empty or the record gone."""

    label: str
    shown: str | None
    present: str | None


def facts_in(
    evidence: Iterable[Evidence], records: Records, *, changed: Sequence[tuple[RecordKey, str]]
) -> tuple[Fact, ...]:
    """Return the facts behind a proposal: every real field that its evidence names on a known record, and every one it
    changes.

    `changed` are (record, field) of the write itself. Evidence of an absence names no field and so adds none.
    """
    named = [
        ((each.kind, each.record_id), name) for each in evidence for name in (each.field, *_ALSO.get(each.kind, ()))
    ]
    facts: dict[tuple[RecordKey, str], Fact] = {}
    for key, name in (*named, *changed):
        entity = records.get(key)
        if entity is not None and is_fact(key[0], name) and not told_by_time(entity, name):
            facts[key, name] = Fact(kind=key[0], record_id=key[1], field=name, value=shown_of(entity, name))
    return tuple(facts.values())


def differences(basis: Iterable[Fact], records: Records) -> tuple[Difference, ...]:
    """Return the facts whose record has another value now. A record missing from `records` was not read and counts as
    unchanged; one that is None there is gone, and all its facts with it."""
    moved = []
    for fact in basis:
        if fact.record not in records:
            continue
        entity = records[fact.record]
        if entity is not None and told_by_time(entity, fact.field):
            continue
        present = shown_of(entity, fact.field) if entity is not None else None
        if entity is None or present != fact.value:
            moved.append(Difference(label=label_of(fact.field), shown=fact.value, present=present))
    return tuple(moved)


def refreshed(basis: Iterable[Fact], records: Records) -> tuple[Fact, ...]:
    """Return the same facts with current values, without those whose record is gone; those not read stay as they are."""
    now: list[Fact] = []
    for fact in basis:
        if fact.record not in records:
            now.append(fact)
        elif (entity := records[fact.record]) is not None:
            value = shown_of(entity, fact.field)
            now.append(Fact(kind=fact.kind, record_id=fact.record_id, field=fact.field, value=value))
    return tuple(now)


def told(moved: Iterable[Difference]) -> list[tuple[str, str, str]]:
    """The differences as (label, shown, present) for an error."""
    return [(each.label, each.shown or "empty", each.present or "empty") for each in moved]


def is_fact(kind: Kind, field: str) -> bool:
    """Whether records of this kind have this field, and people change it."""
    return field in ENTITY_TYPES[kind].__dataclass_fields__ and field not in _NOT_FACTS and field != "kind"


def value_of(entity: Entity, field: str) -> str | None:
    return text_of(getattr(entity, field))


def shown_of(entity: Entity, field: str) -> str | None:
    """The value as a decision rests on it: of a field that cannot be read, just that."""
    return NOT_READABLE if field in fields_of(entity.unread) else value_of(entity, field)


def label_of(field: str) -> str:
    """Return the field's name for people."""
    return _LABELS.get(field, field.replace("_", " ").capitalize())
