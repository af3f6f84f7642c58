"""The values entered in the form of My settings, and the meaning of its ids."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, time
from typing import Any

from bot.views.blocks import submitted
from bot.views.settings_said import DAYS
from store.domain.crm.personal_settings import PersonalSettings
from store.domain.gate.adjust_proposal import FieldProblems

BY_ZONE, NO_HOLIDAYS, WHOLE = "default", "none", "whole"


def whose_and_round(private_metadata: str) -> tuple[str, int]:
    """The person whose form it is, and its round."""
    whose, _, number = private_metadata.partition(":")
    return whose, int(number) if number.isdecimal() else 0


def settings_from(state: Mapping[str, Any]) -> PersonalSettings:
    """What a form shows; a time left empty is the default. Raises: FieldProblems for a value that can't be read."""
    values, problems = _unnumbered(state), list[tuple[str, str]]()
    times = {name: _time(values, name, problems) for name in ("brief_time", "quiet", "quiet_until")}
    days = [each for each in _several(values, "working_days") if each in DAYS]
    asks = submitted(values, "asks") or ""
    quiet = times["quiet"], times["quiet_until"]
    if not problems and (quiet[0] is None) is not (quiet[1] is None):
        missing = "quiet" if quiet[0] is None else "quiet_until"
        problems.append((missing, "Choose both times of the quiet hours, or neither for the default."))
    if problems:
        raise FieldProblems(problems)
    country, region = submitted(values, "country") or BY_ZONE, submitted(values, "region") or WHOLE
    return PersonalSettings(
        brief_time=times["brief_time"],
        working_days=frozenset(DAYS.index(each) for each in days),
        quiet=(quiet[0], quiet[1]) if quiet[0] is not None and quiet[1] is not None else None,
        country={BY_ZONE: None, NO_HOLIDAYS: ""}.get(country, country),
        region=None if region == WHOLE or country in (BY_ZONE, NO_HOLIDAYS) else region,
        asks=int(asks) if asks.isdecimal() else 0,
        signals_off=frozenset(_several(values, "signals_off")),
        by_mail=bool(_several(values, "by_mail")) if "by_mail" in values else None,
    )


def pause_from(values: Mapping[str, Any]) -> date | None:
    """The day of the next brief; None for an endless pause. Raises: FieldProblems."""
    chosen = submitted(values, "until")
    try:
        return date.fromisoformat(chosen) if chosen else None
    except ValueError:
        raise FieldProblems([("until", "Please choose a day.")]) from None


def beside(problems: FieldProblems, state: Mapping[str, Any]) -> dict[str, str]:
    """The sentences by the ids of the form's blocks."""
    ids = {block_id.partition(".")[0]: block_id for block_id in state}
    first = next(iter(ids.values()), "")
    return {ids.get(name, first): sentence for name, sentence in problems.problems}


def _unnumbered(state: Mapping[str, Any]) -> dict[str, Any]:
    """The values by the names of their blocks: `brief_time.2` and `region-DE.2` are `brief_time` and `region`."""
    return {block_id.partition(".")[0].partition("-")[0]: value for block_id, value in state.items()}


def _time(values: Mapping[str, Any], name: str, problems: list[tuple[str, str]]) -> time | None:
    chosen = submitted(values, name)
    if chosen is None:
        return None
    try:
        hour, minute = chosen.split(":")
        return time(int(hour), int(minute))
    except ValueError:
        problems.append((name, "Please choose a time of the day, such as 08:00."))
        return None


def _several(values: Mapping[str, Any], name: str) -> list[str]:
    chosen = [each for element in values.get(name, {}).values() for each in element.get("selected_options") or ()]
    return [str(each.get("value")) for each in chosen]
