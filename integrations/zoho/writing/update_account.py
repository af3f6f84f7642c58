"""New values of an account in Zoho, written only if no one was quicker, and found again by the values and the history.

Source: zoho.com/crm/developer/docs/api/v8/update-records.html (If-Unmodified-Since).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from integrations.zoho.cells import moment
from integrations.zoho.history import FieldMove
from integrations.zoho.reading.client import ZohoClient
from integrations.zoho.reading.field_rules import Form
from integrations.zoho.reading.queries import stamp
from integrations.zoho.transport import Call
from integrations.zoho.writing.kind import NOT_THERE, QUIETLY, ZohoKind, done, marked, urgent_call
from store.domain.crm.accounts import Kind
from store.domain.errors import Refused
from store.domain.gate.approvals import ApprovedChange
from store.domain.gate.verdicts import WriteResult
from store.domain.gate.writes.update_account import UpdateAccount

# Our name and Zoho's of the fields that an update may change; no other field can be named here.
ACCOUNT_FIELDS: Mapping[str, str] = {"rating": "Rating", "account_type": "Account_Type", "description": "Description"}
_HISTORY_CHARACTERS = 255  # how much of a value Zoho's timeline shows


class ZohoUpdate(ZohoKind[UpdateAccount]):
    form: ClassVar[Form | None] = Form(
        module="Accounts", fields={theirs: ours for ours, theirs in ACCOUNT_FIELDS.items()}, creates=False
    )

    def request(self, write: UpdateAccount, change: ApprovedChange) -> Call:
        body = {"data": [values_to_set(change, write)], **QUIETLY}
        unless = {"If-Unmodified-Since": stamp(change.unless_modified_since or write.unless_modified_since)}
        return urgent_call("PUT", f"/Accounts/{write.account_id}", body, unless)

    async def find(self, write: UpdateAccount, change: ApprovedChange, client: ZohoClient) -> WriteResult:
        """The account has the values and we set them, or the history shows that we did before someone else went on.

        Values that someone else happened to set are not our write: sent again, it meets a newer record and drifts.
        """
        wanted = values_to_set(change, write)
        row = await client.row(
            "Accounts", write.account_id, ("id", "Modified_Time", "Modified_By", *ACCOUNT_FIELDS.values())
        )
        if row is None:
            return NOT_THERE
        me = await client.me()
        at = moment(row["Modified_Time"])
        holds = all(row.get(field) == value for field, value in wanted.items())
        if holds and str((row.get("Modified_By") or {}).get("id")) == me:
            return done(write.account_id, at)
        if change.marker in str(row.get("Description")):
            return done(write.account_id, None)
        if at > write.unless_modified_since and await _in_history(client, write, wanted, me):
            return done(write.account_id, None)
        return NOT_THERE


KIND = ZohoUpdate()


def values_to_set(change: ApprovedChange, write: UpdateAccount) -> dict[str, str | None]:
    """The values an account update sets, by Zoho's field names; None empties a field. A description carries the marker,
    unless it is put back as it was before.

    Raises: Refused for a field that may not be written, and for one that anything but an undo would empty.
    """
    values = {_api_name(each.field): each.after or None for each in write.changes}
    if change.undoes is None:
        emptied = next((each.field for each in write.changes if not each.after), None)
        if emptied is not None:
            raise Refused(f"The account field “{emptied}” may not be emptied.")
        if "Description" in values:
            values["Description"] = marked(values["Description"] or "", change.marker)
    return values


def _api_name(field: str) -> str:
    if field not in ACCOUNT_FIELDS:
        raise Refused(f"The account field “{field}” may not be written.")
    return ACCOUNT_FIELDS[field]


async def _in_history(client: ZohoClient, write: UpdateAccount, wanted: dict[str, str | None], me: str) -> bool:
    """Whether we set all these values after the record was shown; the history is read back to that moment."""
    ours: dict[str, set[str | None]] = {field: set() for field in wanted}
    after: str | None = None
    while True:
        page = await client.history(Kind.ACCOUNT, write.account_id, after=after)
        for move in page.items:
            if move.field in ours and _is_ours(move, write, me):
                ours[move.field].add(_shown(move.after))
        if all(_shown(value) in ours[field] for field, value in wanted.items()):
            return True
        if page.next is None or (page.items and page.items[-1].at < write.unless_modified_since):
            return False
        after = page.next


def _is_ours(move: FieldMove, write: UpdateAccount, me: str) -> bool:
    return move.by == me and move.at >= write.unless_modified_since


def _shown(value: str | None) -> str | None:
    return value[:_HISTORY_CHARACTERS] if value else None
