"""Removing a task or a note that we wrote. Zoho's DELETE takes no If-Unmodified-Since, so the record is read just before, and
left alone if anyone touched it.

Source: zoho.com/crm/developer/docs/api/v8/delete-records.html (`wf_trigger`), …/delete-notes.html.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from integrations.zoho.cells import moment
from integrations.zoho.reading.client import ZohoClient
from integrations.zoho.transport import Call
from integrations.zoho.writing.kind import NOT_THERE, ZohoKind, done
from store.domain.errors import Refused
from store.domain.gate.approvals import ApprovedChange
from store.domain.gate.verdicts import Verdict, WriteResult
from store.domain.gate.writes.remove_record import RemoveRecord

MODULES: Mapping[str, str] = {"task": "Tasks", "note": "Notes"}


class ZohoRemoval(ZohoKind[RemoveRecord]):
    looks_if_refused: ClassVar[bool] = True

    def request(self, write: RemoveRecord, change: ApprovedChange) -> Call:
        if not (write.record_id.isascii() and write.record_id.isdigit()):
            raise Refused("The id of the record to remove is not a CRM id.")
        path = f"/{MODULES[write.record]}/{write.record_id}"
        quietly = {"wf_trigger": "false"} if write.record == "task" else None  # notes have no workflows
        return Call(method="DELETE", path=path, params=quietly, urgent=True)

    async def find(self, write: RemoveRecord, change: ApprovedChange, client: ZohoClient) -> WriteResult:
        return done(write.record_id, None) if await _row(client, write) is None else NOT_THERE

    async def before(self, write: RemoveRecord, change: ApprovedChange, client: ZohoClient) -> WriteResult | None:
        """DONE if the record is gone already, DRIFTED if anyone touched it."""
        row = await _row(client, write)
        if row is None:
            return done(write.record_id, None)
        by = [(row.get(stamped) or {}).get("id") for stamped in ("Created_By", "Modified_By")]
        if moment(row["Modified_Time"]) > write.unless_modified_since or by[0] != by[1]:
            return WriteResult(
                verdict=Verdict.DRIFTED, error=f"Someone changed the {write.record} in Zoho in the meantime."
            )
        return None


KIND = ZohoRemoval()


async def _row(client: ZohoClient, write: RemoveRecord) -> dict[str, Any] | None:
    fields = ("id", "Modified_Time", "Created_By", "Modified_By")
    return await client.row(MODULES[write.record], write.record_id, fields)
