"""A ledger heeds the answers that came to the brief before while it was being made, and nothing else."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from store.domain.attention.ledger import Entry, Ledger, Place, Reason
from tests.store.repositories.test_attention import entry, ledger

TODAY = date(2026, 11, 20)
ASKED = entry("a1")
RESTING = replace(ASKED, place=Place.COUNTED, reason=Reason.RESTING)


def heeding(today: Entry, before: Entry | None) -> Entry:
    earlier = ledger(before, day=TODAY - timedelta(days=1)) if before else None
    (made,) = ledger(today).heeding(earlier).entries
    return made


def test_a_decision_that_was_kept_meanwhile_does_not_rest() -> None:
    assert heeding(RESTING, ASKED.kept_open()) == RESTING.kept_open()


def test_without_an_answer_nothing_changes() -> None:
    assert heeding(RESTING, ASKED) == RESTING
    assert heeding(RESTING, None) == RESTING
    assert ledger().heeding(ledger(ASKED)) == Ledger(
        owner_id=ledger().owner_id, brief_id=ledger().brief_id, local_date=TODAY
    )


def test_an_answer_to_other_advice_or_another_question_is_none() -> None:
    kept = ASKED.kept_open()
    assert heeding(RESTING, replace(kept, key="a1:note")) == RESTING
    assert heeding(RESTING, replace(kept, asked_on=TODAY)) == RESTING
    assert heeding(RESTING, replace(kept, account_id="a2")) == RESTING
    assert heeding(ASKED, replace(kept, unanswered=3)) == ASKED  # the question that today's brief asks stays one
