"""What moved in the CRM, in words."""

from __future__ import annotations

import pytest

from bot.views.changes import in_a_row, move_lines, told_moves
from store.domain.crm.basis import Difference
from tests.bot import samples

ID, OTHER = "4150000000099001", "4150000000099002"


@pytest.mark.parametrize(
    ("label", "shown", "present", "line"),
    [
        ("Stage", "Proposal", "Negotiation", "Stage: Proposal → Negotiation"),
        ("Next step", None, "Call her", "Next step: empty → Call her"),
        ("Closing date", "2026-11-30", "2027-01-15", "Closing date: Mon 30 Nov → Fri 15 Jan 2027"),
        ("Due", "2026-11-24T00:00:00+00:00", "2026-11-24T13:30:00+00:00", "Due: Tue 24 Nov → Tue 24 Nov 14:30"),
        ("Owner", samples.OWNER, samples.MANAGER, "Owner: Anna Berg → Max Lind"),
        ("Owner", samples.OWNER, ID, "Owner: Anna Berg → someone"),
        ("Primary contact", ID, OTHER, "Primary contact: now another one"),
        ("Primary contact", ID, None, "Primary contact: set → empty"),
        ("Amount", "84000", "80000.5", "Amount: 84,000 → 80,000"),
        ("Annual revenue", "1e9", "lots", "Annual revenue: 1e9 → lots"),
        ("Description", "2026-99-99", "2026-11-24T25:00", "Description: 2026-99-99 → 2026-11-24T25:00"),
        ("Description", "2026-11-24T12:00:00", "x", "Description: 2026-11-24T12:00:00 → x"),
        ("Name", "*Acme*", "<!channel>", "Name: ∗Acme∗ → &lt;!channel&gt;"),
    ],
)
def test_a_move_is_told_as_people_say_it(label: str, shown: str | None, present: str | None, line: str) -> None:
    assert move_lines([Difference(label=label, shown=shown, present=present)], samples.READER) == [line]


def test_more_than_three_in_a_row_are_counted() -> None:
    moves = [Difference(label=f"F{n}", shown="a", present="b") for n in range(5)]
    assert in_a_row(moves, samples.READER) == "F0: a → b; F1: a → b; F2: a → b; and 2 more"
    assert in_a_row(moves[:3], samples.READER) == "F0: a → b; F1: a → b; F2: a → b"


def test_what_an_error_tells_is_moves_again() -> None:
    assert told_moves([("Rating", "empty", "Active")]) == [Difference(label="Rating", shown=None, present="Active")]
