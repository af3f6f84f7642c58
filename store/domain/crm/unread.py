"""Fields whose value in the CRM cannot be read: quarantined until they read well again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Why(StrEnum):
    """The fault of a value; never the value itself."""

    NOT_A_NUMBER = "not_a_number"
    NOT_A_DATE = "not_a_date"
    NOT_A_TIME = "not_a_time"
    NOT_TEXT = "not_text"
    NOT_A_RECORD = "not_a_record"
    UNKNOWN_USER = "unknown_user"
    EMPTY = "empty"
    TOO_LONG = "too_long"

    @property
    def said(self) -> str:
        """It in words that follow the field's name."""
        return _SAID[self]


_SAID = {
    Why.NOT_A_NUMBER: "is no number",
    Why.NOT_A_DATE: "is no date",
    Why.NOT_A_TIME: "is no time",
    Why.NOT_TEXT: "is no text",
    Why.NOT_A_RECORD: "names no record",
    Why.UNKNOWN_USER: "is no user of the CRM",
    Why.EMPTY: "is empty",
    Why.TOO_LONG: "is longer than Zoho allows, so only its beginning is read",
}


@dataclass(frozen=True, slots=True)
class Unread:
    """One of our fields, the CRM's name for it, and the fault of its value."""

    field: str
    name: str
    why: Why

    @property
    def is_partly_known(self) -> bool:
        """Whether the field holds what the CRM has, as far as it goes."""
        return self.why in (Why.TOO_LONG, Why.EMPTY)


@dataclass(frozen=True, slots=True, kw_only=True)
class Quarantined:
    """A field of one record that cannot be read. `last` is the text form of the value it had before, if that `was_known`."""

    kind: str
    record_id: str
    account_id: str | None
    unread: Unread
    since: datetime
    was_known: bool
    last: str | None


# Without these a record is not kept if it is new.
VITAL = frozenset({"created_at", "modified_at"})
# Fields of which the last known value is truer than none: where a record belongs, its name, how far it has come.
_AS_IT_WAS = VITAL | {
    "owner_id", "account_id", "deal_id", "contact_id", "name", "subject", "stage", "pipeline_name", "currency", "type", "status",
    "done", "marker",
}  # fmt: skip


def kept_as_it_was(unread: tuple[Unread, ...]) -> frozenset[str]:
    """The fields that keep their last known value."""
    return frozenset(each.field for each in unread if each.field in _AS_IT_WAS and not each.is_partly_known)


def fields_of(unread: tuple[Unread, ...]) -> frozenset[str]:
    return frozenset(each.field for each in unread)
