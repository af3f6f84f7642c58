"""What calls of a model cost, and how much of it is allowed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.domain.running.model_calls import (
    Amount,
    BudgetCeilings,
    CallFigures,
    Exceeded,
    Price,
    Spending,
    Usage,
    exceeded,
    parse_prices,
    without_price,
)

SONNET = Price(plain=2, output=10, written=2.5, read=0.2)
MILLION = 1_000_000


@pytest.mark.parametrize(
    ("usage", "usd"),
    [
        (Usage(plain=MILLION), 2.0),
        (Usage(output=MILLION), 10.0),
        (Usage(written=MILLION), 2.5),
        (Usage(read=MILLION), 0.2),
        (Usage(plain=1_000, written=2_000, read=10_000, output=500), 0.014),
        (Usage(), 0.0),
    ],
)
def test_each_kind_of_token_has_its_price(usage: Usage, usd: float) -> None:
    assert SONNET.of(usage) == pytest.approx(usd)
    assert SONNET.of(usage, batch=True) == pytest.approx(usd / 2)


def test_a_price_without_the_caches_is_filled_in_by_the_usual_ratios() -> None:
    prices = parse_prices(" one=2/10/2.50/0.20 , two=4/20,")
    assert prices == {"one": SONNET, "two": Price(plain=4, output=20, written=5, read=0.4)}


@pytest.mark.parametrize(
    "text", ["one", "one=", "one=1", "one=1/2/3", "=1/2", "one=a/b", "one=-1/2", "one=1/inf", "one=1e9/2"]
)
def test_a_price_that_is_none_is_named(text: str) -> None:
    with pytest.raises(ValueError, match="needs its prices, as in"):
        parse_prices(text)


def test_the_setting_of_a_model_without_a_price_is_told() -> None:
    assert without_price({"SMALL": "one", "STRONG": "two"}, {"one": SONNET}) == ("STRONG", "two")
    assert without_price({"SMALL": "one"}, {"one": SONNET}) is None


def test_the_widest_ceiling_is_told_first() -> None:
    ceilings = BudgetCeilings(account=Amount(tokens=1), morning=Amount(usd=0.1), day=Amount(tokens=1))
    asked = Amount(tokens=2, usd=0.2)
    assert exceeded(ceilings, Spending(), asked) == Exceeded("day", "tokens")
    assert exceeded(BudgetCeilings(account=ceilings.account, morning=ceilings.morning), Spending(), asked) == Exceeded(
        "morning", "usd"
    )


amounts = st.builds(Amount, tokens=st.integers(0, 10**6), usd=st.floats(0, 100))


@given(spent=amounts, asked=amounts, ceiling=amounts)
def test_nothing_goes_beyond_a_ceiling(spent: Amount, asked: Amount, ceiling: Amount) -> None:
    over = exceeded(BudgetCeilings(day=ceiling), Spending(day=spent), asked)
    fits = (not ceiling.tokens or spent.tokens + asked.tokens <= ceiling.tokens) and (
        not ceiling.usd or spent.usd + asked.usd <= ceiling.usd
    )
    assert (over is None) == fits


def test_the_share_of_the_cache_is_of_what_was_read() -> None:
    assert CallFigures(usage=Usage(plain=10, written=20, read=70, output=500)).from_cache == pytest.approx(0.7)
    assert CallFigures().from_cache == 0.0
