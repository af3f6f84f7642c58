"""The request that an approved change stands for, and nothing beside: every field in it was shown to who approved it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from integrations.zoho.queries import stamp
from integrations.zoho.transport import Call
from store.domain.accounts import Kind
from store.domain.approvals import ApprovedChange
from store.domain.errors import Refused
from store.domain.proposals import AddNote, CreateTask, UpdateAccount

# Our name and Zoho's for what an update may touch; anything else cannot be said here.
ACCOUNT_FIELDS: Mapping[str, str] = {"rating": "Rating", "account_type": "Account_Type", "description": "Description"}
QUIETLY: Mapping[str, Any] = {"trigger": []}  # keeps the customer's workflows from firing on what we write
PARENT_MODULES: Mapping[Kind, str] = {Kind.ACCOUNT: "Accounts", Kind.DEAL: "Deals"}


def call_for(change: ApprovedChange) -> Call:
    """The one request for this change. Raises: Refused."""
    match change.write:
        case CreateTask() as write:
            return _call("POST", "/Tasks", {"data": [_task(write, change.marker)], **QUIETLY})
        case AddNote() as write:  # notes have no workflows and take no trigger
            return _call("POST", "/Notes", {"data": [_note(write, change.marker)]})
        case UpdateAccount() as write:
            body = {"data": [update_values(write, change.marker)], **QUIETLY}
            unless = {"If-Unmodified-Since": stamp(write.unless_modified_since)}
            return _call("PUT", f"/Accounts/{write.account_id}", body, unless)


def update_values(write: UpdateAccount, marker: str) -> dict[str, str | None]:
    """The values an account update sets, by Zoho's field names. Raises: Refused for a field that may not be written."""
    values = {_api_name(each.field): each.after for each in write.changes}
    if "Description" in values:
        values["Description"] = _marked(values["Description"] or "", marker)
    return values


def _api_name(field: str) -> str:
    if field not in ACCOUNT_FIELDS:
        raise Refused(f"The account field “{field}” may not be written.")
    return ACCOUNT_FIELDS[field]


def _task(write: CreateTask, marker: str) -> dict[str, Any]:
    return {
        "Subject": write.subject,
        "Description": _marked(write.description, marker),
        "Due_Date": write.due.isoformat(),
        "Priority": write.priority,
        "Status": "Not Started",
        "Owner": {"id": write.assignee_id},
        "What_Id": {"id": write.parent_id},
        "$se_module": PARENT_MODULES[write.parent_kind],
    }


def _note(write: AddNote, marker: str) -> dict[str, Any]:
    return {
        "Note_Title": write.title,
        "Note_Content": _marked(write.text, marker),
        "Parent_Id": {"module": {"api_name": PARENT_MODULES[write.parent_kind]}, "id": write.parent_id},
    }


def _marked(text: str, marker: str) -> str:
    return f"{text.rstrip()}\n\n{marker}" if text.strip() else marker


def _call(
    method: Literal["POST", "PUT"], path: str, body: Mapping[str, Any], headers: Mapping[str, str] | None = None
) -> Call:
    return Call(method=method, path=path, json=body, headers=headers or {}, urgent=True)
