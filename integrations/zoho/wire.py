"""Translate between Zoho's JSON and our nouns.

Unneeded data never gets in: a contact's e-mail address and telephone number are not read, and those inside notes are
masked. Field names are those of zoho.com/crm/developer/docs/api/v8/modules-fields.html.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from integrations.zoho.cells import LINE_LIMIT, Cells, Row, identifier, moment, number_in, time_in
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
from store.domain.crm.changes import changed_name
from store.domain.crm.unread import Why, fields_of
from store.domain.signals.own_tasks import marker_in
from store.domain.signals.pace import StageMove, since_joining
from store.domain.text.markup import without_markup
from store.domain.text.redaction import clean, redact, visible

_PICKLISTS = {"Rating": "rating", "Account_Type": "account_type"}
NOTE_LIMIT = 4_000  # characters kept of a note
NEVER = datetime(1970, 1, 1, tzinfo=UTC)  # in place of a time that cannot be read
_ENDED = re.compile(r"\b(?:won|lost)\b", re.IGNORECASE)
_OUTCOMES = {"Closed Won": StageOutcome.WON, "Closed Lost": StageOutcome.LOST}


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


def people_from(rows: Iterable[Row]) -> list[Person]:
    """Convert all users. Anyone with a report is a manager; the profile Administrator makes an admin."""
    users = {key: user for user in rows if (key := identifier(user.get("id")))}
    managers = {_lookup(user.get("Reporting_To")) for user in users.values()}
    return [_person(key, user, is_manager=key in managers) for key, user in users.items()]


def pipeline_from(layouts: Iterable[Row]) -> Pipeline:
    """Return the stages of all deal layouts, each once, in the order of the first layout that names them. An option without
    a forecast type has no meaning any more: `with_withdrawn` finds it on the deals.

    Raises: CrmRefused if there are none: without stages a won deal would pass for an open one.
    """
    stages: dict[str, Stage] = {}
    for layout in layouts:
        for option in sorted(_stage_options(layout), key=lambda one: number_in(one.get("sequence_number")) or 0):
            name = _line(option.get("actual_value"))
            if name and name not in stages and option.get("forecast_type"):
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
            chance, count = number_in(row.get("Probability")), number_in(row.get("COUNT(id)"))
            odds.setdefault(name, Counter())[None if chance is None else round(chance)] += round(count or 1)
    known = {stage.name for stage in pipeline.stages}
    withdrawn = [_withdrawn(name, count, position=len(known)) for name, count in odds.items() if name not in known]
    return Pipeline((*pipeline.stages, *withdrawn))


def ids_of(rows: Iterable[Row]) -> list[str]:
    """Return the rows' ids. One that cannot be read is left out: comparing what is there finds its record."""
    return [found for row in rows if (found := identifier(row.get("id"))) is not None]


def currency_from(rows: Iterable[Row]) -> str | None:
    """Return the ISO code of the organisation's currency."""
    return next((code for row in rows if (code := _line(row.get("iso_code")))), None)


def moves_from(rows: Iterable[Row]) -> list[FieldMove]:
    """Return the field changes among a record's timeline entries, in order."""
    moves = []
    for row in rows:
        if (at := time_in(row.get("audited_time"))) is None:
            continue
        for change in row.get("field_history") or ():
            value = change.get("_value") or {}
            moves.append(
                FieldMove(
                    at=at,
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
    if any(time_in(row.get("audited_time")) is None for row in rows):
        return None
    told = sorted(moves_from(rows), key=lambda each: each.at)
    moves = [StageMove(at=move.at, before=move.before, after=move.after) for move in told if move.field == "Stage"]
    joined = [move.at for move in told if move.field == pipeline_field and changed_name(move.before, move.after)]
    return since_joining(moves, joined[-1] if joined else None)


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
        marker=mark if ours is not None and _lookup(row.get("Created_By")) == ours else None,
        unread=cells.unread,
    )


def bears_mark(row: Row) -> bool:
    """Whether the bot may have made this task: anyone can copy a task with its marker."""
    return marker_in(_description(row)) is not None


def _description(row: Row) -> str:
    return str(row.get("Description") or "")


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


def _person(key: str, user: Row, *, is_manager: bool) -> Person:
    profile = user.get("profile")
    profile = profile.get("name") if isinstance(profile, Mapping) else profile
    cells = Cells(user)
    full, first, last = (cells.line(name) for name in ("full_name", "first_name", "last_name"))
    return Person(
        id=key,
        name=full or " ".join(filter(None, (first, last))),
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
    probability = number_in(option.get("probability"))
    return Stage(
        name=name,
        position=position,
        outcome=_OUTCOMES.get(str(option.get("forecast_type")), StageOutcome.OPEN),
        probability=None if probability is None else round(probability),
    )


def _withdrawn(name: str, odds: Counter[int | None], *, position: int) -> Stage:
    told = Counter({chance: count for chance, count in odds.items() if chance is not None})
    chance = max(told, key=lambda each: (told[each], each)) if told else None
    ended = {100: StageOutcome.WON, 0: StageOutcome.LOST}.get(-1 if chance is None else chance)
    if chance is None and (said := _ENDED.search(name)):
        ended = StageOutcome(said[0].lower())
    return Stage(name=name, position=position, outcome=ended or StageOutcome.OPEN, probability=chance, offered=False)


def _lookup(value: Any) -> str | None:
    """Return a lookup's id: COQL may give `{"id": …}`, lists give `{"id", "name"}`, and it may be empty."""
    found = value.get("id") if isinstance(value, Mapping) else value
    return str(found) if found else None


def _text(value: Any) -> str | None:
    return str(value) if value not in (None, "") else None


def _line(value: Any) -> str | None:
    """Return a name or line without invisible characters, so that they are never written either. None if nothing is left."""
    return visible(str(value), limit=LINE_LIMIT) or None if value is not None else None


def _masked(value: Any) -> str:
    """The words of a text, without HTML. Mask, then cut, so that no part of an address survives at the end."""
    return redact(clean(without_markup(str(value or "")), limit=2 * NOTE_LIMIT))[:NOTE_LIMIT].rstrip()
