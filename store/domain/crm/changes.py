"""Changes in the CRM between two looks: a pure difference of two versions of a record."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from store.domain.crm.accounts import Activity, ActivityType, Entity, Kind

# The fields whose changes are reported. Other fields may change silently.
WATCHED: Mapping[Kind, tuple[str, ...]] = {
    Kind.ACCOUNT: ("name", "owner_id", "industry", "account_type", "rating", "annual_revenue"),
    Kind.DEAL: (
        "name",
        "owner_id",
        "account_id",
        "stage",
        "pipeline_name",
        "amount",
        "closing_date",
        "next_step",
        "contact_id",
        "currency",
    ),
    Kind.CONTACT: ("name", "account_id", "title", "buying_role"),
    Kind.ACTIVITY: ("subject", "at", "done", "owner_id"),
    Kind.NOTE: ("text",),
}


_READ_LATER = ("pipeline_name", "currency")  # fields that not every CRM has from the start


class ChangeKind(StrEnum):
    CREATED = "created"
    UPDATED = "updated"
    DELETED = "deleted"
    RESTORED = "restored"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One changed field of one record, or a record that was added, deleted or restored.

    `before` and `after` are text forms (ISO dates, plain numbers) and None if there is no value. `at` is the CRM's own
    modified time, `seen_at` when we noticed. The id is a digest of the change, so seeing it again has no effect.
    Other fields may have been edited after this one, so the change took place between `since`, when the field is known
    to have had its value from before (None if unknown), and `at`.
    """

    id: str
    kind: ChangeKind
    record_kind: Kind
    record_id: str
    account_id: str | None
    owner_id: str
    field: str
    before: str | None
    after: str | None
    at: datetime
    seen_at: datetime
    since: datetime | None = None


def diff(
    before: Entity | None,
    after: Entity | None,
    *,
    seen_at: datetime,
    restored: bool = False,
    untold: Collection[str] = (),
    before_as: Mapping[str, str | None] | None = None,
) -> tuple[Change, ...]:
    """Return the changes from one version of a record to the next; none if no watched field changed.

    A new record is one `created` change (field ""), a deleted one is one `deleted` change, one that was deleted before and is
    `restored` is one `restored` change, of the time we noticed. Fields in `untold` have no change; `before_as` replaces the text
    form of fields before.
    """
    if before is None and after is None:
        return ()
    if before is None or after is None:
        entity = after or before
        assert entity is not None
        came = ChangeKind.RESTORED if restored else ChangeKind.CREATED
        kind = came if after else ChangeKind.DELETED
        at = after.created_at if after and not restored else seen_at
        return (_change(kind, entity, "", None, None, at=at, seen_at=seen_at),)
    # A record that leaves an account is news for the account it left, so such a change is filed under the old one.
    account_id, said = before.account_id or after.account_id, before_as or {}
    return tuple(
        _change(ChangeKind.UPDATED, after, name, old, new, at=after.modified_at, seen_at=seen_at, account_id=account_id)
        for name in WATCHED[after.kind]
        if name not in untold
        and (old := said.get(name, text_of(getattr(before, name)))) != (new := text_of(getattr(after, name)))
        and (name not in _READ_LATER or changed_name(old, new))
        and not told_by_time(after, name)
    )


def between_looks(changes: Iterable[Change], before: Entity | None, *, looked_at: datetime | None) -> list[Change]:
    """The changes with the time since when they may have taken place: the version before was still the present one when it was
    edited last, and at the last complete look."""
    if before is None:
        return list(changes)
    held = max(before.modified_at, looked_at) if looked_at else before.modified_at
    return [replace(each, since=min(held, each.at)) for each in changes]


def changed_name(before: str | None, after: str | None) -> bool:
    """Whether a deal went from one pipeline or currency to another: one that we read for the first time, or no longer, is no
    move."""
    return bool(before and after) and before != after


def told_by_time(entity: Entity, field: str) -> bool:
    """Whether the passing of time decides this, and no person: that a meeting took place is no change of its record."""
    is_meeting = isinstance(entity, Activity) and entity.type is ActivityType.EVENT
    return is_meeting and field in ("done", "done_at")


def text_of(value: object) -> str | None:
    """Return the text form for comparing, storing and showing values."""
    if value is None or value == "":
        return None
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.2f}".rstrip("0").rstrip(".")
    if isinstance(value, date | datetime):
        return value.isoformat()
    return str(value)


def _change(
    kind: ChangeKind,
    entity: Entity,
    field: str,
    before: str | None,
    after: str | None,
    *,
    at: datetime,
    seen_at: datetime,
    account_id: str | None = None,
) -> Change:
    identity = "|".join((kind, entity.kind, entity.id, field, str(before), str(after), at.isoformat()))
    return Change(
        id=hashlib.sha256(identity.encode()).hexdigest()[:32],
        kind=kind,
        record_kind=entity.kind,
        record_id=entity.id,
        account_id=account_id or entity.account_id,
        owner_id=entity.owner_id,
        field=field,
        before=before,
        after=after,
        at=at,
        seen_at=seen_at,
    )
