"""Translate Zoho's users, stages, settings and timelines into our nouns; its records are in `entities`."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from integrations.zoho.administrators import Administrators
from integrations.zoho.cells import LINE_LIMIT, Cells, Row, identifier, number_in, time_in
from integrations.zoho.errors import unexpected
from integrations.zoho.history import FieldMove
from store.domain.crm.accounts import Person, Pipeline, Role, Stage, StageOutcome
from store.domain.crm.changes import changed_name
from store.domain.signals.pace import StageMove, since_joining
from store.domain.text.redaction import visible

_PICKLISTS = {"Rating": "rating", "Account_Type": "account_type"}
_ENDED = re.compile(r"\b(?:won|lost)\b", re.IGNORECASE)
_OUTCOMES = {"Closed Won": StageOutcome.WON, "Closed Lost": StageOutcome.LOST}


def people_from(rows: Iterable[Row], administrators: Administrators) -> list[Person]:
    """Convert all users. Anyone with a report is a manager, unless they are one of the administrators."""
    users = {key: user for user in rows if (key := identifier(user.get("id")))}
    managers = {_lookup(user.get("Reporting_To")) for user in users.values()}
    return [_person(key, user, _role(user, key in managers, administrators)) for key, user in users.items()]


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
    """Add the stages that deals carry and no layout offers. `rows` are those deals, counted by stage and probability: the one
    that most deals of a stage have is the stage's, and 100 or 0 means won or lost. Without any, the stage's name decides."""
    odds: dict[str, Counter[int | None]] = {}
    for row in rows:
        if name := _line(row.get("Stage")):
            chance, count = number_in(row.get("Probability")), number_in(row.get("COUNT(id)"))
            odds.setdefault(name, Counter())[None if chance is None else round(chance)] += round(count or 1)
    known = {stage.name for stage in pipeline.stages}
    withdrawn = [_withdrawn(name, count, position=len(known)) for name, count in odds.items() if name not in known]
    return Pipeline((*pipeline.stages, *withdrawn))


def ids_of(rows: Iterable[Row]) -> list[str]:
    """Return the rows' ids. One that cannot be read is left out: a comparison of all ids finds its record."""
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
        for change in filter(_is_object, row.get("field_history") or ()):
            value = change.get("_value")
            value = value if _is_object(value) else {}
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


def _role(user: Row, is_manager: bool, administrators: Administrators) -> Role:
    if administrators.includes(user):
        return Role.ADMIN
    return Role.MANAGER if is_manager else Role.OWNER


def _person(key: str, user: Row, role: Role) -> Person:
    cells = Cells(user)
    full, first, last = (cells.line(name) for name in ("full_name", "first_name", "last_name"))
    return Person(
        id=key,
        name=full or " ".join(filter(None, (first, last))),
        email=str(user.get("email") or ""),
        timezone=_timezone(user.get("time_zone")),
        role=role,
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


def _is_object(value: Any) -> bool:
    return isinstance(value, Mapping)


def _lookup(value: Any) -> str | None:
    """Return a lookup's id: COQL may give `{"id": …}`, lists give `{"id", "name"}`, and it may be empty."""
    found = value.get("id") if isinstance(value, Mapping) else value
    return str(found) if found else None


def _text(value: Any) -> str | None:
    return str(value) if value not in (None, "") else None


def _line(value: Any) -> str | None:
    """Return a name or line without invisible characters, so that they are never written either. None if nothing is left."""
    return visible(str(value), limit=LINE_LIMIT) or None if value is not None else None
