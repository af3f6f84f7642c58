"""Earlier notes for a brief's card: promises without evidence of being kept, and a mood that turned.

Signals cover due tasks already; this covers promises in notes that were never made into a task.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from store.domain.brief.brief import Statement
from store.domain.crm.accounts import Kind
from store.domain.crm.evidence import Evidence, Source
from store.domain.memory.commitments import Commitment, CommitmentState, Party
from store.domain.memory.insight import AccountInsight
from store.domain.memory.passage import MemoryKind
from store.domain.memory.sentiment import MoodOfPeriod
from store.domain.text.wording import on_day

MOST = 2  # statements per card
SOON = timedelta(days=3)
STALE = timedelta(days=60)  # due dates older than this are history
_URGENCY = (CommitmentState.OVERDUE, CommitmentState.OPEN)


def recollections(insight: AccountInsight, *, now: datetime, won: bool = False) -> tuple[Statement, ...]:
    """Return at most two sentences, the most pressing first, each with the notes it is based on. Of an account that just `won` a
    deal, none says that nothing shows a promise as kept: the deal does."""
    pressing = sorted(
        (
            each
            for each in insight.commitments
            if _is_pressing(each, now.date()) and not (won and each.standing is CommitmentState.OVERDUE)
        ),
        key=lambda each: (_URGENCY.index(each.standing), each.by is Party.THEM, each.due or date.max),
    )
    told = [_promise(each, now) for each in pressing]
    turned = _turned(insight.trend, insight.moods)
    return (*told[: MOST - len(turned)], *turned)


def _is_pressing(each: Commitment, today: date) -> bool:
    if _note_of(each.passage_ids) is None or each.due is None:
        return False
    if each.standing is CommitmentState.OVERDUE:
        return each.due >= today - STALE
    return each.standing is CommitmentState.OPEN and each.due <= today + SOON


def _promise(each: Commitment, now: datetime) -> Statement:
    said = on_day(each.made_at.date(), today=now.date())
    due = on_day(each.due, today=now.date()) if each.due else "no day was named"
    who = "Promised" if each.by is Party.US else "They promised"
    end = "and nothing shows that it was done" if each.standing is CommitmentState.OVERDUE else "and not done yet"
    text = f"{who} on {said}, due {due}, {end}: “{each.said}”"
    return Statement(text=text, kinds=(), evidence=_notes(each.passage_ids, "Promise", each.said, each.made_at))


def _turned(trend: str, periods: Sequence[MoodOfPeriod]) -> list[Statement]:
    if "worse than" not in trend or not periods:
        return []
    last = periods[-1]
    evidence = _notes(last.passage_ids[-2:], "Mood", f"{last.good} good and {last.bad} bad words", last.until)
    return [Statement(text=trend, kinds=(), evidence=evidence)] if evidence else []


def _notes(passage_ids: Sequence[str], label: str, value: str, at: datetime) -> tuple[Evidence, ...]:
    """Return the notes among these passages, as evidence."""
    notes = dict.fromkeys(note for each in passage_ids if (note := _note_of([each])))
    return tuple(
        Evidence(source=Source.NOTE, kind=Kind.NOTE, record_id=note, record_name="Note", field="text", label=label,
                 value=value, at=at)
        for note in notes
    )  # fmt: skip


def _note_of(passage_ids: Sequence[str]) -> str | None:
    """Return the record of the first note among them."""
    for each in passage_ids:
        kind, _, rest = each.partition(":")
        if kind == MemoryKind.NOTE:
            return rest.partition("#")[0]
    return None
