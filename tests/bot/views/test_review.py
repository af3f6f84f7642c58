"""What `/review-account` answers: the card with all its advice, or how a calm account stands, and the ways back."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.views import words
from bot.views.review import review_messages
from store.domain.brief.brief import Brief
from store.domain.gate.proposals import State
from tests.bot import samples
from tests.bot.views.screen import labels, read

STANDS = ("“Renewal”: Proposal, $84,000; next: Send the offer", "Last contact: a call with Eva Sommer on 14 Nov")


def calm() -> Brief:
    brief, _ = samples.morning(cards=0)
    return replace(
        brief,
        kind="review",
        account_name="Acme",
        overview=STANDS,
        news=(),
        problems=(),
    )


def test_an_account_without_a_problem_is_told_in_few_words_and_without_what_was_checked_in_vain() -> None:
    [message] = review_messages(calm(), {}, reader=samples.READER)
    assert read(message.blocks).splitlines()[1:4] == [
        "Nothing here needs you today.",
        *(f"• {line}" for line in STANDS),
    ]
    assert "Deal stalled" not in str(message.blocks)
    assert words.in_blocks(message.blocks[1:2]) <= 60


@pytest.mark.parametrize(
    ("state", "way_back"),
    [(State.UNDONE, ["Propose again"]), (State.REJECTED, ["Bring back"]), (State.EXPIRED, [])],
)
def test_what_was_decided_lately_is_a_line_with_its_way_back(state: State, way_back: list[str]) -> None:
    made = samples.proposal(7, samples.advice(samples.task()), state=state)
    [message] = review_messages(replace(calm(), decided=(made.id,)), {made.id: made}, reader=samples.READER)
    assert labels(message.blocks) == way_back


def test_what_was_brought_back_is_decided_in_the_same_review() -> None:
    old = samples.proposal(7, samples.advice(samples.task()), state=State.UNDONE)
    again = replace(old, id=f"{8:032x}", version=2, state=State.PENDING, decided_by=None)
    shown = {old.id: again}
    [message] = review_messages(replace(calm(), decided=(old.id,)), shown, reader=samples.READER)
    assert "Approve" in labels(message.blocks)
    assert "Propose again" not in labels(message.blocks)
