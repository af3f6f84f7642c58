"""Translate Zoho's rows into our records.

Unneeded data never gets in: a contact's e-mail address and telephone number are not read, and those inside notes are
masked. Field names are those of zoho.com/crm/developer/docs/api/v8/modules-fields.html.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, time, timedelta
from typing import Any

from integrations.zoho.cells import NEVER, Cells, Row, identifier, moment
from store.domain.crm.accounts import Account, Activity, ActivityType, Contact, Deal, Entity, Note
from store.domain.crm.unread import Why, fields_of
from store.domain.signals.own_tasks import marker_in
from store.domain.text.markup import without_markup
from store.domain.text.redaction import clean, redact

NOTE_LIMIT = 4_000  # characters kept of a note


def entity_from(module: str, row: Row, *, ours: str | None = None, called: Callable[[str], str] = str) -> Entity | None:
    """Convert a row to our record; None if it has no id. A task is the bot's own only if `ours`, the user it writes as, created it.

    Records under a deal carry the deal's id and no account's: the store knows the deal's account. A field that cannot be read
    is named in the record's `unread`, by the name that it is `called` in this organisation.
    """
    key = identifier(row.get("id"))
    if key is None:
        return None
    cells = Cells(row, called=called)
    match module:
        case "Accounts":
            return _account(key, cells)
        case "Deals":
            return _deal(key, cells)
        case "Contacts":
            return _contact(key, cells)
        case "Tasks":
            return _task(key, row, cells, ours)
        case "Events":
            return _event(key, row, cells)
        case "Calls":
            return _call(key, row, cells)
        case _:
            return _note(key, row, cells)


def _account(key: str, cells: Cells) -> Account:
    return Account(
        **_system(key, cells),
        name=cells.must_line("Account_Name", "name", otherwise="Account without a name"),
        industry=cells.line("Industry", "industry"),
        account_type=cells.text("Account_Type", "account_type"),
        rating=cells.text("Rating", "rating"),
        annual_revenue=cells.number("Annual_Revenue", "annual_revenue"),
        description=cells.text("Description", "description"),
        unread=cells.unread,
    )


def _deal(key: str, cells: Cells) -> Deal:
    return Deal(
        **_system(key, cells),
        name=cells.must_line("Deal_Name", "name", otherwise="Deal without a name"),
        account_id=cells.lookup("Account_Name", "account_id"),
        stage=cells.must_line("Stage", "stage", otherwise=""),
        pipeline_name=cells.line("Pipeline", "pipeline_name"),
        amount=cells.number("Amount", "amount"),
        closing_date=cells.day("Closing_Date", "closing_date"),
        next_step=cells.line("Next_Step", "next_step"),
        contact_id=cells.lookup("Contact_Name", "contact_id"),
        currency=cells.line("Currency", "currency"),
        exchange_rate=cells.number("Exchange_Rate", "exchange_rate"),
        unread=cells.unread,
    )


def _contact(key: str, cells: Cells) -> Contact:
    last = cells.must_line("Last_Name", "name", otherwise="")
    name = " ".join(part for part in (cells.line("First_Name", "name"), last) if part)
    return Contact(
        **_system(key, cells),
        name=name or "Contact without a name",
        account_id=cells.lookup("Account_Name", "account_id"),
        title=cells.line("Title", "title"),
        buying_role=cells.line("Buying_Role", "buying_role"),
        unread=cells.unread,
    )


def _task(key: str, row: Row, cells: Cells, ours: str | None) -> Activity:
    system, status = _system(key, cells), cells.line("Status", "status", "done", "done_at")
    due, done = cells.day("Due_Date", "at"), status == "Completed"
    closed = cells.time("Closed_Time", "done_at") if done else None
    mark = marker_in(cells.text("Description", "marker") or "")
    return Activity(
        **system,
        **_hangs_on(row, cells),
        type=ActivityType.TASK,
        subject=cells.line("Subject", "subject") or "Task",
        at=datetime.combine(due, time(), tzinfo=UTC) if due else None,
        done=done,
        done_at=(closed or system["modified_at"]) if done else None,
        priority=cells.text("Priority", "priority"),
        status=status,
        marker=mark if ours is not None and cells.lookup("Created_By") == ours else None,
        unread=cells.unread,
    )


def bears_mark(row: Row) -> bool:
    """Whether the bot may have made this task: anyone can copy a task with its marker."""
    return marker_in(str(row.get("Description") or "")) is not None


def _event(key: str, row: Row, cells: Cells) -> Activity:
    at = cells.time("Start_DateTime", "at", "ends_at")
    cells.time("End_DateTime", "ends_at")
    known = "ends_at" not in fields_of(cells.unread)
    return Activity(
        **_system(key, cells),
        **_hangs_on(row, cells),
        type=ActivityType.EVENT,
        subject=cells.line("Event_Title", "subject") or "Meeting",
        at=at,
        ends_at=_end(row.get("Start_DateTime"), row.get("End_DateTime")) if known else None,
        unread=cells.unread,
    )


def _end(start: str | None, end: str | None) -> datetime | None:
    """When a meeting ends. One that fills a day may come with bare dates, or from a midnight to the same midnight."""
    last = end or start
    if not last:
        return None
    fills_day = last == (start or last) and datetime.fromisoformat(last).time() == time()
    return moment(last) + (timedelta(days=1) if "T" not in last or fills_day else timedelta())


def _call(key: str, row: Row, cells: Cells) -> Activity:
    system, at = _system(key, cells), cells.time("Call_Start_Time", "at", "done_at")
    kind, status = cells.line("Call_Type", "done", "done_at"), cells.line("Outgoing_Call_Status", "done", "done_at")
    # Telephony and imports leave the status out; a call entered after it began took place.
    unsaid = kind == "Outbound" and not status
    logged = unsaid and at is not None and at <= system["created_at"]
    if unsaid and fields_of(cells.unread) & {"at", "created_at"}:
        cells.spoil("Call_Start_Time", Why.NOT_A_TIME, "done", "done_at")
    done = kind == "Inbound" or status == "Completed" or logged
    return Activity(
        **system,
        **_hangs_on(row, cells),
        type=ActivityType.CALL,
        subject=cells.line("Subject", "subject") or "Call",
        at=at,
        done=done,
        done_at=at if done else None,
        unread=cells.unread,
    )


def _note(key: str, row: Row, cells: Cells) -> Note:
    on, parent = cells.lookup("Parent_Id", "account_id", "deal_id"), row.get("Parent_Id")
    of = parent.get("module") if isinstance(parent, Mapping) else None
    module = (of.get("api_name") if isinstance(of, Mapping) else None) or row.get("$se_module")
    return Note(
        **_system(key, cells),
        title=_masked(cells.text("Note_Title", "title")) or None,
        text=_masked(cells.text("Note_Content", "text")),
        account_id=on if module == "Accounts" else None,
        deal_id=on if module == "Deals" else None,
        unread=cells.unread,
    )


def _system(key: str, cells: Cells) -> dict[str, Any]:
    created, modified = cells.must_time("Created_Time", "created_at"), cells.must_time("Modified_Time", "modified_at")
    return {
        "id": key,
        "owner_id": cells.lookup("Owner", "owner_id") or "",
        "created_at": created or modified or NEVER,
        "modified_at": modified or created or NEVER,
    }


def _hangs_on(row: Row, cells: Cells) -> dict[str, Any]:
    what, module = cells.lookup("What_Id", "account_id", "deal_id"), row.get("$se_module")
    return {
        "account_id": what if module == "Accounts" else None,
        "deal_id": what if module == "Deals" else None,
        "contact_id": cells.lookup("Who_Id", "contact_id"),
    }


def _masked(text: str | None) -> str:
    """The words of a text, without HTML. Mask, then cut, so that no part of an address survives at the end."""
    return redact(clean(without_markup(text or ""), limit=2 * NOTE_LIMIT))[:NOTE_LIMIT].rstrip()
