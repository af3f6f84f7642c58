"""Translate between Zoho's JSON and our nouns.

Unneeded data never gets in: a contact's e-mail address and telephone number are not read, and those inside notes are
masked. Field names are those of zoho.com/crm/developer/docs/api/v8/modules-fields.html.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from integrations.zoho.errors import unexpected
from integrations.zoho.history import FieldMove
from store.domain.crm.accounts import (
    Account,
    Activity,
    ActivityType,
    Contact,
    Deal,
    Entity,
    Note,
    Person,
    Pipeline,
    Role,
    Stage,
    StageOutcome,
)
from store.domain.crm.changes import changed_pipeline
from store.domain.signals.own_tasks import marker_in
from store.domain.signals.pace import StageMove, since_joining
from store.domain.text.redaction import clean, redact, visible

Row = Mapping[str, Any]

_PICKLISTS = {"Rating": "rating", "Account_Type": "account_type"}
NOTE_LIMIT = 4_000  # characters kept of a note
MOST_DIGITS = 19  # of an id
LINE_LIMIT = 1_000  # of a name or a line; Zoho's own are shorter
_ENDED = re.compile(r"\b(?:won|lost)\b", re.IGNORECASE)
_OUTCOMES = {"Closed Won": StageOutcome.WON, "Closed Lost": StageOutcome.LOST}


def entity_from(module: str, row: Row, *, ours: str | None = None) -> Entity:
    """Convert a row to our record. A task is the bot's own only if `ours`, the user it writes as, created it.

    Records under a deal carry the deal's id and no account's: the store knows the deal's account.
    Raises: CrmRefused if the row lacks a field that every record has.
    """
    try:
        match module:
            case "Accounts":
                return _account(row)
            case "Deals":
                return _deal(row)
            case "Contacts":
                return _contact(row)
            case "Tasks":
                return _task(row, ours)
            case "Events":
                return _event(row)
            case "Calls":
                return _call(row)
            case _:
                return _note(row)
    except (KeyError, TypeError, ValueError) as exc:
        raise unexpected(f"record {row.get('id')} of {module} cannot be read") from exc


def people_from(rows: Iterable[Row]) -> list[Person]:
    """Convert all users. Anyone with a report is a manager; the profile Administrator makes an admin."""
    users = list(rows)
    managers = {_lookup(user.get("Reporting_To")) for user in users}
    return [_person(user, is_manager=str(user.get("id")) in managers) for user in users]


def pipeline_from(layouts: Iterable[Row]) -> Pipeline:
    """Return the stages of all deal layouts, each once, in the order of the first layout that names them. An option without
    a forecast type has no meaning any more: `with_withdrawn` finds it on the deals.

    Raises: CrmRefused if there are none: without stages a won deal would pass for an open one.
    """
    stages: dict[str, Stage] = {}
    for layout in layouts:
        for option in sorted(_stage_options(layout), key=lambda one: int(one.get("sequence_number") or 0)):
            name = _line(option["actual_value"]) or ""
            if name not in stages and option.get("forecast_type"):
                stages[name] = _stage(name, option, position=len(stages))
    if not stages:
        raise unexpected("the layouts of Deals name no stages")
    return Pipeline(tuple(stages.values()))


def with_withdrawn(pipeline: Pipeline, rows: Iterable[Row]) -> Pipeline:
    """Add the stages that deals carry and no layout offers. `rows` are those deals, counted by stage and probability: what most
    deals of a stage have is the stage's, and 100 or 0 means won or lost. Without it, the stage's name tells."""
    odds: dict[str, Counter[int | None]] = {}
    for row in rows:
        if name := _line(row.get("Stage")):
            chance = row.get("Probability")
            odds.setdefault(name, Counter())[None if chance is None else int(chance)] += int(row.get("COUNT(id)") or 1)
    known = {stage.name for stage in pipeline.stages}
    withdrawn = [_withdrawn(name, count, position=len(known)) for name, count in odds.items() if name not in known]
    return Pipeline((*pipeline.stages, *withdrawn))


def ids_of(rows: Iterable[Row]) -> list[str]:
    """Return the rows' ids. One that cannot be read is left out: comparing what is there finds its record."""
    return [found for row in rows if (found := identifier(row.get("id"))) is not None]


def moves_from(rows: Iterable[Row]) -> list[FieldMove]:
    """Return the field changes among a record's timeline entries, in order."""
    moves = []
    for row in rows:
        for change in row.get("field_history") or ():
            value = change.get("_value") or {}
            moves.append(
                FieldMove(
                    at=moment(row["audited_time"]),
                    by=_lookup(row.get("done_by")),
                    field=str(change.get("api_name") or ""),
                    label=str(change.get("field_label") or change.get("api_name") or ""),
                    before=_text(value.get("old")),
                    after=_text(value.get("new")),
                )
            )
    return moves


