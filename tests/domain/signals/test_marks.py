"""A mark stays while nothing moves, however many days pass, and changes when something does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.domain.crm.accounts import AccountFacts
from store.domain.crm.changes import diff
from store.domain.signals.context import SignalContext
from store.domain.signals.kinds import SignalKind
from tests.domain.makers import (
    DAY,
    NOW,
    TODAY,
    account,
    call,
    contact,
    context,
    deal,
    facts,
    moved,
    signals_of,
    task,
)
from tests.domain.troubles import TROUBLES, Trouble, troubled_deals

Seen = tuple[AccountFacts, SignalContext]


def marks(of: AccountFacts, at: SignalContext) -> dict[tuple[SignalKind, str], str]:
    return {(signal.kind, signal.record_id): signal.mark for signal in signals_of(of, at)}


def later(at: SignalContext, days: int) -> SignalContext:
    return replace(at, now=at.now + days * DAY, today=at.today + days * DAY)


def assert_same_marks(trouble: Trouble, days: int) -> None:
    before, after = marks(trouble.facts, trouble.context), marks(trouble.facts, later(trouble.context, days))
    both = before.keys() & after.keys()
    assert {key: before[key] for key in both} == {key: after[key] for key in both}


@pytest.mark.parametrize("days", range(1, 8))
@pytest.mark.parametrize("trouble", TROUBLES, ids=lambda trouble: trouble.name)
def test_the_same_facts_have_the_same_marks_on_every_later_day(trouble: Trouble, days: int) -> None:
    assert_same_marks(trouble, days)


@given(troubled_deals(), st.integers(min_value=1, max_value=400))
def test_the_same_facts_have_the_same_marks_on_every_later_day_whatever_moved_before(
    trouble: Trouble, days: int
) -> None:
    assert_same_marks(trouble, days)


def test_every_kind_was_looked_at_on_a_second_day() -> None:
    lasting = {
        kind
        for trouble in TROUBLES
        for kind, _ in marks(trouble.facts, trouble.context).keys()
        & marks(trouble.facts, later(trouble.context, 1)).keys()
    }
    assert lasting == set(SignalKind)


def stalled_in(stage: str, since: timedelta) -> Seen:
    return facts(deal(stage=stage)), context(stage_since={"d1": NOW - since})


def slipped_to(days: int) -> Seen:
    after, changes = moved(deal(closing_date=TODAY), NOW - DAY, closing_date=TODAY + days * DAY)
    return facts(after), context(*changes)


def shrunk_to(amount: float) -> Seen:
    after, changes = moved(deal(amount=100_000.0), NOW - DAY, amount=amount)
    return facts(after), context(*changes)


def back_to(stage: str) -> Seen:
    after, changes = moved(deal(stage="Negotiation"), NOW - DAY, stage=stage)
    return facts(after), context(*changes)


def due(days: int) -> Seen:
    return facts(deal(closing_date=TODAY - days * DAY)), context()


def last_called(days: int, id: str) -> Seen:
    return facts(deal(), activities=(call(NOW - days * DAY, id),)), context()


def without_step(*ids: str) -> Seen:
    calls = tuple(call(NOW - days * DAY, id, deal_id="d1") for days, id in enumerate(ids, start=2))
    return facts(deal(next_step=None), activities=calls), context()


def hangs_on(id: str) -> Seen:
    return facts(deal(amount=20_000.0), contacts=(contact(id),)), context()


def owned_since(days: int) -> Seen:
    after, changes = moved(account(owner_id="u-ben"), NOW - days * DAY, owner_id="u-anna")
    return facts(account=after), context(*changes)


def contact_lost_to(id: str) -> Seen:
    after, changes = moved(deal(contact_id="c1"), NOW - DAY, contact_id=id)
    return facts(after), context(*changes)


def task_due(days: int) -> Seen:
    return facts(activities=(task(TODAY - days * DAY),)), context()


def closed(stage: str, days: float) -> Seen:
    after, changes = moved(deal(), NOW - days * DAY, stage=stage)
    return facts(after), context(*changes)


def came(days: float) -> Seen:
    new = deal(created_at=NOW - days * DAY)
    return facts(new), context(*diff(None, new, seen_at=NOW))


@pytest.mark.parametrize(
    ("kind", "before", "after"),
    [
        (
            SignalKind.DEAL_STALLED,
            lambda: stalled_in("Proposal", 90 * DAY),
            lambda: stalled_in("Negotiation", 40 * DAY),
        ),
        (SignalKind.DEAL_STALLED, lambda: stalled_in("Proposal", 90 * DAY), lambda: stalled_in("Proposal", 40 * DAY)),
        (SignalKind.CLOSE_DATE_PASSED, lambda: due(9), lambda: due(2)),
        (SignalKind.CLOSE_DATE_SLIPPED, lambda: slipped_to(10), lambda: slipped_to(40)),
        (SignalKind.AMOUNT_DROPPED, lambda: shrunk_to(80_000.0), lambda: shrunk_to(70_000.0)),
        (SignalKind.STAGE_MOVED_BACK, lambda: back_to("Proposal"), lambda: back_to("Qualification")),
        (SignalKind.SPONSOR_CHANGED, lambda: contact_lost_to("c2"), lambda: contact_lost_to("c3")),
        (SignalKind.NO_ACTIVITY, lambda: last_called(90, "x1"), lambda: last_called(40, "x2")),
        (SignalKind.NO_NEXT_STEP, lambda: without_step("x1"), lambda: without_step("x2", "x1")),
        (SignalKind.TASK_OVERDUE, lambda: task_due(9), lambda: task_due(2)),
        (SignalKind.SINGLE_THREADED, lambda: hangs_on("c1"), lambda: hangs_on("c2")),
        (SignalKind.OWNER_CHANGED, lambda: owned_since(3), lambda: owned_since(1)),
        (SignalKind.NEW_DEAL, lambda: came(0.5), lambda: came(0.1)),
        (SignalKind.DEAL_WON, lambda: closed("Closed Won", 0.5), lambda: closed("Closed Won", 0.1)),
        (SignalKind.DEAL_LOST, lambda: closed("Closed Lost", 0.5), lambda: closed("Closed Lost", 0.1)),
    ],
)
def test_a_move_changes_the_mark(kind: SignalKind, before: Callable[[], Seen], after: Callable[[], Seen]) -> None:
    first, second = marks(*before()), marks(*after())
    (one,), (other,) = ([mark for (each, _), mark in found.items() if each is kind] for found in (first, second))
    assert one != other
