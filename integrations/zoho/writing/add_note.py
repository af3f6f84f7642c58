"""A note in Zoho.

Source: zoho.com/crm/developer/docs/api/v8/create-notes.html.
"""

from __future__ import annotations

from typing import ClassVar

from integrations.zoho.reading.client import ZohoClient
from integrations.zoho.reading.field_rules import Form
from integrations.zoho.transport import Call
from integrations.zoho.writing.kind import PARENT_MODULES, ZohoKind, found_by_marker, marked, urgent_call
from store.domain.gate.approvals import ApprovedChange
from store.domain.gate.verdicts import WriteResult
from store.domain.gate.writes.add_note import AddNote


class ZohoNote(ZohoKind[AddNote]):
    form: ClassVar[Form | None] = Form(module="Notes", fields={"Note_Title": "title", "Note_Content": "text"})

    def request(self, write: AddNote, change: ApprovedChange) -> Call:
        note = {
            "Note_Title": write.title,
            "Note_Content": marked(write.text, change.marker),
            "Parent_Id": {"module": {"api_name": PARENT_MODULES[write.parent_kind]}, "id": write.parent_id},
        }
        return urgent_call("POST", "/Notes", {"data": [note]})  # notes have no workflows and take no trigger

    async def find(self, write: AddNote, change: ApprovedChange, client: ZohoClient) -> WriteResult:
        return await found_by_marker(change, client, related="Notes", text_field="Note_Content")


KIND = ZohoNote()
