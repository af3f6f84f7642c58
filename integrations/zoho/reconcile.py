"""Finding out what became of a write whose answer was lost: by its marker, or for an update by what the record's history says."""

from __future__ import annotations

from integrations.zoho.client import ZohoClient
from integrations.zoho.payloads import ACCOUNT_FIELDS, PARENT_MODULES, update_values
from integrations.zoho.reading import FieldMove
from integrations.zoho.wire import moment
from store.domain.accounts import Kind
from store.domain.approvals import ApprovedChange
from store.domain.proposals import AddNote, CreateTask, UpdateAccount
from store.domain.verdicts import Verdict, WriteResult

_NOT_THERE = WriteResult(verdict=Verdict.NOT_SENT, error="Zoho did not get the request.")
_HISTORY_CHARACTERS = 255  # how much of a value Zoho's timeline shows


async def look_for(change: ApprovedChange, client: ZohoClient) -> WriteResult:
    """DONE with the record's id, or NOT_SENT where the change is not there now. Raises: CrmError where that cannot be told."""
    match change.write:
        case CreateTask() as task:
            return await _by_marker(change, client, task, related="Tasks", text_field="Description")
        case AddNote() as note:
            return await _by_marker(change, client, note, related="Notes", text_field="Note_Content")
        case UpdateAccount() as update:
            return await _by_values(change, client, update)


async def _by_marker(
    change: ApprovedChange, client: ZohoClient, write: CreateTask | AddNote, *, related: str, text_field: str
) -> WriteResult:
    """The parent's related list is read to its end: search indexes may lag behind. The marker counts wherever it stands,
    for somebody may have written on below it."""
    rows = await client.related(PARENT_MODULES[write.parent_kind], write.parent_id, related, ("id", text_field))
    for row in rows:
        if change.marker in str(row.get(text_field) or ""):
            return WriteResult(verdict=Verdict.DONE, crm_id=str(row["id"]))
    return _NOT_THERE


async def _by_values(change: ApprovedChange, client: ZohoClient, write: UpdateAccount) -> WriteResult:
    """The values stand there and we set them, or the history tells that we did before somebody else went on.

    Values that somebody else happened to set are not our write: sent again, it meets a newer record and drifts.
    """
    wanted = update_values(write, change.marker)
    row = await client.row(
        "Accounts", write.account_id, ("id", "Modified_Time", "Modified_By", *ACCOUNT_FIELDS.values())
    )
    if row is None:
        return _NOT_THERE
    if change.marker in str(row.get("Description")):
        return WriteResult(verdict=Verdict.DONE, crm_id=write.account_id)
    me = await client.me()
    stands = all(row.get(field) == value for field, value in wanted.items())
    if stands and str((row.get("Modified_By") or {}).get("id")) == me:
        return WriteResult(verdict=Verdict.DONE, crm_id=write.account_id)
    if moment(row["Modified_Time"]) > write.unless_modified_since and await _in_history(client, write, wanted, me):
        return WriteResult(verdict=Verdict.DONE, crm_id=write.account_id)
    return _NOT_THERE


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
