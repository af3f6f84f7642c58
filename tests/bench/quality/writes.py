"""Whether a card shows all of what its Approve would write.

A short text (a task's subject, a note's title, a field's new value) must be on the card from end to end, as must a task's
description, its day, its assignee, a priority other than Normal, and the name of the deal that the record is put on.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from bot.views.text import mrkdwn
from store.domain.crm.accounts import Kind
from store.domain.gate.write import Write
from store.domain.gate.writes.add_note import AddNote
from store.domain.gate.writes.create_task import CreateTask
from store.domain.gate.writes.remove_record import RemoveRecord
from store.domain.gate.writes.update_account import UpdateAccount
from tests.bench.quality.message import Ask
from tests.bench.quality.words import drawn, spoken

_WHOLE = 100_000  # characters: longer than any value that a write may have
_NEAR = ("today", "tomorrow")


def is_cut(ask: Ask, write: Write, *, owner_id: str, today: date) -> bool:
    """Whether the card doesn't show all of the write."""
    return any(_missing(ask, write, owner_id, today))


def _missing(ask: Ask, write: Write, owner_id: str, today: date) -> Iterator[str]:
    """Yield the name of each part of the write that can't be read."""
    text = ask.text
    for name, value in _texts(write):
        if not _shows(text, value):
            yield name
    if write.parent_kind is Kind.DEAL and not _shows(text, write.parent_name):
        yield "deal"
    if isinstance(write, CreateTask):
        if not _names_day(text, write.due, today):
            yield "due"
        if write.priority != "Normal" and write.priority.lower() not in text.lower():
            yield "priority"
        mine = write.assignee_id == owner_id and "for you" in text.lower()
        if not mine and not _shows(text, write.assignee_name):
            yield "assignee"


def _texts(write: Write) -> list[tuple[str, str]]:
    """Texts that must be on the card. Of a kind unknown here, those are all its fields."""
    match write:
        case CreateTask():
            return [("subject", write.subject), ("description", write.description)]
        case AddNote():
            return [("title", write.title), ("text", write.text)]
        case RemoveRecord():
            return [("title", write.title)]
        case UpdateAccount():
            return [(each.field, each.after or "") for each in write.changes]
        case _:
            return [(field.name, str(field.value or "").strip()) for field in write.fields()]


def _shows(text: str, value: str) -> bool:
    words = spoken(drawn(mrkdwn(value, limit=_WHOLE, empty="")))
    return re.search(rf"(?<!\w){re.escape(words)}(?!\w)", text) is not None


def _names_day(text: str, day: date, today: date) -> bool:
    away = (day - today).days
    return f"{day.day} {day:%b}" in text or (0 <= away < len(_NEAR) and _NEAR[away] in text.lower())
