"""The day by which something was promised, in the forms people write; said on Tuesday 10 February 2026."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.domain.memory.due import due_in

SAID = date(2026, 2, 10)
SIXTH = date(2026, 3, 6)


@pytest.mark.parametrize(
    "text",
    [
        "by Friday 6 March", "by 6 March", "by 06.03.2026", "by 6.3.2026", "by 06.03.26", "by 06.03.", "by March 6th",
        "by 2026-03-06", "by Friday, March 6th, 2026", "before the 6th of March", "until Fri 6 Mar", "no later than 6 March 2026",
        "by EOD Friday 6 March", "by Friday the 6th of March", "till Mar. 6",
    ],
)  # fmt: skip
def test_a_day_is_the_same_however_it_is_written(text: str) -> None:
    assert due_in(f"We promised to send the revised offer {text}.", SAID) == SIXTH


@pytest.mark.parametrize(
    ("text", "due"),
    [
        ("by the 6th", SIXTH), ("by 3/16/2026", date(2026, 3, 16)), ("by 16/03", date(2026, 3, 16)),
        ("by 3/3/2026", date(2026, 3, 3)), ("by Friday next week", date(2026, 2, 20)), ("by Friday", date(2026, 2, 13)),
        ("within two weeks", date(2026, 2, 24)), ("by the end of the quarter", date(2026, 3, 31)),
        ("by 3 Jan 2027", date(2027, 1, 3)),
    ],
)  # fmt: skip
def test_other_words_name_a_day_too(text: str, due: date) -> None:
    assert due_in(f"We will send it {text}.", SAID) == due


@pytest.mark.parametrize(
    "text",
    [
        "by 3/6", "by 03/06/2026", "by next Friday", "on 3 February", "by 31/02/2026", "by 31.02.2026", "by our 3.5 % discount",
        "by 1.5 million", "by 10.02 %", "on 2 calls", "by may be later", "on the web", "by 12.30.50",
    ],
)  # fmt: skip
def test_what_may_mean_two_days_or_none_names_none(text: str) -> None:
    assert due_in(f"We will send it {text}.", SAID) is None


_WRITTEN = (
    "{0:%Y-%m-%d}",
    "{0.day} {0:%B} {0:%Y}",
    "{0:%B} {0.day}, {0:%Y}",
    "{0:%A} {0.day} {0:%b} {0:%Y}",
    "{0:%d.%m.%Y}",
)


@given(st.dates(date(2020, 1, 1), date(2035, 12, 31)), st.sampled_from(_WRITTEN))
def test_every_full_date_is_read_as_that_day(day: date, form: str) -> None:
    assert due_in(f"by {form.format(day)}", SAID) == day


@given(
    st.integers(0, 180), st.sampled_from(["{0.day} {0:%B}", "{0:%b} {0.day}", "{0:%A} {0.day} {0:%B}", "{0:%d.%m.}"])
)
def test_without_a_year_the_next_such_day_is_meant(days: int, form: str) -> None:
    day = SAID + timedelta(days=days)
    assert due_in(f"before {form.format(day)}", SAID) == day
