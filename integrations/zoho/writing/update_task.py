"""Another due date or status of a task in Zoho, written only if no one was quicker, and found again by its values.

Source: zoho.com/crm/developer/docs/api/v8/update-records.html (If-Unmodified-Since).
"""

from __future__ import annotations

from typing import ClassVar

from integrations.zoho.cells import moment
from integrations.zoho.reading.client import ZohoClient
from integrations.zoho.reading.field_rules import Form
from integrations.zoho.reading.queries import stamp
from integrations.zoho.transport import Call
from integrations.zoho.writing.kind import NOT_THERE, QUIETLY, ZohoKind, done, urgent_call
from store.domain.errors import Refused
from store.domain.gate.approvals import ApprovedChange
from store.domain.gate.verdicts import WriteResult
from store.domain.gate.writes.update_task import UpdateTask


class ZohoTaskUpdate(ZohoKind[UpdateTask]):
    form: ClassVar[Form | None] = Form(module="Tasks", fields={"Due_Date": "due", "Status": "status"}, creates=False)

    def request(self, write: UpdateTask, change: ApprovedChange) -> Call:
        if not (write.task_id.isascii() and write.task_id.isdigit()):
            raise Refused("The id of the task to change is not a CRM id.")
        if not (values := _values(write)):
            raise Refused("This would change nothing.")
        unless = {"If-Unmodified-Since": stamp(change.unless_modified_since or write.unless_modified_since)}
        return urgent_call("PUT", f"/Tasks/{write.task_id}", {"data": [values], **QUIETLY}, unless)

    async def find(self, write: UpdateTask, change: ApprovedChange, client: ZohoClient) -> WriteResult:
        """The task has the values, and we were the last to change it.

        If someone went on since, our write can't be distinguished from theirs: sent again, it meets a newer task and drifts.
        """
        fields = ("id", "Modified_Time", "Modified_By", "Due_Date", "Status")
        row = await client.row("Tasks", write.task_id, fields)
        if row is None:
            return NOT_THERE
        at, by = moment(row["Modified_Time"]), str((row.get("Modified_By") or {}).get("id"))
        holds = all(row.get(field) == value for field, value in _values(write).items())
        return done(write.task_id, at) if holds and by == await client.me() else NOT_THERE


KIND = ZohoTaskUpdate()


def _values(write: UpdateTask) -> dict[str, str | None]:
    """The values to set, by Zoho's field names: only those that change."""
    due = {"Due_Date": write.due.isoformat() if write.due else None} if write.due != write.was_due else {}
    return due | ({"Status": write.status} if write.status != write.was_status else {})
