"""Insight: numbers and their counts, moods and their words, promises and the proof that they were kept."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from time import process_time

import pytest

from store.domain.crm.accounts import ActivityType
from store.domain.crm.duplicates import duplicate_accounts, duplicate_contacts, duplicate_notes
from store.domain.gate.proposals import Action
from store.domain.memory.commitments import CommitmentState, Party, commitments
from store.domain.memory.due import due_in
from store.domain.memory.insight import Advice, Closing, action_patterns, engagement, signal_patterns, strength_of
from store.domain.memory.outcomes import OutcomeVerdict
from store.domain.memory.passage import MemoryKind, Passage, passage_id
from store.domain.memory.sentiment import mood_of, moods, trend_of
from store.domain.signals.kinds import SignalKind
from tests.domain.makers import DAY, NOW, TODAY, account, activity, call, contact, facts, note, task

MONTH = timedelta(days=30)


def written(text: str, at: datetime, id: str = "n1") -> Passage:
    return Passage(
        id=passage_id("note", id), account_id="a1", kind=MemoryKind.NOTE, record_id=id, title="Talk", text=text, at=at
    )


def test_touches_are_counted_by_period_and_named() -> None:
    of = facts(
        activities=(
            call(NOW - DAY, "x1"),
            call(NOW - DAY, "x2", done=False),
            activity(ActivityType.EVENT, NOW - 40 * DAY, "m1", done=True),
        ),
        notes=(note(NOW - 2 * DAY),),
    )
    before, last = engagement(of, now=NOW, period=MONTH, periods=2)
    assert (before.total, before.meetings) == (1, 1)
    assert (last.total, last.calls, last.notes) == (2, 1, 1)
    assert last.passage_ids == ("note:n1#0", "call:x1#0")


def test_a_relationship_is_strong_by_how_lately_how_often_and_with_how_many() -> None:
    lively = facts(activities=tuple(call(NOW - n * DAY, f"x{n}", contact_id=f"c{n % 4}") for n in range(1, 20)))
    quiet = facts(activities=(call(NOW - 80 * DAY),))
    silent = facts(activities=())
    assert strength_of(lively, now=NOW).score > 0.9 > 0.2 > strength_of(quiet, now=NOW).score
    assert strength_of(silent, now=NOW).score == 0
    assert strength_of(lively, now=NOW).because == "19 touches in 90 days, the last 1 day ago, with 4 contacts named."
    assert strength_of(silent, now=NOW).because == "0 touches in 90 days, none, with 0 contacts named."


@pytest.mark.parametrize(
    ("text", "good", "bad"),
    [
        ("They are happy with the progress.", 2, 0),
        ("They are not happy.", 0, 1),
        ("There is no problem any more.", 1, 0),
        ("It isn't a risk. They love it!", 2, 0),
        ("Not now. Great otherwise.", 1, 0),
        ("The meeting is on Tuesday.", 0, 0),
        ("", 0, 0),
    ],
)
def test_moods_are_words_and_denials_turn_them(text: str, good: int, bad: int) -> None:
    mood = mood_of(text)
    assert (mood.good, mood.bad, len(mood.words)) == (good, bad, good + bad)


def test_a_trend_shows_its_counts_or_says_that_there_is_too_little() -> None:
    happy, sad = "Happy, satisfied and delighted.", "Frustrated, blocked and worried."
    worse = moods([written(happy, NOW - 40 * DAY), written(sad, NOW - DAY, "n2")], now=NOW, period=MONTH, periods=2)
    assert [period.mood for period in worse] == [1.0, -1.0]
    assert worse[1].passage_ids == ("note:n2#0",)
    assert trend_of(worse) == (
        "The mood of the notes is worse than before: 3 good and 0 bad words before, 0 good and 3 bad lately."
    )
    few = moods([written("Good.", NOW - DAY)], now=NOW, period=MONTH, periods=2)
    assert trend_of(few).startswith("Too few words")


def test_a_promise_is_found_with_its_day_and_kept_by_a_task_that_names_it() -> None:
    said = note(
        NOW - 10 * DAY, text="Good talk. We will send the revised security questionnaire by Friday. They will think."
    )
    sent = replace(task(TODAY, "t1", subject="Send security questionnaire"), done=True, done_at=NOW - 8 * DAY)
    ours = next(each for each in commitments([said], [], now=NOW) if each.by is Party.US)
    assert (ours.what, ours.due, ours.standing) == (
        "send the revised security questionnaire by Friday",
        date(2026, 11, 13),
        CommitmentState.OVERDUE,
    )
    kept = next(each for each in commitments([said], [sent], now=NOW) if each.what.startswith("send the"))
    assert (kept.standing, kept.passage_ids) == (CommitmentState.KEPT, ("note:n1#0", "task:t1#0"))


def test_what_was_denied_is_no_promise_and_what_they_promise_is_theirs() -> None:
    said = note(NOW, text="We will not send anything. The customer agreed to sign the contract by 12 December.")
    (promise,) = commitments([said], [], now=NOW)
    assert (promise.by, promise.due, promise.standing) == (Party.THEM, date(2026, 12, 12), CommitmentState.OPEN)


@pytest.mark.parametrize(
    ("text", "by", "due"),
    [
        ("Promised Jo a revised calculation by 20 April.", Party.US, date(2026, 4, 20)),
        ("Handover done; promised to introduce myself before 20 April.", Party.US, date(2026, 4, 20)),
        ("I owe Jo Keller an answer on interfaces by 20 April; engineering is asked.", Party.US, date(2026, 4, 20)),
        ("Committed to a call with support before 20 April, after the outage.", Party.US, date(2026, 4, 20)),
        ("Jo Keller will name the project team by 20 April.", Party.THEM, date(2026, 4, 20)),
        ("Jo gave her word that the pilot is decided by 20 April.", Party.THEM, date(2026, 4, 20)),
        ("We agreed that Jo sends the signed agreement by 20 April.", Party.THEM, date(2026, 4, 20)),
    ],
)
def test_a_promise_is_found_as_people_jot_it_down(text: str, by: Party, due: date) -> None:
    at = datetime(2026, 4, 9, 9, 0, tzinfo=UTC)

    (promise,) = commitments([note(at, text=text)], [], now=at, names=["Jo Keller"])

    assert (promise.by, promise.due, promise.said) == (by, due, text.rstrip("."))


@pytest.mark.parametrize(
    "text", ["Nothing was promised by anybody.", "The budget will be frozen by June.", "Jo never promised to sign."]
)
def test_what_promises_nothing_is_no_promise(text: str) -> None:
    assert commitments([note(NOW, text=text)], [], now=NOW, names=["Jo Keller"]) == ()


def test_tasks_are_promises_with_their_due_day() -> None:
    late = replace(task(TODAY - 5 * DAY, "t1"), done=True, done_at=NOW)
    found = commitments([], [late, task(TODAY - DAY, "t2"), task(TODAY + DAY, "t3")], now=NOW)
    assert {each.passage_ids[0]: each.standing for each in found} == {
        "task:t1#0": CommitmentState.LATE,
        "task:t2#0": CommitmentState.OVERDUE,
        "task:t3#0": CommitmentState.OPEN,
    }


@pytest.mark.parametrize(
    ("text", "due"),
    [
        ("by tomorrow", date(2026, 11, 21)),
        ("by next Monday", date(2026, 11, 23)),
        ("by Friday", date(2026, 11, 27)),
        ("before the end of the month", date(2026, 11, 30)),
        ("by end of week", date(2026, 11, 20)),
        ("by 3 Feb", date(2027, 2, 3)),
        ("by 31 February", None),
        ("by 2026-12-24", date(2026, 12, 24)),
        ("one day", None),
    ],
)
def test_days_are_counted_from_when_it_was_said(text: str, due: date | None) -> None:
    assert due_in(f"send it {text}", date(2026, 11, 20)) == due


def test_a_long_hostile_note_is_read_at_once() -> None:
    began = process_time()
    commitments([note(NOW, text="we will " * 200_000)], [], now=NOW)
    mood_of("not " * 200_000 + "good")
    assert process_time() - began < 2


def advice(signal: SignalKind, account_id: str, *, at: datetime = NOW - 9 * DAY, **fields: object) -> Advice:
    given = {"deal_ids": frozenset(), "action": Action.FOLLOW_UP, "verdict": None, "proposal_id": "p"} | fields
    return Advice(account_id=account_id, signals=(signal,), at=at, **given)  # type: ignore[arg-type]  # given as plain keywords


def test_signals_before_losses_are_told_with_all_counts() -> None:
    stalled, silent = SignalKind.DEAL_STALLED, SignalKind.NO_ACTIVITY
    closings = [Closing(deal_id=f"d{n}", account_id=f"a{n}", at=NOW, won=n > 2) for n in range(1, 6)]
    seen = [
        advice(stalled, "a1"),
        advice(stalled, "a1", at=NOW - 2 * DAY),
        advice(stalled, "a2", deal_ids=frozenset({"d2"})),
        advice(stalled, "a3", deal_ids=frozenset({"another"})),
        advice(silent, "a4"),
        advice(silent, "a1", at=NOW - 200 * DAY),
        advice(silent, "a2", at=NOW + DAY),
    ]
    first, second = signal_patterns(seen, closings)
    assert first.says == "Deal stalled was seen before 2 of 2 lost deals and 0 of 3 won deals."
    assert second.says == "No activity was seen before 0 of 2 lost deals and 1 of 3 won deals."


def test_actions_are_told_by_what_came_of_them_and_only_where_it_was_measured() -> None:
    kind = SignalKind.DEAL_STALLED
    came = [
        advice(kind, "a1", verdict=each)
        for each in (OutcomeVerdict.IMPROVED, OutcomeVerdict.IMPROVED, OutcomeVerdict.WORSE)
    ]
    (pattern,) = action_patterns([*came, advice(kind, "a2")])
    assert pattern.says == "Follow up after “deal stalled”: 2 of 3 measured improved, 0 flat, 1 worse."


def test_accounts_that_are_the_same_but_for_spelling_are_proposed_with_the_reason() -> None:
    names = ("Acme GmbH", "ACME", "Ácme, Inc.", "Borealis Foods", "Borealis Food", "Cedar", "GmbH")
    accounts = [replace(account(name=name), id=f"a{n}") for n, name in enumerate(names)]
    found = duplicate_accounts(accounts)
    assert {(each.one, each.other) for each in found} == {("a0", "a1"), ("a0", "a2"), ("a1", "a2"), ("a3", "a4")}
    assert found[0].reasons == ("the names are the same apart from spelling",)


def test_a_domain_or_a_number_that_two_share_is_a_reason() -> None:
    one = replace(account(name="Nordwind Logistik", description="www.nordwind.example, +49 30 1234567"), id="a1")
    other = replace(account(name="NW Holding Nord", description="nordwind.example (030) 1234567"), id="a2")
    (pair,) = duplicate_accounts([one, other])
    assert pair.reasons == ("the same telephone number", "the same domain nordwind.example")


def test_contacts_and_notes_are_compared_within_their_account() -> None:
    people = [contact("c1", name="Dr. Eva Sommer"), contact("c2", name="Sommer, Eva"), contact("c3", name="Jon Moe")]
    elsewhere = contact("c4", name="Eva Sommer", account_id="a2")
    assert [(each.one, each.other) for each in duplicate_contacts([*people, elsewhere])] == [("c1", "c2")]
    twice = [note(NOW, "n1"), note(NOW, "n2"), note(NOW, "n3", account_id="a2"), note(NOW, "n4", text="Else entirely.")]
    assert [(each.one, each.other) for each in duplicate_notes(twice)] == [("n1", "n2")]


def test_many_accounts_are_compared_in_a_moment() -> None:
    accounts = [replace(account(name=f"Company {n} {n * 7919 % 10007}"), id=f"a{n:05}") for n in range(5_000)]
    began = process_time()
    duplicate_accounts(accounts)
    assert process_time() - began < 10


@pytest.mark.parametrize(
    "said",
    [
        "by Friday 6 March",
        "by 6 March",
        "by 06.03.2026",
        "by March 6th",
        "by 2026-03-06",
        "by the end of Friday, 6 March 2026",
    ],
)
def test_a_promise_is_open_on_its_day_however_the_day_is_written(said: str) -> None:
    made = datetime(2026, 2, 10, 9, tzinfo=UTC)
    promised = replace(note(made, text=f"We promised to send the revised offer {said}. They agreed."), created_at=made)
    (found,) = commitments([promised], [], now=datetime(2026, 3, 6, 15, tzinfo=UTC))
    assert (found.due, found.standing) == (date(2026, 3, 6), CommitmentState.OPEN)
    assert said in found.said
