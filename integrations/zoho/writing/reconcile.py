"""Finding out what became of a write whose answer was lost: by its marker, for an update by what the record's history says,
for a removal by whether the record is still there."""

from __future__ import annotations

from datetime import datetime
from typing import Any, assert_never

from integrations.zoho.history import FieldMove
from integrations.zoho.reading.client import ZohoClient
from integrations.zoho.wire import moment
from integrations.zoho.writing.payloads import ACCOUNT_FIELDS, PARENT_MODULES, REMOVABLE, update_values
from store.domain.crm.accounts import Kind
from store.domain.gate.approvals import ApprovedChange
from store.domain.gate.proposals import AddNote, CreateTask, RemoveRecord, UpdateAccount
from store.domain.gate.verdicts import Verdict, WriteResult

_NOT_THERE = WriteResult(verdict=Verdict.NOT_SENT, error="Zoho did not get the request.")
_HISTORY_CHARACTERS = 255  # how much of a value Zoho's timeline shows


async def look_for(change: ApprovedChange, client: ZohoClient) -> WriteResult:
    """DONE with the record's id, or NOT_SENT where the change is not there now. Raises: CrmError where that cannot be told.

    `modified_at` is when our write left the record; for an update None where somebody went on since.
    """
    match change.write:
        case CreateTask() as task:
            return await _by_marker(change, client, task, related="Tasks", text_field="Description")
        case AddNote() as note:
            return await _by_marker(change, client, note, related="Notes", text_field="Note_Content")
        case UpdateAccount() as update:
            return await _by_values(change, client, update)
        case RemoveRecord() as removal:
            return await _by_absence(client, removal)
        case unknown:
            assert_never(unknown)


async def in_the_way(change: ApprovedChange, client: ZohoClient) -> WriteResult | None:
    """What has to be known before a removal is sent, for Zoho's DELETE takes no If-Unmodified-Since: DONE where the record is
    gone already, DRIFTED where anybody touched it since; None where nothing stands in the way. Raises: CrmError."""
    if not isinstance(change.write, RemoveRecord):
        return None
    row = await _removable(client, change.write)
    if row is None:
        return _gone(change.write)
    touched_by = [(row.get(stamped) or {}).get("id") for stamped in ("Created_By", "Modified_By")]
    if moment(row["Modified_Time"]) > change.write.unless_modified_since or touched_by[0] != touched_by[1]:
        return WriteResult(verdict=Verdict.DRIFTED, error=f"The {change.write.record} was changed in Zoho meanwhile.")
    return None


async def _by_absence(client: ZohoClient, write: RemoveRecord) -> WriteResult:
    return _gone(write) if await _removable(client, write) is None else _NOT_THERE


async def _removable(client: ZohoClient, write: RemoveRecord) -> dict[str, Any] | None:
    return await client.row(
        REMOVABLE[write.record], write.record_id, ("id", "Modified_Time", "Created_By", "Modified_By")
    )


def _gone(write: RemoveRecord) -> WriteResult:
    return WriteResult(verdict=Verdict.DONE, crm_id=write.record_id)


async def _by_marker(
    change: ApprovedChange, client: ZohoClient, write: CreateTask | AddNote, *, related: str, text_field: str
) -> WriteResult:
    """The parent's related list is read to its end: search indexes may lag behind. The marker counts wherever it stands,
    for somebody may have written on below it."""
    fields = ("id", "Created_Time", text_field)
    for row in await client.related(PARENT_MODULES[write.parent_kind], write.parent_id, related, fields):
        if change.marker in str(row.get(text_field) or ""):
            return _found(str(row["id"]), moment(row["Created_Time"]))
    return _NOT_THERE


async def _by_values(change: ApprovedChange, client: ZohoClient, write: UpdateAccount) -> WriteResult:
    """The values stand there and we set them, or the history tells that we did before somebody else went on.

    Values that somebody else happened to set are not our write: sent again, it meets a newer record and drifts.
    """
    wanted = update_values(change, write)
    row = await client.row(
        "Accounts", write.account_id, ("id", "Modified_Time", "Modified_By", *ACCOUNT_FIELDS.values())
    )
    if row is None:
        return _NOT_THERE
    me = await client.me()
    at = moment(row["Modified_Time"])
    stands = all(row.get(field) == value for field, value in wanted.items())
    if stands and str((row.get("Modified_By") or {}).get("id")) == me:
        return _found(write.account_id, at)
    if change.marker in str(row.get("Description")):
        return _found(write.account_id, None)
    if at > write.unless_modified_since and await _in_history(client, write, wanted, me):
        return _found(write.account_id, None)
    return _NOT_THERE


def _found(crm_id: str, modified_at: datetime | None) -> WriteResult:
    return WriteResult(verdict=Verdict.DONE, crm_id=crm_id, modified_at=modified_at)


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
