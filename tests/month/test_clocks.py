"""The judge of clocks notices a question that begins anew, asks twice, asks too little or ends too early."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from integrations.sandbox.history import CrmUser
from store.domain.gate.proposals import Proposal, State
from store.domain.signals.kinds import Risk
from tests.bot import samples
from tests.month.clocks import Around, Asked, begins_anew, ended_early
from tests.month.hours import hours_at_work, working_days
from tests.month.questions import Turn
from tests.month.test_judge import READER, Crm, advice, shown

MONDAY = datetime(2026, 11, 16, 7, 30, tzinfo=UTC)
DAY = timedelta(days=1)
MANAGER = CrmUser(id="9", first_name="Max", last_name="Lind", email="max@example.com", time_zone="Europe/Berlin")
BOTH = Around(owner=READER, manager=MANAGER)


@dataclass
class Before:
    """All proposals on every account."""

    every: Sequence[Proposal]

    def on(self, account_id: str) -> Sequence[Proposal]:
        return self.every


def asked(number: int, at: datetime, **changes: Any) -> Proposal:
    return advice(number, **{"created_at": at, "expires_at": at + 3 * DAY} | changes)


WAS = asked(1, MONDAY, state=State.SUPERSEDED, reminded_at=MONDAY + DAY, offered_to="9")
KEPT = {"asked_at": MONDAY, "expires_at": WAS.expires_at, "reminded_at": WAS.reminded_at, "offered_to": "9"}


@pytest.mark.parametrize(
    ("forgets", "says"),
    [
        ({}, ""),
        ({"asked_at": None}, "though it was asked Mon 16 Nov"),
        ({"expires_at": MONDAY + 4 * DAY}, "instead of Thu 19 Nov"),
        ({"reminded_at": None}, "its reminder of Tue 17 Nov"),
        ({"offered_to": None}, "its offer is forgotten"),
    ],
)
def test_a_question_whose_clock_begins_anew_is_noticed(forgets: dict[str, Any], says: str) -> None:
    again = asked(2, MONDAY + DAY, **KEPT | forgets)
    found = list(begins_anew(Turn(now=again), Before([WAS, again]), Crm(), BOTH))
    assert len(found) == bool(says)
    assert says in "".join(found)


def test_other_facts_or_a_higher_risk_are_another_question() -> None:
    again = asked(2, MONDAY + DAY)
    record_id = again.recommendation.evidence[0].record_id
    assert not list(begins_anew(Turn(now=again), Before([WAS, again]), Crm(changed={record_id: ["Stage"]}), BOTH))
    graver = replace(again, recommendation=replace(again.recommendation, risk=Risk.LOW))
    assert not list(begins_anew(Turn(now=graver), Before([WAS, graver]), Crm(), BOTH))


@pytest.mark.parametrize(
    ("asked_on", "gone", "early"),
    [
        (datetime(2026, 11, 20, 16, tzinfo=UTC), datetime(2026, 11, 23, 7, 30, tzinfo=UTC), True),  # Friday evening
        (datetime(2026, 11, 20, 16, tzinfo=UTC), datetime(2026, 11, 25, 7, 30, tzinfo=UTC), False),
    ],
)
def test_fridays_advice_that_is_gone_by_monday_is_noticed(asked_on: datetime, gone: datetime, early: bool) -> None:
    ended = asked(1, asked_on, expires_at=gone, state=State.EXPIRED)
    turn = Turn(now=ended, before=replace(ended, state=State.PENDING))
    assert bool(list(ended_early(turn, BOTH))) is early


def test_days_away_are_no_time_to_decide() -> None:
    ended = asked(1, MONDAY, state=State.EXPIRED)
    away = replace(BOTH, away=frozenset(date(2026, 11, day) for day in (16, 17, 18)))
    assert not list(ended_early(Turn(now=ended), BOTH))
    assert list(ended_early(Turn(now=ended), away))


@pytest.mark.parametrize("sort", ["reminder", "offer"])
def test_a_second_reminder_or_offer_of_the_same_question_is_noticed(sort: Any) -> None:
    told, brief = Asked(), replace(samples.brief(), kind=sort, reason="expiring")
    first = shown(asked(1, MONDAY), sort=sort, brief=brief, at=MONDAY + DAY)
    assert not list(told.hear(first, Crm()))
    assert list(told.hear(replace(first, proposals=(asked(2, MONDAY + DAY),), at=MONDAY + 2 * DAY), Crm()))


@pytest.mark.parametrize(
    ("told", "missing"), [((), ["reminder", "offer"]), (("reminder",), ["offer"]), (("reminder", "offer"), [])]
)
def test_advice_that_expires_unasked_is_noticed(told: Sequence[Any], missing: Sequence[str]) -> None:
    heard, question = Asked(), asked(1, MONDAY)
    for sort in told:
        brief = replace(samples.brief(), kind=sort, reason="expiring")
        assert not list(heard.hear(shown(question, sort=sort, brief=brief, at=MONDAY + DAY), Crm()))
    gone = Turn(now=replace(question, state=State.EXPIRED), before=question)
    assert [each.rpartition(" ")[2] for each in heard.unasked(gone, BOTH, Crm())] == missing


def test_working_time_knows_weekends_and_time_zones() -> None:
    friday, tuesday = datetime(2026, 11, 20, 15, tzinfo=UTC), datetime(2026, 11, 24, 8, tzinfo=UTC)
    assert hours_at_work(friday, tuesday, "Europe/Berlin") == 2 + 10 + 1
    assert hours_at_work(friday, tuesday, "Asia/Tokyo") == 9  # Monday is a holiday there
    assert working_days(friday, friday + 3 * DAY, "Europe/Berlin") == 1
