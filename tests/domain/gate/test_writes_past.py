"""A write that names a day comes too late once that day has passed."""

from __future__ import annotations

from datetime import timedelta

from tests.domain.proposals import NOTE, TASK, UPDATE


def test_a_task_is_late_from_the_day_after_it_was_due() -> None:
    assert not TASK.is_past(TASK.due)
    assert TASK.is_past(TASK.due + timedelta(days=1))


def test_a_write_without_a_day_is_never_late() -> None:
    assert not NOTE.is_past(TASK.due + timedelta(days=900))
    assert not UPDATE.is_past(TASK.due + timedelta(days=900))
