"""The request that an approved change stands for, and nothing beside: every field in it was shown to who approved it.

Source: zoho.com/crm/developer/docs/api/v8/insert-records.html, …/update-records.html, …/create-notes.html,
…/delete-records.html (`wf_trigger`), …/delete-notes.html.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, assert_never

from integrations.zoho.reading.queries import stamp
from integrations.zoho.transport import Call
from store.domain.crm.accounts import Kind
from store.domain.errors import Refused
from store.domain.gate.approvals import ApprovedChange
from store.domain.gate.proposals import AddNote, CreateTask, RemoveRecord, UpdateAccount

# Our name and Zoho's for what an update may touch; anything else cannot be said here.
ACCOUNT_FIELDS: Mapping[str, str] = {"rating": "Rating", "account_type": "Account_Type", "description": "Description"}
QUIETLY: Mapping[str, Any] = {"trigger": []}  # keeps the customer's workflows from firing on what we write
PARENT_MODULES: Mapping[Kind, str] = {Kind.ACCOUNT: "Accounts", Kind.DEAL: "Deals"}
REMOVABLE: Mapping[str, str] = {"task": "Tasks", "note": "Notes"}


def call_for(change: ApprovedChange) -> Call:
    """The one request for this change. Raises: Refused."""
    match change.write:
        case CreateTask() as write:
            return _call("POST", "/Tasks", {"data": [_task(write, change.marker)], **QUIETLY})
        case AddNote() as write:  # notes have no workflows and take no trigger
            return _call("POST", "/Notes", {"data": [_note(write, change.marker)]})
        case UpdateAccount() as write:
            body = {"data": [update_values(change, write)], **QUIETLY}
            unless = {"If-Unmodified-Since": stamp(change.unless_modified_since or write.unless_modified_since)}
            return _call("PUT", f"/Accounts/{write.account_id}", body, unless)
        case RemoveRecord() as write:
            return _removal(write)
        case unknown:
            assert_never(unknown)


def update_values(change: ApprovedChange, write: UpdateAccount) -> dict[str, str | None]:
    """The values an account update sets, by Zoho's field names; None empties a field. A description carries the marker,
    except where it is put back as it was before.

    Raises: Refused for a field that may not be written, and for one that would be emptied by anything but an undo.
    """
    values = {_api_name(each.field): each.after or None for each in write.changes}
    if change.undoes is None:
        emptied = next((each.field for each in write.changes if not each.after), None)
        if emptied is not None:
            raise Refused(f"The account field “{emptied}” may not be emptied.")
        if "Description" in values:
            values["Description"] = _marked(values["Description"] or "", change.marker)
    return values


def _removal(write: RemoveRecord) -> Call:
    if not (write.record_id.isascii() and write.record_id.isdigit()):
        raise Refused("The record to remove is not named by a CRM id.")
    path = f"/{REMOVABLE[write.record]}/{write.record_id}"
    quietly = {"wf_trigger": "false"} if write.record == "task" else None  # notes have no workflows
    return Call(method="DELETE", path=path, params=quietly, urgent=True)


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
