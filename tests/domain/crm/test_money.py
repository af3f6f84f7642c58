"""Amounts in the currency that the CRM says."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from store.domain.crm.money import Currency, comparable, sign_of
from store.domain.text.wording import money
from tests.domain.makers import deal

DOLLARS = Currency(code="USD", sign="$")


def test_a_known_currency_has_its_sign_and_any_other_its_code() -> None:
    assert [sign_of(code) for code in ("USD", "EUR", "JPY", "RUB", "CHF", "", None)] == [
        "$", "€", "¥", "RUB ", "CHF ", "", "",
    ]  # fmt: skip


def test_a_deal_shows_its_own_currency_and_the_organisations_where_it_has_none() -> None:
    pilot = deal(amount=84_000.0)
    worths = [DOLLARS.worth(replace(pilot, currency=code)) for code in (None, "USD", "RUB", "EUR")]
    assert worths == ["$84,000", "$84,000", "RUB 84,000", "€84,000"]
    assert DOLLARS.worth(replace(pilot, amount=None)) == ""


def test_an_unknown_currency_has_no_sign() -> None:
    unknown = Currency(code="", sign="")
    assert unknown.worth(deal(amount=84_000.0)) == "84,000"
    assert unknown.worth(replace(deal(amount=84_000.0), currency="SEK")) == "SEK 84,000"
    assert unknown.worth(replace(deal(amount=84_000.0), currency="SEK", exchange_rate=1.0)) == "84,000"


def test_amounts_of_two_currencies_are_shown_side_by_side_the_larger_by_its_rate_first() -> None:
    roubles = deal("d1", amount=90_000.0, currency="RUB", exchange_rate=90.0)
    dollars = deal("d2", amount=5_000.0)
    assert DOLLARS.in_all([roubles, dollars]) == "$5,000 and RUB 90,000"
    assert comparable(roubles) == 1_000.0


def test_amounts_in_many_currencies_are_left_out() -> None:
    deals = [deal(f"d{n}", amount=1.0, currency=code) for n, code in enumerate(("EUR", "CHF", "SEK", "USD"))]
    assert DOLLARS.in_all(deals) == ""
    assert DOLLARS.in_all([]) == ""


_CODES = st.sampled_from([None, "USD", "EUR", "RUB"])


@given(st.lists(st.tuples(st.integers(1, 10**6), _CODES), max_size=6))
def test_no_shown_amount_is_a_sum_across_currencies(rows: list[tuple[int, str | None]]) -> None:
    deals = [deal(f"d{n}", amount=float(amount), currency=code) for n, (amount, code) in enumerate(rows)]
    sums: dict[str, int] = {}
    for amount, code in rows:
        sums[sign_of(code or "USD")] = sums.get(sign_of(code or "USD"), 0) + amount
    shown = DOLLARS.in_all(deals)
    assert sorted(shown.split(" and ") if len(sums) < 3 else shown.replace(" and ", ", ").split(", ")) == sorted(
        [money(amount, sign) for sign, amount in sums.items()] or [""]
    )
