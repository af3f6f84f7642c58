"""A task in Zoho.

Source: zoho.com/crm/developer/docs/api/v8/insert-records.html.
"""

from __future__ import annotations

from typing import ClassVar

from integrations.zoho.reading.client import ZohoClient
from integrations.zoho.reading.field_rules import Form
from integrations.zoho.transport import Call
from integrations.zoho.writing.kind import PARENT_MODULES, QUIETLY, ZohoKind, found_by_marker, marked, urgent_call
from store.domain.gate.approvals import ApprovedChange
from store.domain.gate.verdicts import WriteResult
from store.domain.gate.writes.create_task import STATUS, CreateTask


class ZohoTask(ZohoKind[CreateTask]):
    form: ClassVar[Form | None] = Form(
        module="Tasks",
        fields={
            "Subject": "subject",
            "Description": "description",
            "Due_Date": "due",
            "Priority": "priority",
            "Owner": "assignee_id",
            "Status": "status",
        },
    )

    def request(self, write: CreateTask, change: ApprovedChange) -> Call:
        task = {
            "Subject": write.subject,
            "Description": marked(write.description, change.marker),
            "Due_Date": write.due.isoformat(),
            "Priority": write.priority,
            "Status": STATUS,
            "Owner": {"id": write.assignee_id},
            "What_Id": {"id": write.parent_id},
            "$se_module": PARENT_MODULES[write.parent_kind],
        }
        return urgent_call("POST", "/Tasks", {"data": [task], **QUIETLY})

    async def find(self, write: CreateTask, change: ApprovedChange, client: ZohoClient) -> WriteResult:
        return await found_by_marker(change, client, related="Tasks", text_field="Description")


KIND = ZohoTask()
