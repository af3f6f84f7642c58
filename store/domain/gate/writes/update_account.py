"""New values for fields of an account."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import ClassVar

from store.domain.crm.accounts import Account, Kind
from store.domain.crm.basis import Difference, RecordKey, Records, label_of, value_of
from store.domain.errors import Refused
from store.domain.gate.write import CRM, Adjustment, Field, Problem, Write, Written, length_problems, with_mark_room
from store.domain.text.redaction import visible

VALUE_LIMIT = 8_000
_SHORT = 40  # characters of a value that has room in a name

# The only account fields that may ever be proposed, and their labels. Everything else is refused.
EDITABLE_ACCOUNT_FIELDS: Mapping[str, str] = {
    "rating": "Rating",
    "account_type": "Account type",
    "description": "Description",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldChange:
    """`field` is one of EDITABLE_ACCOUNT_FIELDS; `before` is its value at the time of the proposal."""

    field: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateAccount(Write):
    kind: ClassVar[str] = "update_account"
    system: ClassVar[str] = CRM
    undo_refusal: ClassVar[str | None] = None
    former_tool: ClassVar[str | None] = "zoho_update_account"

    account_id: str
    account_name: str
    changes: tuple[FieldChange, ...]
    unless_modified_since: datetime

    @property
    def parent_kind(self) -> Kind:
        return Kind.ACCOUNT

    @property
    def parent_id(self) -> str:
        return self.account_id

    @property
    def parent_name(self) -> str:
        return self.account_name

    def plain(self) -> UpdateAccount:
        changes = (replace(each, after=visible(each.after or "", limit=VALUE_LIMIT) or None) for each in self.changes)
        return replace(self, changes=tuple(changes))

    def problems(self, adjustment: Adjustment) -> list[Problem]:
        replaced = adjustment.replaces
        assert isinstance(replaced, UpdateAccount)
        before = {change.field: change.before for change in replaced.changes}
        found = []
        for change in self.changes:
            known = change.field in EDITABLE_ACCOUNT_FIELDS and change.field in before
            if not known or change.before != before[change.field]:
                found.append((change.field, "This field is not part of the proposal."))
            else:
                found.extend(_value_problems(change, adjustment))
        if self.unless_modified_since != replaced.unless_modified_since or not self.changes:
            raise Refused("An adjusted update must be based on the same version of the record and change something.")
        return found

    def fields(self) -> tuple[Field, ...]:
        return tuple(
            Field(name=each.field, label=EDITABLE_ACCOUNT_FIELDS.get(each.field, each.field), value=_value(each))
            for each in self.changes
        )

    def name(self) -> str:
        """`Change account type to Customer`, or of several or long values the labels alone."""
        labels = ", ".join(EDITABLE_ACCOUNT_FIELDS.get(each.field, each.field).lower() for each in self.changes)
        after = [each.after or "" for each in self.changes]
        return (
            f"Change {labels} to {after[0]}" if len(after) == 1 and 0 < len(after[0]) <= _SHORT else f"Change {labels}"
        )

    def in_words(self, say: Callable[[str], str], names: Mapping[str, str]) -> str:
        moves = (f"{each.field.replace('_', ' ')} to {say(each.after or 'nothing')}" for each in self.changes)
        return f"an update of the account: {', '.join(moves)}"

    def sets(self) -> Mapping[str, str | None]:
        return {each.field: each.after for each in self.changes}

    def touches(self) -> tuple[tuple[RecordKey, str], ...]:
        return tuple(((Kind.ACCOUNT, self.account_id), each.field) for each in self.changes)

    def renewed(self, records: Records) -> UpdateAccount | None:
        """Without the changes that someone has made already."""
        account = records.get((Kind.ACCOUNT, self.account_id))
        if account is None:
            return None
        changes = tuple(
            FieldChange(field=each.field, before=present, after=each.after)
            for each in self.changes
            if (present := value_of(account, each.field)) != each.after
        )
        return replace(self, changes=changes, unless_modified_since=account.modified_at) if changes else None

    def made(self, crm_id: str) -> RecordKey | None:
        return Kind.ACCOUNT, self.account_id

    def reworked(self, written: Written) -> tuple[Difference, ...] | None:
        account = _account(written)
        moved = tuple(
            Difference(label=label_of(each.field), shown=each.after, present=present)
            for each in self.changes
            if (present := value_of(account, each.field)) not in _as_written(each, written.marker)
        )
        return moved or None

    def undo(self, written: Written) -> tuple[Write, tuple[Difference, ...]]:
        account = _account(written)
        back = tuple(
            FieldChange(field=each.field, before=value_of(account, each.field), after=each.before)
            for each in self.changes
        )
        moves = (Difference(label=label_of(each.field), shown=each.before, present=each.after) for each in back)
        return replace(self, changes=back, unless_modified_since=account.modified_at), tuple(moves)


def _value_problems(change: FieldChange, adjustment: Adjustment) -> list[Problem]:
    label, choices = EDITABLE_ACCOUNT_FIELDS[change.field], adjustment.choices.get(change.field)
    if not change.after:
        return [(change.field, f"{label} must not be empty.")]
    if choices is not None and change.after not in choices:
        return [(change.field, f"{label} must be one of: {', '.join(choices)}.")]
    return length_problems(change.field, change.after, VALUE_LIMIT)


def _value(change: FieldChange) -> str | None:
    """A description carries the marker."""
    return with_mark_room(change.after) if change.field == "description" and change.after else change.after


def _account(written: Written) -> Account:
    assert isinstance(written.record, Account)
    return written.record


def _as_written(change: FieldChange, marker: str) -> tuple[str | None, ...]:
    """The content of a field while it has our value; a description ends with the marker."""
    after = change.after or None
    return (after, f"{after}\n\n{marker}" if after else marker)
