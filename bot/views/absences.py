"""The “I'm away” form: first day, last day and delegate. Block ids are the absence's field names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from bot.views.blocks import Block, View, context, input_block, modal, select, submitted
from bot.views.reader import Reader
from bot.views.text import named_plain
from store.domain.gate.adjust_proposal import FieldProblems

AWAY, BACK, AWAY_MODAL = "set_absence", "end_absence", "absence_modal"

People = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class AwayForm:
    """`people` are (id, name) pairs whose absence the reader may set, themselves first; `delegates` are the possible delegates.
    `first`, `last` and `delegate_id` are the preset values."""

    people: People
    delegates: People
    first: date
    last: date
    delegate_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AwaySubmitted:
    """`person_id` is None for the reader themselves."""

    person_id: str | None
    first: date
    last: date
    delegate_id: str


def away_until(ends: datetime, delegate_id: str, reader: Reader) -> tuple[str, str]:
    """The last day of an absence that `ends` then, and who decides meanwhile: `Wed 2 Dec`, `you decide`."""
    last = (ends - timedelta(seconds=1)).astimezone(reader.tz).date()
    return reader.day(last), "you decide" if delegate_id == reader.me else f"{reader.name(delegate_id)} decides"


def away_modal(form: AwayForm) -> View:
    alone = len(form.people) == 1
    blocks = [
        input_block("first", "First day", _day("first", form.first)),
        input_block("last", "Last day", _day("last", form.last), hint="Included in the absence."),
        input_block(
            "delegate",
            "Delegate",
            people_select("delegate", form.delegates, chosen=form.delegate_id),
            hint=f"Gets {'your' if alone else 'the'} open decisions now, and can make them through the last day.",
        ),
    ]
    if not alone:
        who = people_select("person", form.people, chosen=form.people[0][0])
        blocks.insert(0, input_block("person", "Who is away", who))
    yours = "Days are in your time zone. You can still decide while away."
    theirs = "Days are in the time zone of whoever is away. They can still decide, too."
    blocks.append(context(yours if alone else theirs))
    return modal("Away", blocks, callback_id=AWAY_MODAL, submit="Save")


def nobody_modal() -> View:
    """The modal if there is no possible delegate."""
    blocks = [context("No one can stand in for you: no other active CRM user owns or manages accounts.")]
    return modal("Away", blocks, callback_id="absence_nobody")


def absence_from_submission(values: Mapping[str, Any]) -> AwaySubmitted:
    """Raises: FieldProblems for missing values and invalid dates."""
    problems: list[tuple[str, str]] = []
    days = {name: _read_day(values, name, problems) for name in ("first", "last")}
    delegate_id = submitted(values, "delegate")
    if delegate_id is None:
        problems.append(("delegate", "Please choose a person."))
    first, last = days["first"], days["last"]
    if problems or first is None or last is None or delegate_id is None:
        raise FieldProblems(problems)
    return AwaySubmitted(person_id=submitted(values, "person"), first=first, last=last, delegate_id=delegate_id)


def people_select(action_id: str, people: People, *, chosen: str | None = None) -> Block:
    """A menu of people."""
    options = ((person_id, named_plain(name, limit=70)) for person_id, name in people)
    return select(options, action_id=action_id, chosen=chosen, placeholder="Choose a person")


def _day(action_id: str, day: date) -> Block:
    return {"type": "datepicker", "action_id": action_id, "initial_date": day.isoformat()}


def _read_day(values: Mapping[str, Any], name: str, problems: list[tuple[str, str]]) -> date | None:
    try:
        return date.fromisoformat(submitted(values, name) or "")
    except ValueError:
        problems.append((name, "Please choose a day."))
        return None
