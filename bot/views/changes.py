"""CRM changes in words: `Stage: Proposal → Negotiation`. Dates, amounts and people appear as people write them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime

from bot.views.reader import Reader
from store.domain.crm.basis import Difference

EMPTY = "empty"
_ID = re.compile(r"\d{12,}")
_MONEY = frozenset({"Amount", "Annual revenue"})


def move_lines(moves: Iterable[Difference], reader: Reader, *, limit: int = 120) -> list[str]:
    """One line of mrkdwn per change, its values at most `limit` characters."""
    return [f"{reader.text(each.label, limit=40)}: {_move(each, reader, limit)}" for each in moves]


def in_a_row(moves: Sequence[Difference], reader: Reader) -> str:
    """The first three changes in one line."""
    lines = move_lines(moves[:3], reader, limit=60)
    rest = len(moves) - len(lines)
    return "; ".join([*lines, *([f"and {rest} more"] if rest > 0 else [])])


def told_moves(told: Iterable[tuple[str, str, str]]) -> list[Difference]:
    """An error's differences as changes."""
    return [
        Difference(label=label, shown=None if shown == EMPTY else shown, present=None if now == EMPTY else now)
        for label, shown, now in told
    ]


def _move(move: Difference, reader: Reader, limit: int) -> str:
    before, after = (_value(move.label, each, reader, limit) for each in (move.shown, move.present))
    return "now another one" if before == after else f"{before} → {after}"


def _value(label: str, value: str | None, reader: Reader, limit: int) -> str:
    if not value:
        return EMPTY
    if _ID.fullmatch(value):  # people have names; other records only exist or don't
        return reader.name(value) if label == "Owner" else "set"
    if label in _MONEY and re.fullmatch(r"\d+(\.\d+)?", value):
        return f"{float(value):,.0f}"  # without a sign: which currency the record has, the change does not say
    return _moment(value, reader) or reader.text(value, limit=limit)


def _moment(value: str, reader: Reader) -> str | None:
    """A date or time in the reader's format; None if the text is neither. We store a day without a time, such as a task's due
    date, as midnight UTC."""
    day, _, time = value.partition("T")
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", day):
        return None
    try:
        if time in ("", "00:00:00+00:00"):
            return reader.day(date.fromisoformat(day))
        moment = datetime.fromisoformat(value)
        return reader.moment(moment) if moment.tzinfo else None
    except ValueError:
        return None
