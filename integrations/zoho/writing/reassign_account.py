"""An account's owner in Zoho, changed only if no one was quicker, and found again by the owner that it has.

Source: zoho.com/crm/developer/docs/api/v8/update-records.html (Owner, If-Unmodified-Since).
"""

from __future__ import annotations

from typing import ClassVar

from integrations.zoho.cells import moment
from integrations.zoho.reading.client import ZohoClient
from integrations.zoho.reading.field_rules import Form
from integrations.zoho.reading.queries import stamp
from integrations.zoho.transport import Call
from integrations.zoho.writing.kind import NOT_THERE, QUIETLY, ZohoKind, done, urgent_call
from store.domain.gate.approvals import ApprovedChange
from store.domain.gate.verdicts import WriteResult
from store.domain.gate.writes.reassign_account import ReassignAccount


class ZohoReassignment(ZohoKind[ReassignAccount]):
    form: ClassVar[Form | None] = Form(module="Accounts", fields={"Owner": "owner_id"}, creates=False)

    def request(self, write: ReassignAccount, change: ApprovedChange) -> Call:
        body = {"data": [{"Owner": {"id": write.to_id}}], **QUIETLY}
        unless = {"If-Unmodified-Since": stamp(change.unless_modified_since or write.unless_modified_since)}
        return urgent_call("PUT", f"/Accounts/{write.account_id}", body, unless)

    async def find(self, write: ReassignAccount, change: ApprovedChange, client: ZohoClient) -> WriteResult:
        """The account has the new owner, no matter who gave it. If it has another one, sending again is safe: a record that
        someone changed after us is newer than the one that the request allows."""
        row = await client.row("Accounts", write.account_id, ("id", "Modified_Time", "Modified_By", "Owner"))
        if row is None or str((row.get("Owner") or {}).get("id")) != write.to_id:
            return NOT_THERE
        is_ours = str((row.get("Modified_By") or {}).get("id")) == await client.me()
        return done(write.account_id, moment(row["Modified_Time"]) if is_ours else None)


KIND = ZohoReassignment()
