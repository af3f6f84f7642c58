"""A part of the CRM that the company does not use makes its signal silent, with the figures."""

from __future__ import annotations

import pytest

from store.domain.signals.kinds import SignalKind
from store.domain.signals.norms import Norms, Use
from store.domain.signals.use import Habits, OpenDeal, figures_of, is_unused, uses_of
from tests.domain.makers import DAY, NOW, context, deal, facts, found

NO_STEP = SignalKind.NO_NEXT_STEP


def open_deal(id: str, **fields: str | bool | None) -> OpenDeal:
    given: dict[str, str | None] = {"account_id": f"a-{id}", "created_at": "2026-01-01T00:00:00Z"}
    return OpenDeal(id=id, **{"has_next_step": False, "closing_date": None} | given | fields)  # type: ignore[arg-type]  # from one mapping


@pytest.mark.parametrize(
    ("used", "of", "silent"), [(12, 412, True), (20, 400, True), (21, 400, False), (0, 19, False), (0, 20, True)]
)
def test_a_signal_is_silent_if_hardly_any_of_enough_records_use_what_it_relies_on(
    used: int, of: int, silent: bool
) -> None:
    at = context(norms=Norms(uses={NO_STEP: Use(used=used, of=of)}))
    assert bool(found(NO_STEP, facts(deal(next_step=None)), at).signals) is not silent


def test_the_reason_for_the_silence_has_the_figures() -> None:
    at = context(norms=Norms(uses={NO_STEP: Use(used=12, of=412)}))
    assert found(NO_STEP, facts(deal(next_step=None)), at).why_not == (
        "Only 3% of 412 open deals name a next step or have anything planned, so a missing one says nothing."
    )


@pytest.mark.parametrize(
    ("used", "says"), [(0, "None of 1,500 open deals"), (3, "Under 1% of 1,500 open deals"), (30, "Only 2% of 1,500")]
)
def test_small_shares_are_told_without_a_false_nought(used: int, says: str) -> None:
    assert figures_of(NO_STEP, Use(used=used, of=1_500)).startswith(says)


def test_an_administrator_can_switch_a_signal_off_for_everyone() -> None:
    off = context(switched_off=frozenset({NO_STEP}))
    assert found(NO_STEP, facts(deal(next_step=None)), off).why_not == (
        "An administrator switched this signal off for everyone."
    )


def test_the_use_of_each_part_is_counted_over_open_deals_their_accounts_and_past_tasks() -> None:
    habits = Habits(
        open_deals=(
            open_deal("d1", has_next_step=True),
            open_deal("d2", closing_date="2026-11-20"),
            open_deal("d3", closing_date="2026-11-19"),
            open_deal("d4", account_id=None),
        ),
        planned=frozenset({"a-d3"}),
        touched=frozenset({"d1", "a-d2"}),
        crowded=frozenset({"a-d1"}),
        moved=frozenset({"d4"}),
        tasks=(3, 9),
    )
    uses = uses_of(habits, now=NOW, watched=29 * DAY)
    assert uses == {
        NO_STEP: Use(used=2, of=4),
        SignalKind.CLOSE_DATE_PASSED: Use(used=2, of=4),
        SignalKind.NO_ACTIVITY: Use(used=2, of=3),
        SignalKind.SINGLE_THREADED: Use(used=1, of=3),
        SignalKind.TASK_OVERDUE: Use(used=3, of=9),
    }


def test_whether_stages_move_is_known_only_after_watching_for_thirty_days() -> None:
    young = open_deal("d3", created_at=(NOW - DAY).isoformat())
    habits = Habits(open_deals=(open_deal("d1"), open_deal("d2"), young), moved=frozenset({"d1", "closed by now"}))
    assert uses_of(habits, now=NOW, watched=30 * DAY)[SignalKind.DEAL_STALLED] == Use(used=2, of=3)
    assert SignalKind.DEAL_STALLED not in uses_of(habits, now=NOW, watched=29 * DAY)


def test_nothing_is_unused_where_there_is_nothing() -> None:
    assert not is_unused(Use(used=0, of=0), 0.05)
