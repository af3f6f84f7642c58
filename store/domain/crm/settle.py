"""Decide about a record with fields that cannot be read: the version to keep, the fields to quarantine and to release."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from store.domain.crm.accounts import Entity, Person
from store.domain.crm.changes import Change, diff, text_of
from store.domain.crm.unread import VITAL, Quarantined, Unread, Why, fields_of, kept_as_it_was

USER = "user"  # the kind of a person in quarantine


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """`entity` is the version to keep, None if it lacks what every kept record has; `put` and `released` are quarantined fields,
    `entered` those of `put` that could be read before."""

    entity: Entity | None
    put: tuple[Quarantined, ...] = ()
    entered: tuple[Quarantined, ...] = ()
    released: tuple[Quarantined, ...] = ()


def settle(entity: Entity, known: Entity | None, held: Mapping[str, Quarantined], *, seen_at: datetime) -> Settled:
    """Settle a version that was just read; `held` are its fields in quarantine, by name."""
    if not entity.unread and not held:  # nearly all
        return Settled(entity=entity)
    put = tuple(_quarantined(entity, known, each, held.get(each.field), seen_at) for each in entity.unread)
    odd = fields_of(entity.unread)
    return Settled(
        entity=_kept(entity, known),
        put=put,
        entered=tuple(each for each in put if each.unread.field not in held),
        released=tuple(each for name, each in held.items() if name not in odd),
    )


def moves_between(
    known: Entity | None, entity: Entity, held: Mapping[str, Quarantined], *, seen_at: datetime, restored: bool = False
) -> tuple[Change, ...]:
    """The changes to a settled version. A field in quarantine has none; once it can be read, it moved from the last value that
    could be read, and has none if there was no such value."""
    odd = fields_of(entity.unread)
    back = {name: each for name, each in held.items() if name not in odd}
    untold = odd | {name for name, each in back.items() if not each.was_known}
    before = {name: each.last for name, each in back.items() if each.was_known}
    return diff(known, entity, seen_at=seen_at, restored=restored, untold=untold, before_as=before)


def settle_people(people: Iterable[Person], held: Mapping[str, Quarantined], *, seen_at: datetime) -> Settled:
    """Settle the users: one without a name is quarantined. `held` is by user."""
    nameless = [each.id for each in people if not each.name]
    unread = Unread("name", "full_name", Why.EMPTY)
    put = tuple(
        held.get(
            each,
            Quarantined(
                kind=USER, record_id=each, account_id=None, unread=unread, since=seen_at, was_known=False, last=None
            ),
        )
        for each in nameless
    )
    entered = tuple(each for each in put if each.record_id not in held)
    return Settled(
        entity=None, put=put, entered=entered, released=tuple(each for key, each in held.items() if key not in nameless)
    )


def _kept(entity: Entity, known: Entity | None) -> Entity | None:
    if known is not None:
        return replace(entity, **{name: getattr(known, name) for name in kept_as_it_was(entity.unread)})
    return None if fields_of(entity.unread) & VITAL else entity


def _quarantined(
    entity: Entity, known: Entity | None, unread: Unread, held: Quarantined | None, seen_at: datetime
) -> Quarantined:
    if held is not None:
        return replace(held, unread=unread, account_id=entity.account_id)
    was_known = known is not None and unread.field not in fields_of(known.unread)
    return Quarantined(
        kind=entity.kind,
        record_id=entity.id,
        account_id=entity.account_id,
        unread=unread,
        since=seen_at,
        was_known=was_known,
        last=text_of(getattr(known, unread.field)) if was_known else None,
    )
