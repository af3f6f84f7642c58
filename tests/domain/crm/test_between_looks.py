"""A movement took place between the last look that shows the old value and the record's last edit."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from store.domain.crm.changes import between_looks, diff
from tests.domain.makers import NOW, deal

BEFORE = replace(deal(), modified_at=NOW - timedelta(days=30))


@pytest.mark.parametrize(
    ("edited", "looked_at", "since"),
    [
        (NOW, NOW - timedelta(days=2), NOW - timedelta(days=2)),
        (NOW, None, NOW - timedelta(days=30)),
        (NOW, NOW - timedelta(days=40), NOW - timedelta(days=30)),
        (NOW - timedelta(days=5), NOW, NOW - timedelta(days=5)),  # an edit that an earlier look missed
    ],
)
def test_a_change_took_place_between_the_last_look_and_the_last_edit(
    edited: datetime, looked_at: datetime | None, since: datetime
) -> None:
    after = replace(BEFORE, closing_date=date(2027, 3, 1), modified_at=edited)
    (found,) = between_looks(diff(BEFORE, after, seen_at=NOW), BEFORE, looked_at=looked_at)

    assert (found.since, found.at) == (since, edited)


def test_a_new_record_has_no_earlier_value() -> None:
    (found,) = between_looks(diff(None, BEFORE, seen_at=NOW), None, looked_at=NOW)

    assert found.since is None
