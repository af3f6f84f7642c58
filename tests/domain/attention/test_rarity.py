"""A signal counts for less the more accounts it fires on."""

from __future__ import annotations

import pytest

from store.domain.attention.ledger import Tally
from store.domain.attention.policy import AttentionPolicy
from store.domain.attention.rarity import are_common, informative, shares_of, tally_of, united
from store.domain.signals.detectors import look_at
from store.domain.signals.kinds import Risk, Signal, SignalKind
from tests.domain.makers import DAY, NOW, TODAY, call, context, deal, facts

POLICY = AttentionPolicy()
STALLED, SILENT, WON = SignalKind.CLOSE_DATE_PASSED, SignalKind.NO_ACTIVITY, SignalKind.DEAL_WON


def signals() -> list[Signal]:
    """A deal of $90,000 past its date, on an account that has been silent."""
    late = facts(deal(amount=90_000.0, closing_date=TODAY - DAY), activities=(call(NOW - 40 * DAY),))
    return [signal for found in look_at(late, context()) for signal in found.signals]


def test_a_tally_counts_accounts_and_not_signals() -> None:
    late = facts(deal(closing_date=TODAY - DAY), deal("d2", closing_date=TODAY - DAY))
    assert tally_of([look_at(late, context())] * 3).fired[STALLED] == 3


def test_the_greater_share_of_the_owner_and_the_company_counts() -> None:
    own, company = Tally(accounts=10, fired={STALLED: 1}), Tally(accounts=100, fired={STALLED: 60})
    assert shares_of(own, company, POLICY)[STALLED] == 0.6
    assert shares_of(company, own, POLICY)[STALLED] == 0.6


def test_too_few_accounts_say_nothing_and_news_is_never_common() -> None:
    few = Tally(accounts=POLICY.enough - 1, fired={STALLED: 7})
    assert shares_of(few, Tally(), POLICY)[STALLED] == 0.0
    assert WON not in shares_of(Tally(accounts=50, fired={WON: 50}), Tally(), POLICY)


def test_the_weight_falls_with_the_share() -> None:
    plain = {signal.kind: signal.weight for signal in signals()}
    weighed = {signal.kind: signal.weight for signal in informative(signals(), {STALLED: 0.25}, POLICY)}
    assert weighed[STALLED] == pytest.approx(plain[STALLED] * 0.75, abs=1e-4)
    assert weighed[SILENT] == plain[SILENT]


def test_what_fires_nearly_everywhere_gives_way_to_anything_rarer() -> None:
    assert {signal.kind for signal in informative(signals(), {SILENT: 0.9}, POLICY)} == {STALLED}


def test_alone_it_stays_but_is_no_high_risk() -> None:
    kept = informative(signals(), {SILENT: 0.9, STALLED: 0.9}, POLICY)
    assert {signal.kind for signal in kept} == {SILENT, STALLED}
    assert all(signal.risk is not Risk.HIGH for signal in kept)
    assert any(signal.risk is Risk.HIGH for signal in signals())


def test_news_alone_is_not_common() -> None:
    assert not are_common(set(), {}, POLICY)
    assert are_common({SILENT}, {SILENT: POLICY.common}, POLICY)
    assert not are_common({SILENT, STALLED}, {SILENT: 0.9}, POLICY)


def test_tallies_add_up() -> None:
    one = Tally(accounts=2, fired={SILENT: 1}, answers={"no_activity": (1, 0)})
    both = united([one, Tally(accounts=3, fired={SILENT: 2, STALLED: 1}, answers={"no_activity": (0, 2)})])
    assert both == Tally(accounts=5, fired={SILENT: 3, STALLED: 1}, answers={"no_activity": (1, 2)})
