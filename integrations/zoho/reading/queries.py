"""COQL: the fields we read from each module, and conditions that Zoho accepts.

Rules of COQL, zoho.com/crm/developer/docs/api/v8/COQL-Limitations.html: at most 50 columns, 25 criteria and 50 values of
IN; more than two criteria are nested in pairs; a quote inside a text is doubled; multi-line fields may be selected only.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from functools import reduce

from store.domain.crm.accounts import Kind, Stream

ROWS = 2000  # COQL's limit
VALUES = 50  # per IN

_SYSTEM = ("id", "Owner", "Created_Time", "Modified_Time")
FIELDS: Mapping[str, tuple[str, ...]] = {
    "Accounts": (*_SYSTEM, "Account_Name", "Industry", "Account_Type", "Rating", "Annual_Revenue", "Description"),
    "Deals": (
        *_SYSTEM,
        "Deal_Name",
        "Account_Name",
        "Stage",
        "Amount",
        "Closing_Date",
        "Next_Step",
        "Contact_Name",
    ),
    "Contacts": (*_SYSTEM, "First_Name", "Last_Name", "Account_Name", "Title"),
    "Tasks": (
        *_SYSTEM,
        "Subject",
        "Status",
        "Priority",
        "Due_Date",
        "Closed_Time",
        "What_Id",
        "$se_module",
        "Who_Id",
        "Created_By",
        "Description",
    ),
    "Events": (*_SYSTEM, "Event_Title", "Start_DateTime", "End_DateTime", "What_Id", "$se_module", "Who_Id"),
    "Calls": (
        *_SYSTEM,
        "Subject",
        "Call_Type",
        "Call_Start_Time",
        "Outgoing_Call_Status",
        "What_Id",
        "$se_module",
        "Who_Id",
    ),
    "Notes": (*_SYSTEM, "Note_Title", "Note_Content", "Parent_Id"),
}
# Requested only from organisations that have them, because COQL refuses an unknown column.
OPTIONAL_FIELDS: Mapping[str, tuple[str, ...]] = {
    "Deals": ("Pipeline", "Currency", "Exchange_Rate"),
    "Contacts": ("Buying_Role",),
}

STREAMS: Mapping[Stream, str] = {
    Stream.ACCOUNTS: "Accounts",
    Stream.DEALS: "Deals",
    Stream.CONTACTS: "Contacts",
    Stream.TASKS: "Tasks",
    Stream.MEETINGS: "Events",
    Stream.CALLS: "Calls",
    Stream.NOTES: "Notes",
}
MODULES: Mapping[Kind, tuple[str, ...]] = {
    kind: tuple(module for stream, module in STREAMS.items() if stream.kind is kind) for kind in Kind
}


def select(module: str, fields: Sequence[str], *conditions: str, limit: int = ROWS) -> str:
    """Query these fields of the rows that meet all conditions, in the order of the ids."""
    where = all_of(conditions)  # `text` has quoted their values
    return f"select {', '.join(fields)} from {module} where {where} order by id asc limit {limit}"  # noqa: S608 - COQL takes no parameters; values are quoted by us


def select_count(module: str, *conditions: str) -> str:
    """Query the number of a module's rows that meet all conditions."""
    return f"select COUNT(id) from {module} where {all_of(conditions or ('id is not null',))} limit 1"  # noqa: S608 - names of ours; values are quoted by us


def select_groups(module: str, columns: Sequence[str], figures: Sequence[str], *conditions: str) -> str:
    """Query these figures for each group of rows that meet all conditions, without a limit."""
    selected, grouped = ", ".join((*columns, *figures)), ", ".join(columns)
    return f"select {selected} from {module} where {all_of(conditions)} group by {grouped} order by {columns[0]} asc"  # noqa: S608 - COQL takes no parameters; values are quoted by us


def all_of(conditions: Iterable[str]) -> str:
    """Join by AND, nested in pairs."""
    return reduce(lambda left, right: f"({left} and {right})", conditions)


def any_of(conditions: Iterable[str]) -> str:
    """Join by OR, nested in pairs."""
    return reduce(lambda left, right: f"({left} or {right})", conditions)


def after_id(record_id: str) -> str:
    return f"id > {text(record_id)}"


def up_to_id(record_id: str) -> str:
    return f"id <= {text(record_id)}"


def equal(field: str, value: str) -> str:
    return f"{field} = {text(value)}"


def one_of(field: str, values: Iterable[str]) -> str:
    """The field is one of these values; there must be at least one."""
    return any_of(f"{field} in ({_listed(group)})" for group in groups(values))


def none_of(field: str, values: Iterable[str]) -> str:
    """The field is none of these values; there must be at least one."""
    return all_of(f"{field} not in ({_listed(group)})" for group in groups(values))


def contains(field: str, part: str) -> str:
    """The field contains this text, without its per cent signs, which COQL would read as patterns."""
    return f"{field} like {text('%' + part.replace('%', '') + '%')}"


def modified_since(moment: datetime) -> str:
    return f"Modified_Time >= '{stamp(moment)}'"


def groups(values: Iterable[str]) -> list[list[str]]:
    """Split the values, in order, into groups that fit one IN."""
    ordered = sorted(values)
    return [ordered[start : start + VALUES] for start in range(0, len(ordered), VALUES)]


def stamp(moment: datetime) -> str:
    """Format a time as Zoho does: whole seconds and an offset."""
    return moment.astimezone(UTC).replace(microsecond=0).isoformat()


def text(value: str) -> str:
    """Quote a value so that it cannot break out."""
    plain = "".join(char for char in value if char.isprintable() and char != "\\")
    return "'" + plain.replace("'", "''") + "'"


def _listed(values: Iterable[str]) -> str:
    return ", ".join(text(value) for value in values)
