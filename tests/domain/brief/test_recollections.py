"""What earlier notes add to a card: promises that nothing shows as kept, and a mood that turned."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from store.domain.brief.recollections import recollections
from store.domain.crm.accounts import Kind
from store.domain.memory.commitments import Commitment, CommitmentState, Party
from store.domain.memory.insight import AccountInsight, Strength
from store.domain.memory.passage import MemoryKind, passage_id
from store.domain.memory.sentiment import MoodOfPeriod

NOW = datetime(2026, 3, 24, 7, 30, tzinfo=UTC)
DAY = timedelta(days=1)
NOTE = passage_id(MemoryKind.NOTE, "n1")


def promise(**changed: Any) -> Commitment:
    given = {
        "by": Party.US,
        "what": "send the revised quote",
        "said": "We will send the revised quote",
        "made_at": NOW - 10 * DAY,
        "due": date(2026, 3, 20),
        "standing": CommitmentState.OVERDUE,
        "passage_ids": (NOTE,),
    }
    return Commitment(**{**given, **changed})


def insight(*promises: Commitment, trend: str = "", moods: tuple[MoodOfPeriod, ...] = ()) -> AccountInsight:
    strength = Strength(score=0.5, recency=0.5, frequency=0.5, breadth=0.5, because="")
    return AccountInsight(engagement=(), moods=moods, trend=trend, commitments=promises, strength=strength, advice=())


def told(*promises: Commitment) -> list[str]:
    return [each.text for each in recollections(insight(*promises), now=NOW)]


def test_a_promise_of_ours_that_nothing_shows_as_kept_is_told_with_its_note() -> None:
    (statement,) = recollections(insight(promise()), now=NOW)

    assert statement.text == (
        "Promised on 14 Mar, due 20 Mar, and nothing shows that it was done: “We will send the revised quote”"
    )
    assert [(each.kind, each.record_id) for each in statement.evidence] == [(Kind.NOTE, "n1")]


def test_theirs_is_told_too_and_ours_first() -> None:
    assert [each.split(" on ")[0] for each in told(promise(by=Party.THEM), promise())] == [
        "Promised",
        "They promised",
    ]


def test_what_is_due_in_a_few_days_is_told_and_what_is_due_later_is_not() -> None:
    soon, later = date(2026, 3, 26), date(2026, 4, 20)

    assert told(promise(standing=CommitmentState.OPEN, due=soon))[0].startswith(
        "Promised on 14 Mar, due 26 Mar, and not done yet"
    )
    assert told(promise(standing=CommitmentState.OPEN, due=later)) == []


def test_what_was_kept_what_is_long_past_and_what_stands_in_a_task_is_not_told() -> None:
    task = passage_id(MemoryKind.TASK, "t1")

    assert told(promise(standing=CommitmentState.KEPT), promise(standing=CommitmentState.UNKNOWN, due=None)) == []
    assert told(promise(due=date(2025, 11, 1))) == []
    assert told(promise(passage_ids=(task,))) == []


def test_a_mood_that_turned_is_told_beside_one_promise() -> None:
    last = MoodOfPeriod(since=NOW - 30 * DAY, until=NOW, notes=2, good=0, bad=4, passage_ids=(NOTE,))
    trend = "The mood of the notes is worse than before: 3 good and 0 bad words before, 0 good and 4 bad lately."

    statements = recollections(insight(promise(), promise(by=Party.THEM), trend=trend, moods=(last,)), now=NOW)

    assert [each.text for each in statements][1] == trend
    assert len(statements) == 2
    assert all(each.evidence for each in statements)


def test_an_account_that_just_won_a_deal_is_not_told_that_nothing_shows_a_promise_as_kept() -> None:
    soon = promise(standing=CommitmentState.OPEN, due=date(2026, 3, 26))
    (statement,) = recollections(insight(promise(), soon), now=NOW, won=True)
    assert "not done yet" in statement.text