def stage_moves_from(rows: Sequence[Row], *, pipeline_field: str = "Pipeline") -> tuple[StageMove, ...] | None:
    """Return a deal's moves between stages in its present pipeline, oldest first; None if the entry of its creation is missing,
    and so perhaps others."""
    if not any(row.get("action") == "added" for row in rows):
        return None
    told = sorted(moves_from(rows), key=lambda each: each.at)
    moves = [StageMove(at=move.at, before=move.before, after=move.after) for move in told if move.field == "Stage"]
    joined = [move.at for move in told if move.field == pipeline_field and changed_pipeline(move.before, move.after)]
    return since_joining(moves, joined[-1] if joined else None)


def moment(value: str) -> datetime:
    """Convert a Zoho time (with its offset) to UTC. A bare date means its midnight."""
    parsed = datetime.fromisoformat(value)
    aware = parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)
    return aware.astimezone(UTC).replace(microsecond=0)


def _account(row: Row) -> Account:
    revenue = row.get("Annual_Revenue")
    return Account(
        **_system(row),
        name=_line(row.get("Account_Name")) or "Account without a name",
        industry=_line(row.get("Industry")),
        account_type=_text(row.get("Account_Type")),
        rating=_text(row.get("Rating")),
        annual_revenue=None if revenue is None else float(revenue),
        description=_text(row.get("Description")),
    )


def _deal(row: Row) -> Deal:
    amount, closing = row.get("Amount"), row.get("Closing_Date")
    return Deal(
        **_system(row),
        name=_line(row.get("Deal_Name")) or "Deal without a name",
        account_id=_lookup(row.get("Account_Name")),
        stage=_line(row.get("Stage")) or "",
        pipeline_name=_line(row.get("Pipeline")),
        amount=None if amount is None else float(amount),
        closing_date=date.fromisoformat(closing) if closing else None,
        next_step=_line(row.get("Next_Step")),
        contact_id=_lookup(row.get("Contact_Name")),
    )


def _contact(row: Row) -> Contact:
    name = " ".join(part for part in (_line(row.get("First_Name")), _line(row.get("Last_Name"))) if part)
    return Contact(
        **_system(row),
        name=name or "Contact without a name",
        account_id=_lookup(row.get("Account_Name")),
        title=_line(row.get("Title")),
        buying_role=_line(row.get("Buying_Role")),
    )


def _task(row: Row, ours: str | None) -> Activity:
    due, done = row.get("Due_Date"), row.get("Status") == "Completed"
    return Activity(
        **_system(row),
        **_hangs_on(row),
        type=ActivityType.TASK,
        subject=_line(row.get("Subject")) or "Task",
        at=datetime.combine(date.fromisoformat(due), time(), tzinfo=UTC) if due else None,
        done=done,
        done_at=moment(row.get("Closed_Time") or row["Modified_Time"]) if done else None,
        priority=_text(row.get("Priority")),
        status=_line(row.get("Status")),
        marker=marker_in(_description(row)) if ours is not None and _lookup(row.get("Created_By")) == ours else None,
    )


def bears_mark(row: Row) -> bool:
    """Whether the bot may have made this task: anyone can copy a task with its marker."""
    return marker_in(_description(row)) is not None


def _description(row: Row) -> str:
    return str(row.get("Description") or "")


def _event(row: Row) -> Activity:
    start, end = row.get("Start_DateTime"), row.get("End_DateTime")
    return Activity(
        **_system(row),
        **_hangs_on(row),
        type=ActivityType.EVENT,
        subject=_line(row.get("Event_Title")) or "Meeting",
        at=moment(start) if start else None,
        ends_at=_end(start, end),
    )


def _end(start: str | None, end: str | None) -> datetime | None:
    """When a meeting ends. One that fills a day may come with bare dates, or from a midnight to the same midnight."""
    last = end or start
    if last is None:
        return None
    fills_day = last == (start or last) and datetime.fromisoformat(last).time() == time()
    return moment(last) + (timedelta(days=1) if "T" not in last or fills_day else timedelta())


def _call(row: Row) -> Activity:
    at = moment(row["Call_Start_Time"]) if row.get("Call_Start_Time") else None
    kind, status = row.get("Call_Type"), row.get("Outgoing_Call_Status")
    # Telephony and imports leave the status out; a call entered after it began took place.
    logged = kind == "Outbound" and not status and at is not None and at <= moment(row["Created_Time"])
    done = kind == "Inbound" or status == "Completed" or logged
    return Activity(
        **_system(row),
        **_hangs_on(row),
        type=ActivityType.CALL,
        subject=_line(row.get("Subject")) or "Call",
        at=at,
        done=done,
        done_at=at if done else None,
    )


