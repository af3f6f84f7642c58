"""Another owner for an account whose owner left."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import ClassVar

from store.domain.crm.accounts import Account, Kind
from store.domain.crm.basis import RecordKey, Records
from store.domain.errors import Refused
from store.domain.gate.write import CRM, Adjustment, Field, Problem, Write

NOT_ADJUSTABLE = "This can't be adjusted: choose another owner instead."


@dataclass(frozen=True, slots=True, kw_only=True)
class ReassignAccount(Write):
    """From someone who left to an active colleague. There is no undo, since the former owner is gone."""

    kind: ClassVar[str] = "reassign_account"
    system: ClassVar[str] = CRM
    has_outcome: ClassVar[bool] = False
    undo_refusal: ClassVar[str | None] = "Its former owner left, so it can't go back; give it to someone else in Zoho."

    account_id: str
    account_name: str
    from_id: str
    from_name: str
    to_id: str
    to_name: str
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

    def plain(self) -> ReassignAccount:
        return self

    def problems(self, adjustment: Adjustment) -> list[Problem]:
        raise Refused(NOT_ADJUSTABLE)

    def fields(self) -> tuple[Field, ...]:
        return (Field(name="owner_id", label="Owner", value=self.to_id, types=frozenset({"ownerlookup"})),)

    def name(self) -> str:
        return f"Give the account to {self.to_name}"

    def in_words(self, say: Callable[[str], str], names: Mapping[str, str]) -> str:
        return f"the account for {say(names.get(self.to_id, self.to_name))} instead of {say(self.from_name)}"

    def sets(self) -> Mapping[str, str | None]:
        return {"owner_id": self.to_id}

    def touches(self) -> tuple[tuple[RecordKey, str], ...]:
        return (((Kind.ACCOUNT, self.account_id), "owner_id"),)

    def renewed(self, records: Records) -> ReassignAccount | None:
        """Nothing is left to do once someone else gave it away."""
        account = records.get((Kind.ACCOUNT, self.account_id))
        if not isinstance(account, Account) or account.owner_id != self.from_id:
            return None
        return replace(self, unless_modified_since=account.modified_at)

    def people(self) -> tuple[str, ...]:
        return (self.from_name, self.to_name)

    def made(self, crm_id: str) -> RecordKey | None:
        return Kind.ACCOUNT, self.account_id
