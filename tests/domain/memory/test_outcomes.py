"""Outcomes: what a write was meant to bring about is looked for in its window, and nowhere else."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from store.domain.crm.accounts import AccountFacts, ActivityType, Kind
from store.domain.crm.changes import Change
from store.domain.gate.proposals import Proposal, State
from store.domain.gate.write import Write
from store.domain.memory.outcomes import Movement, Outcome, OutcomeVerdict, expectation_of, measure
from store.domain.memory.passage import passage_id
from store.domain.signals.kinds import SignalKind
from tests.domain.makers import DAY, NOW, PIPELINE, TODAY, activity, call, deal, facts, moved, note, task
from tests.domain.proposals import NOTE, TASK, UPDATE, proposal

HOUR = timedelta(hours=1)
AFTER = NOW + 30 * DAY


def written(write: Write = TASK, signal: SignalKind = SignalKind.NO_ACTIVITY, **fields: object) -> Proposal:
    made = proposal(write)
    advice = replace(made.recommendation, signals=(signal,))
    return replace(made, recommendation=advice, state=State.DONE, done_at=NOW, crm_id="t9", **fields)  # type: ignore[arg-type]  # given as plain keywords


def came_of(
    made: Proposal, of: AccountFacts, *changes: Change, after: timedelta = 30 * DAY, deal_id: str | None = "d1"
) -> Outcome | None:
    expected = expectation_of(made, deal_id=deal_id)
    assert expected is not None
    return measure(expected, made, of, changes, pipeline=PIPELINE, now=NOW + after)


def verdict(outcome: Outcome | None) -> tuple[OutcomeVerdict, float] | None:
    return (outcome.verdict, outcome.score) if outcome else None


@pytest.mark.parametrize(
    ("signal", "deal_id", "movement"),
    [
        (SignalKind.NO_ACTIVITY, "d1", Movement.REPLY),
        (SignalKind.DEAL_STALLED, "d1", Movement.STAGE),
        (SignalKind.DEAL_STALLED, None, Movement.REPLY),
        (SignalKind.CLOSE_DATE_PASSED, "d1", Movement.CLOSING_DATE),
        (SignalKind.TASK_OVERDUE, None, Movement.TASK),
    ],
)
def test_what_is_expected_follows_from_the_signal(signal: SignalKind, deal_id: str | None, movement: Movement) -> None:
    expected = expectation_of(written(signal=signal), deal_id=deal_id)
    assert expected is not None
    assert (expected.movement, expected.since, expected.until) == (movement, NOW, NOW + 14 * DAY)


def test_nothing_is_expected_of_what_was_not_written_or_takes_a_write_back() -> None:
    assert expectation_of(proposal(TASK), deal_id=None) is None
    assert expectation_of(written(undoes="p0"), deal_id=None) is None


def test_a_call_held_in_the_window_is_the_reply_and_is_cited() -> None:
    outcome = came_of(written(), facts(activities=(call(NOW + 2 * DAY, "x7"),)))
    assert outcome is not None
    assert (outcome.verdict, outcome.score, outcome.evidence) == (OutcomeVerdict.IMPROVED, 1.0, ("call:x7#0",))
    assert outcome.because == "A call followed on 22 Nov 2026."


@pytest.mark.parametrize(
    "activities",
    [(call(NOW - DAY),), (call(NOW + 20 * DAY),), (call(NOW + DAY, done=False),), (call(NOW + DAY, "t9"),)],
)
def test_what_lies_outside_did_not_happen_or_is_our_own_is_no_reply(activities: tuple[object, ...]) -> None:
    outcome = came_of(written(), facts(activities=activities))
    assert verdict(outcome) == (OutcomeVerdict.FLAT, 0.5)
    assert outcome is not None
    assert outcome.because == "Until 4 Dec 2026 no call, meeting or note followed."


@pytest.mark.parametrize(("hours", "followed"), [(47, False), (49, True)])
def test_a_meeting_is_the_reply_once_it_is_over_though_no_one_marks_it(hours: int, followed: bool) -> None:
    meeting = activity(ActivityType.EVENT, NOW + 47 * HOUR, "m1", ends_at=NOW + 48 * HOUR)
    outcome = came_of(written(), facts(activities=(meeting,)), after=hours * HOUR)
    assert (outcome is not None) is followed


def test_our_own_note_is_no_reply_to_itself() -> None:
    own = note(NOW + DAY, text="It moved. [SAM-0123456789]")
    assert verdict(came_of(written(NOTE), facts(activities=(), notes=(own,)))) == (OutcomeVerdict.FLAT, 0.5)
    theirs = note(NOW + DAY, text="They answered.")
    assert verdict(came_of(written(NOTE), facts(activities=(), notes=(theirs,)))) == (OutcomeVerdict.IMPROVED, 1.0)


def test_while_the_window_is_open_nothing_is_said_of_what_has_not_come() -> None:
    assert came_of(written(), facts(activities=()), after=13 * DAY) is None
    assert came_of(written(UPDATE), facts(), after=13 * DAY) is None


def test_the_window_lasts_a_week_longer_than_the_task_is_due() -> None:
    late = replace(TASK, due=(NOW + 20 * DAY).date())
    expected = expectation_of(written(late), deal_id=None)
    assert expected is not None
    assert expected.until == NOW + 27 * DAY


def test_a_deal_that_moves_on_improved_and_one_that_moves_back_is_worse() -> None:
    stalled = written(signal=SignalKind.DEAL_STALLED)
    for stage, expected in (
        ("Negotiation", (OutcomeVerdict.IMPROVED, 1.0)),
        ("Closed Won", (OutcomeVerdict.IMPROVED, 1.0)),
        ("Qualification", (OutcomeVerdict.WORSE, 0.0)),
        ("Closed Lost", (OutcomeVerdict.WORSE, 0.0)),
    ):
        after, changes = moved(deal(), NOW + 3 * DAY, stage=stage)
        outcome = came_of(stalled, facts(after), *changes)
        assert verdict(outcome) == expected
        assert outcome is not None
        assert outcome.evidence == (passage_id("change", changes[0].id),)


def test_an_earlier_stage_of_another_pipeline_is_no_step_back() -> None:
    before = deal(pipeline_name="Enterprise")
    after, changes = moved(before, NOW + 3 * DAY, stage="Qualification", pipeline_name="Renewals")
    stalled = written(signal=SignalKind.DEAL_STALLED)
    assert verdict(came_of(stalled, facts(after), *changes)) == (OutcomeVerdict.FLAT, 0.5)


def test_another_deal_that_moves_says_nothing_of_the_one_meant() -> None:
    after, changes = moved(deal("d2"), NOW + 3 * DAY, stage="Closed Lost")
    stalled = written(signal=SignalKind.DEAL_STALLED)
    assert verdict(came_of(stalled, facts(after), *changes)) == (OutcomeVerdict.FLAT, 0.5)


@pytest.mark.parametrize("closed", ["Closed Won", "Closed Lost"])
@pytest.mark.parametrize(
    ("after", "expected"),
    [
        ("Proposal", None),
        ("Negotiation", (OutcomeVerdict.IMPROVED, 1.0)),
        ("Qualification", (OutcomeVerdict.WORSE, 0.0)),
    ],
)
def test_a_deal_that_was_closed_and_reopened_is_judged_by_where_it_stands_then(
    closed: str, after: str, expected: tuple[OutcomeVerdict, float] | None
) -> None:
    ended, one = moved(deal(), NOW + 2 * DAY, stage=closed, amount=5_000.0, closing_date=TODAY + 2 * DAY)
    reopened, two = moved(ended, NOW + 4 * DAY, stage=after, closing_date=TODAY + 40 * DAY)
    stalled = written(signal=SignalKind.DEAL_STALLED)
    assert verdict(came_of(stalled, facts(reopened), *one, *two, after=5 * DAY)) == expected


def test_that_a_deal_closed_before_the_write_is_reopened_is_no_step_back() -> None:
    lost = deal(stage="Closed Lost", amount=9_000.0)
    reopened, changes = moved(lost, NOW + 2 * DAY, stage="Qualification", amount=4_000.0)
    assert verdict(came_of(written(), facts(reopened, activities=()), *changes)) == (OutcomeVerdict.FLAT, 0.5)


def test_an_amount_that_falls_is_worse() -> None:
    after, changes = moved(deal(), NOW + 3 * DAY, amount=100.0)
    on_the_deal = written(replace(TASK, parent_kind=Kind.DEAL, parent_id="d1"))
    assert verdict(came_of(on_the_deal, facts(after), *changes)) == (OutcomeVerdict.WORSE, 0.0)


def test_a_task_that_was_done_without_more_is_half_a_success() -> None:
    done = replace(task(NOW.date(), "t9"), done=True, done_at=NOW + DAY)
    stalled = written(signal=SignalKind.DEAL_STALLED)
    assert verdict(came_of(stalled, facts(deal(), activities=(done,)))) == (OutcomeVerdict.IMPROVED, 0.75)


def test_an_update_improved_where_it_still_stands_when_the_window_ends() -> None:
    of = facts()
    assert of.account is not None
    stands = replace(of, account=replace(of.account, account_type="Customer"))
    assert verdict(came_of(written(UPDATE), stands)) == (OutcomeVerdict.IMPROVED, 1.0)
    assert verdict(came_of(written(UPDATE), of)) == (OutcomeVerdict.FLAT, 0.5)


def test_what_happens_before_the_next_working_day_is_no_outcome() -> None:
    made, tomorrow = written(), NOW + DAY
    expected = expectation_of(made, deal_id=None, counts_from=tomorrow)
    assert expected is not None
    assert (expected.since, expected.until) == (tomorrow, NOW + 14 * DAY)
    for at, told in ((tomorrow, OutcomeVerdict.FLAT), (tomorrow + HOUR, OutcomeVerdict.IMPROVED)):
        outcome = measure(expected, made, facts(activities=(call(at),)), (), pipeline=PIPELINE, now=AFTER)
        assert outcome is not None
        assert outcome.verdict is told


def test_a_task_completed_on_the_day_of_its_approval_is_told_at_the_end_and_without_a_day() -> None:
    made = written(signal=SignalKind.TASK_OVERDUE)
    done = facts(activities=(replace(task(NOW.date(), "t9"), done=True, done_at=NOW + HOUR),))
    expected = expectation_of(made, deal_id=None, counts_from=NOW + DAY)
    assert expected is not None
    assert measure(expected, made, done, (), pipeline=PIPELINE, now=NOW + 2 * DAY) is None
    outcome = measure(expected, made, done, (), pipeline=PIPELINE, now=AFTER)
    assert outcome is not None
    assert (outcome.score, outcome.because) == (0.75, "The task was completed.")


def test_a_deal_that_the_advice_was_not_about_makes_nothing_worse() -> None:
    after, changes = moved(deal("d2"), NOW + 3 * DAY, stage="Closed Lost")
    assert verdict(came_of(written(), facts(after, activities=()), *changes)) == (OutcomeVerdict.FLAT, 0.5)


def test_what_is_credited_to_one_write_is_no_outcome_of_another() -> None:
    after, changes = moved(deal(), NOW + 3 * DAY, stage="Negotiation")
    made = written(signal=SignalKind.DEAL_STALLED)
    expected = expectation_of(made, deal_id="d1")
    assert expected is not None
    credited = {passage_id("change", changes[0].id)}
    kept = measure(expected, made, facts(after), changes, pipeline=PIPELINE, now=NOW + 5 * DAY, credited=credited)
    assert kept is None
    reply = facts(activities=(call(NOW + 2 * DAY, "x7"),))
    expected = expectation_of(written(), deal_id=None)
    assert expected is not None
    assert measure(expected, written(), reply, (), pipeline=PIPELINE, now=NOW + 5 * DAY, credited={"call:x7#0"}) is None


@pytest.mark.parametrize("signal", [SignalKind.NO_ACTIVITY, SignalKind.TASK_OVERDUE])
def test_a_deal_that_was_won_shows_that_the_step_on_it_came_to_something(signal: SignalKind) -> None:
    won, changes = moved(deal(), NOW + 3 * DAY, stage="Closed Won")
    outcome = came_of(
        written(replace(TASK, parent_kind=Kind.DEAL, parent_id="d1"), signal=signal), facts(won), *changes
    )
    assert outcome is not None
    assert (outcome.verdict, outcome.because) == (OutcomeVerdict.IMPROVED, "The deal was won on 23 Nov 2026.")
