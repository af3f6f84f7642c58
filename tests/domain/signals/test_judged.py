"""A signal says nothing about a record whose fields it would need and that cannot be read, and says everything else."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from store.domain.crm.accounts import ENTITY_TYPES, AccountFacts, Activity, ActivityType
from store.domain.crm.unread import Unread, Why
from store.domain.signals.detectors import look_at
from store.domain.signals.judged import NEEDS, unread_in
from store.domain.signals.kinds import Finding, SignalKind
from tests.domain.makers import context
from tests.store.makers import NOW, account, deal

PASSED = date(2026, 10, 1)
FACTS = AccountFacts(
    account=account("a1"),
    deals=(
        deal("d1", "a1", name="Renewal", closing_date=PASSED, created_at=NOW - timedelta(days=90)),
        deal("d2", "a1", name="Pilot", closing_date=PASSED, created_at=NOW - timedelta(days=90)),
    ),
)
ODD_CALL = Activity(
    id="c1", type=ActivityType.CALL, subject="Check-in", owner_id="u-anna", account_id="a1", created_at=NOW, modified_at=NOW,
    unread=(Unread("at", "Call_Start_Time", Why.NOT_A_TIME),),
)  # fmt: skip


def odd(field: str, why: Why = Why.NOT_TEXT) -> AccountFacts:
    first, second = FACTS.deals
    deals = (deal("d1", "a1", name="Renewal", closing_date=PASSED, unread=(Unread(field, "X", why),)), second)
    assert first.id == "d1"
    return AccountFacts(account=FACTS.account, deals=deals)


def found(facts: AccountFacts, kind: SignalKind) -> Finding:
    return next(each for each in look_at(facts, context()) if each.kind is kind)


@pytest.mark.parametrize(
    ("kind", "field"),
    [
        (SignalKind.CLOSE_DATE_PASSED, "closing_date"),
        (SignalKind.CLOSE_DATE_PASSED, "stage"),
        (SignalKind.NO_NEXT_STEP, "next_step"),
    ],
)
def test_it_judges_the_other_deals(kind: SignalKind, field: str) -> None:
    assert {signal.record_id for signal in found(FACTS, kind).signals} == {"d1", "d2"}
    finding = found(odd(field), kind)
    assert {signal.record_id for signal in finding.signals} == {"d2"}
    assert finding.unread == ("d1",)


def test_what_is_merely_too_long_is_known_well_enough() -> None:
    assert found(odd("next_step", Why.TOO_LONG), SignalKind.CLOSE_DATE_PASSED).unread == ()
    assert list(unread_in(odd("next_step", Why.TOO_LONG))) == []


@pytest.mark.parametrize("kind", [SignalKind.NO_ACTIVITY, SignalKind.NO_NEXT_STEP])
def test_a_call_of_unknown_time_may_refute_it(kind: SignalKind) -> None:
    assert found(FACTS, kind).signals
    finding = found(AccountFacts(account=FACTS.account, deals=FACTS.deals, activities=(ODD_CALL,)), kind)
    assert finding.signals == ()
    assert finding.why_not == "Not everything about “Check-in” can be read in the CRM."
    assert finding.unread


def test_every_kind_says_what_it_needs_of_fields_that_records_have() -> None:
    assert set(NEEDS) == set(SignalKind)
    for needs in NEEDS.values():
        for fields in (needs.about, needs.besides):
            for kind, names in fields.items():
                assert names <= ENTITY_TYPES[kind].__dataclass_fields__.keys()