def _note(row: Row) -> Note:
    parent = row.get("Parent_Id") or {}
    module = (parent.get("module") or {}).get("api_name") or row.get("$se_module")
    return Note(
        **_system(row),
        title=_masked(row.get("Note_Title")) or None,
        text=_masked(row.get("Note_Content")),
        account_id=_lookup(parent) if module == "Accounts" else None,
        deal_id=_lookup(parent) if module == "Deals" else None,
    )


def _system(row: Row) -> dict[str, Any]:
    return {
        "id": str(row["id"]),
        "owner_id": _lookup(row.get("Owner")) or "",
        "created_at": moment(row["Created_Time"]),
        "modified_at": moment(row["Modified_Time"]),
    }


def _hangs_on(row: Row) -> dict[str, Any]:
    what, module = _lookup(row.get("What_Id")), row.get("$se_module")
    return {
        "account_id": what if module == "Accounts" else None,
        "deal_id": what if module == "Deals" else None,
        "contact_id": _lookup(row.get("Who_Id")),
    }


def _person(user: Row, *, is_manager: bool) -> Person:
    profile = (user.get("profile") or {}).get("name")
    name = user.get("full_name") or " ".join(filter(None, (user.get("first_name"), user.get("last_name"))))
    return Person(
        id=str(user["id"]),
        name=_line(name) or "",
        email=str(user.get("email") or ""),
        timezone=_timezone(user.get("time_zone")),
        role=Role.ADMIN if profile == "Administrator" else Role.MANAGER if is_manager else Role.OWNER,
        manager_id=_lookup(user.get("Reporting_To")),
        active=user.get("status") == "active",
    )


def account_choices_from(fields: Iterable[Row]) -> dict[str, tuple[str, ...]]:
    """Map our field names to the values of their picklists, for the account fields that may be proposed."""
    return {
        _PICKLISTS[str(field.get("api_name"))]: tuple(
            str(option["actual_value"])
            for option in field.get("pick_list_values") or ()
            if option.get("actual_value") != "-None-"
        )
        for field in fields
        if field.get("api_name") in _PICKLISTS
    }


def _timezone(name: object) -> str:
    try:
        return ZoneInfo(str(name)).key
    except (ZoneInfoNotFoundError, ValueError, OSError):  # OSError: the name of a folder in the zone database
        return "UTC"


def _stage_options(layout: Row) -> Iterable[Row]:
    for section in layout.get("sections") or ():
        for field in section.get("fields") or ():
            if field.get("api_name") == "Stage":
                yield from (
                    option for option in field.get("pick_list_values") or () if option.get("actual_value") != "-None-"
                )


def _stage(name: str, option: Row, *, position: int) -> Stage:
    probability = option.get("probability")
    return Stage(
        name=name,
        position=position,
        outcome=_OUTCOMES.get(str(option.get("forecast_type")), StageOutcome.OPEN),
        probability=None if probability is None else int(probability),
    )


def _withdrawn(name: str, odds: Counter[int | None], *, position: int) -> Stage:
    told = Counter({chance: count for chance, count in odds.items() if chance is not None})
    chance = max(told, key=lambda each: (told[each], each)) if told else None
    ended = {100: StageOutcome.WON, 0: StageOutcome.LOST}.get(-1 if chance is None else chance)
    if chance is None and (said := _ENDED.search(name)):
        ended = StageOutcome(said[0].lower())
    return Stage(name=name, position=position, outcome=ended or StageOutcome.OPEN, probability=chance, offered=False)


def identifier(value: Any) -> str | None:
    """Return an id as text; None if it is none: Zoho's are digits."""
    text = str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""
    return text if text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS else None


def _lookup(value: Any) -> str | None:
    """Return a lookup's id: COQL may give `{"id": …}`, lists give `{"id", "name"}`, and it may be empty."""
    found = value.get("id") if isinstance(value, Mapping) else value
    return str(found) if found else None


def _text(value: Any) -> str | None:
    """Return the text exactly as in the CRM, since an update may put it back one day."""
    return str(value) if value not in (None, "") else None


def _line(value: Any) -> str | None:
    """Return a name or line without invisible characters, so that they are never written either. None if nothing is left."""
    return visible(str(value), limit=LINE_LIMIT) or None if value is not None else None


def _masked(value: Any) -> str:
    """Mask, then cut, so that no part of an address survives at the end."""
    return redact(clean(str(value or ""), limit=2 * NOTE_LIMIT))[:NOTE_LIMIT].rstrip()
