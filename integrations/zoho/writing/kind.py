"""Zoho's side of a kind of write: the one request it becomes, and how to find it again if the answer is lost.

Each kind has a file of its name here that defines one `ZohoKind` as `KIND`. `find` is abstract on purpose: a write that
can't be found again might be sent twice, so a kind without it can't even be created.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from types import ModuleType
from typing import Any, ClassVar, Generic, Literal, TypeVar

from integrations.zoho.cells import moment
from integrations.zoho.reading.client import ZohoClient
from integrations.zoho.reading.field_rules import Form
from integrations.zoho.transport import Call
from store.domain.crm.accounts import Kind
from store.domain.gate import registry
from store.domain.gate.approvals import ApprovedChange
from store.domain.gate.verdicts import Verdict, WriteResult
from store.domain.gate.write import CRM, Write

W = TypeVar("W", bound=Write)

QUIETLY: Mapping[str, Any] = {"trigger": []}  # keeps the customer's workflows from firing on what we write
PARENT_MODULES: Mapping[Kind, str] = {Kind.ACCOUNT: "Accounts", Kind.DEAL: "Deals"}
NOT_THERE = WriteResult(verdict=Verdict.NOT_SENT, error="Zoho did not get the request.")


class ZohoKind(ABC, Generic[W]):
    """`form` says which fields of which module it fills in, if it fills in any. With `looks_if_refused`, a refusal is checked
    by `find`: someone else may have just done the same."""

    form: ClassVar[Form | None] = None
    looks_if_refused: ClassVar[bool] = False

    @abstractmethod
    def request(self, write: W, change: ApprovedChange) -> Call:
        """The one request for this change, and nothing that its approver wasn't shown. Raises: Refused."""

    @abstractmethod
    async def find(self, write: W, change: ApprovedChange, client: ZohoClient) -> WriteResult:
        """DONE with the record's id, or NOT_SENT if the change is not there now. Raises: CrmError if neither is
        certain.

        `modified_at` is when our write left the record; None if someone has changed it since.
        """

    async def before(self, write: W, change: ApprovedChange, client: ZohoClient) -> WriteResult | None:
        """A verdict that is known without sending anything; None if the request may leave. Raises: CrmError."""
        return None


@cache
def zoho_kinds() -> Mapping[str, ZohoKind[Any]]:
    """All kinds that Zoho executes. Raises: TypeError, ModuleNotFoundError if one can't be written or found again."""
    return {name: kind_in(module) for name, module in registry.modules(__package__, registry.kinds_of(CRM)).items()}


def kind_in(module: ModuleType) -> ZohoKind[Any]:
    """The kind that this file defines. Raises: TypeError."""
    if not isinstance(kind := getattr(module, "KIND", None), ZohoKind):
        raise TypeError(f"{module.__name__} has to define as KIND how Zoho writes this and finds it again.")
    return kind


def forms() -> Mapping[str, Form]:
    """The forms of the kinds, so that Zoho's description of their fields can be read."""
    return {name: kind.form for name, kind in zoho_kinds().items() if kind.form is not None}


def marked(text: str, marker: str) -> str:
    """The text with the marker at its end, by which it is found again."""
    return f"{text.rstrip()}\n\n{marker}" if text.strip() else marker


def urgent_call(
    method: Literal["POST", "PUT"], path: str, body: Mapping[str, Any], headers: Mapping[str, str] | None = None
) -> Call:
    return Call(method=method, path=path, json=body, headers=headers or {}, urgent=True)


async def found_by_marker(change: ApprovedChange, client: ZohoClient, *, related: str, text_field: str) -> WriteResult:
    """Reads the parent's related list to its end, since search indexes may lag behind. The marker counts anywhere in
    the text: someone may have added text below it."""
    write, fields = change.write, ("id", "Created_Time", text_field)
    for row in await client.related(PARENT_MODULES[write.parent_kind], write.parent_id, related, fields):
        if change.marker in str(row.get(text_field) or ""):
            return done(str(row["id"]), moment(row["Created_Time"]))
    return NOT_THERE


def done(crm_id: str, modified_at: datetime | None) -> WriteResult:
    return WriteResult(verdict=Verdict.DONE, crm_id=crm_id, modified_at=modified_at)
