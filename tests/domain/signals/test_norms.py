"""The company's own pace, its limits, and the worth of an import as proof."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from store.domain.crm.accounts import Kind
from store.domain.crm.changes import diff
from store.domain.signals.kinds import SignalKind
from store.domain.signals.norms import Limit, Norms, Pace
from store.domain.signals.pace import StageMove, WonDeal, gaps_of, imported_days, stays_of, steadied
from tests.domain.makers import DAY, NOW, SECOND, account, call, context, deal, facts, found, note

STALLED, SILENT, NEW = SignalKind.DEAL_STALLED, SignalKind.NO_ACTIVITY, SignalKind.NEW_DEAL
START = NOW - 100 * DAY


def won(*days: float, from_start: bool = True, touched: tuple[float, ...] = (), **fields: Any) -> WonDeal:
    """A deal that left Qualification, Proposal and Negotiation after so many days each."""
    stages = ("Qualification", "Proposal", "Negotiation", "Closed Won")
    moments = [START + timedelta(days=sum(days[: index + 1])) for index in range(len(days))]
    moves = tuple(
        StageMove(at=at, before=before, after=after)
        for at, before, after in zip(moments, stages, stages[1:], strict=False)
    )
    return WonDeal(
        deal=deal(created_at=START, **fields),
        won_at=moments[-1] if moments else NOW,
        moves=moves,
        from_start=from_start,
        touches=tuple(START + timedelta(days=each) for each in touched),
    )


def norms(**fields: Any) -> Norms:
    return Norms(watched_since=NOW - 10 * DAY, **fields)


def test_a_stays_pace_is_the_middle_and_what_nine_in_ten_won_deals_stay_within() -> None:
    stays = stays_of([won(2, days, 1) for days in range(1, 11)])
    assert stays["Proposal"] == Pace(deals=10, usual=6, slow=9)
    assert stays["Qualification"].deals == 10


def test_a_stay_whose_beginning_nobody_saw_does_not_count() -> None:
    stays = stays_of([won(2, 5, 1, from_start=False)])
    assert set(stays) == {"Proposal", "Negotiation"}


def test_the_first_stay_of_an_imported_deal_does_not_count() -> None:
    assert set(stays_of([won(2, 5, 1)], [START.date()])) == {"Proposal", "Negotiation"}


def test_the_gaps_between_contacts_count_by_stage_and_together_until_the_deal_was_won() -> None:
    gaps = gaps_of([won(10, 10, 10, touched=(1, 5, 13, 29, 60))])
    assert gaps[""] == Pace(deals=1, usual=8, slow=16)
    assert gaps["Proposal"] == Pace(deals=1, usual=8, slow=8)
    assert gaps_of([won(10, touched=(4,))]) == {}


@pytest.mark.parametrize(
    ("pace", "days"),
    [
        (Pace(deals=10, usual=9, slow=19), 19),
        (Pace(deals=10, usual=9, slow=20), 30),
        (Pace(deals=10, usual=9, slow=45), 30),
        (Pace(deals=10, usual=9, slow=46), 46),
        (Pace(deals=10, usual=25, slow=26), 50),
        (Pace(deals=9, usual=9, slow=19), 30),
        (Pace(deals=10, usual=1, slow=1), 10),
        (Pace(deals=10, usual=200, slow=900), 90),
    ],
)
def test_a_limit_follows_enough_won_deals_whose_pace_clearly_differs_but_only_so_far_from_the_setting(
    pace: Pace, days: int
) -> None:
    assert norms(stays={"": {"Proposal": pace}}).stay_limit(deal(), setting=30, enough=10).days == days
    assert norms(stays={"": {"Proposal": pace}}).stay_limit(deal(), setting=30, enough=0) == Limit(days=30)


def test_silence_is_measured_by_the_stage_if_it_can_be_else_by_all_stages() -> None:
    few, many = Pace(deals=3, usual=5, slow=12), Pace(deals=40, usual=9, slow=21)
    known = norms(gaps={"": {"Proposal": few, "": many}})
    assert known.gap_limit(deal(), setting=30, enough=3).pace == few
    assert known.gap_limit(deal(), setting=30, enough=10).pace == many
    assert known.gap_limit(deal(), setting=30, enough=50) == Limit(days=30)


def test_a_stalled_deal_is_compared_with_the_won_deals_and_its_evidence_says_with_which() -> None:
    slow = norms(stays={"": {"Proposal": Pace(deals=14, usual=9, slow=18)}})
    at = context(stage_since={"d1": NOW - 21 * DAY}, norms=slow)
    (signal,) = found(STALLED, facts(deal()), at).signals
    assert signal.statement == "“Renewal” ($9,000) has been in Proposal for 21 days (usually 9 on your won deals)."
    assert signal.evidence[0].value == (
        "Proposal since 30 Oct; 21 days; usually 9; compared with 14 won deals in this stage"
    )
    assert found(STALLED, facts(deal()), context(stage_since={"d1": NOW - 17 * DAY}, norms=slow)).why_not.endswith(
        "stalled counts after 18 days (by your won deals)."
    )


def test_a_silence_is_compared_with_the_won_deals_and_its_evidence_says_how_many() -> None:
    quick = norms(gaps={"": {"": Pace(deals=14, usual=9, slow=18)}})
    quiet = facts(deal(), activities=(call(NOW - 21 * DAY),))
    (signal,) = found(SILENT, quiet, context(norms=quick)).signals
    assert signal.statement == ("Nothing logged for 21 days (usually 9 on your won deals), since a call on 30 Oct.")
    assert signal.evidence[0].value.endswith("; usually 9; compared with the pauses on 14 won deals")
    no_deal = facts(activities=(call(NOW - 21 * DAY),))
    assert not found(SILENT, no_deal, context(norms=quick)).signals  # nothing is at stake: the setting holds


def test_a_pace_near_the_setting_leaves_the_limit_but_is_told() -> None:
    alike = norms(stays={"": {"Proposal": Pace(deals=63, usual=14, slow=22)}})
    (signal,) = found(STALLED, facts(deal()), context(stage_since={"d1": NOW - 31 * DAY}, norms=alike)).signals
    assert "for 31 days (usually 14 on your won deals)" in signal.statement
    quicker = found(STALLED, facts(deal()), context(stage_since={"d1": NOW - 29 * DAY}, norms=alike))
    assert quicker.why_not.endswith("stalled counts after 30 days.")


def test_a_norm_stays_until_it_has_moved_by_more_than_a_fifth() -> None:
    old, near = Pace(deals=14, usual=9, slow=20), Pace(deals=15, usual=10, slow=24)
    far, young = replace(near, slow=25), Pace(deals=2, usual=1, slow=1)
    assert steadied({"A": near, "B": far, "C": young}, {"A": old, "B": old}) == {
        "A": replace(near, slow=20),
        "B": far,
        "C": young,
    }


def test_a_day_that_turns_out_to_be_an_import_changes_no_mark() -> None:
    came = deal(created_at=NOW - 60 * DAY, modified_at=NOW - 60 * DAY)
    known = facts(came, account=account(created_at=came.created_at), activities=())
    day = frozenset({came.created_at.date()})
    marks = set()
    for imported in ({}, {Kind.DEAL: day, Kind.ACCOUNT: day}):
        watching = Norms(watched_since=NOW - 40 * DAY, imported=imported)
        at = context(stage_since={"d1": came.modified_at}, norms=watching)
        marks.add(tuple(found(kind, known, at).signals[0].mark for kind in (STALLED, SILENT)))
    assert len(marks) == 1


def test_a_shift_of_the_norm_changes_no_mark() -> None:
    marks = set()
    for slow in (15, 16, 19):
        shifted = norms(
            stays={"": {"Proposal": Pace(deals=14, usual=9, slow=slow)}},
            gaps={"": {"": Pace(deals=14, usual=9, slow=slow)}},
        )
        at = context(stage_since={"d1": NOW - 21 * DAY}, norms=shifted)
        known = facts(deal(), activities=(call(NOW - 21 * DAY),))
        marks.add(tuple(found(kind, known, at).signals[0].mark for kind in (STALLED, SILENT)))
    assert len(marks) == 1


@pytest.mark.parametrize(
    ("created", "imported"),
    [
        ({date(2026, 1, 1): 120}, {date(2026, 1, 1)}),
        ({date(2026, 1, 1): 19}, set()),
        ({date(2026, 1, day): 20 for day in range(1, 9)}, set()),
        ({date(2026, 1, day): 3 for day in range(1, 29)} | {date(2026, 2, 1): 500}, {date(2026, 2, 1)}),
        ({}, set()),
    ],
)
def test_a_day_of_very_many_new_records_was_an_import(created: dict[date, int], imported: set[date]) -> None:
    assert imported_days(created) == imported


def test_an_import_proves_no_time_in_a_stage_but_our_own_watching_does() -> None:
    came = deal(created_at=NOW - 900 * DAY, modified_at=NOW - 900 * DAY)
    by_import = norms(imported={Kind.DEAL: frozenset({came.created_at.date()})})
    stages = {"d1": came.modified_at}
    assert not found(STALLED, facts(came), context(stage_since=stages, norms=by_import)).signals
    later = context(stage_since=stages, norms=by_import, now=NOW + 21 * DAY)
    (signal,) = found(STALLED, facts(came), later).signals
    assert "for at least 31 days" in signal.statement
    unwatched = Norms(imported=by_import.imported)
    assert found(STALLED, facts(came), context(stage_since=stages, norms=unwatched)).why_not == (
        "Nothing proves since when the open deal has been in its stage."
    )


def test_a_deal_whose_move_nobody_saw_has_been_in_its_stage_for_at_least_so_long() -> None:
    at = context(stage_since={"d1": NOW - 40 * DAY}, at_least=frozenset({"d1"}))
    (signal,) = found(STALLED, facts(deal()), at).signals
    assert signal.statement == "“Renewal” ($9,000) has been in Proposal for at least 40 days."


def test_an_imported_account_without_a_contact_is_not_silent_since_the_import() -> None:
    old = account(created_at=NOW - 3_392 * DAY)
    by_import = norms(imported={Kind.ACCOUNT: frozenset({old.created_at.date()})})
    quiet = facts(deal(), account=old, activities=())
    assert not found(SILENT, quiet, context(norms=by_import)).signals
    (signal,) = found(SILENT, quiet, context(norms=by_import, now=NOW + 21 * DAY)).signals
    assert signal.statement == "Nothing logged for at least 31 days."
    assert found(SILENT, quiet, context(norms=Norms(imported=by_import.imported))).why_not == (
        "Everything here came with an import, so nothing proves when the last contact was."
    )


def test_an_imported_note_tells_no_time_but_a_call_keeps_its_own() -> None:
    imported = norms(imported={Kind.NOTE: frozenset({(NOW - 90 * DAY).date()})})
    noted = facts(deal(), activities=(), notes=(note(NOW - 90 * DAY),), account=account(created_at=NOW - 400 * DAY))
    assert not found(SILENT, noted, context(norms=imported)).signals
    called = facts(deal(), activities=(call(NOW - 80 * DAY),), notes=(note(NOW - 90 * DAY),))
    assert found(SILENT, called, context(norms=imported)).signals


@pytest.mark.parametrize(("age", "is_new"), [(DAY - SECOND, True), (40 * DAY, False)])
def test_a_deal_that_we_only_came_to_see_now_is_not_new(age: timedelta, is_new: bool) -> None:
    came = deal(created_at=NOW - age)
    assert bool(found(NEW, facts(came), context(*diff(None, came, seen_at=NOW))).signals) is is_new


def test_a_deal_that_came_with_an_import_is_not_new() -> None:
    came = deal(created_at=NOW - DAY / 2)
    at = context(*diff(None, came, seen_at=NOW), norms=norms(imported={Kind.DEAL: frozenset({came.created_at.date()})}))
    assert not found(NEW, facts(came), at).signals
