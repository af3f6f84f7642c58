"""The currency of a company's deals."""

from __future__ import annotations

from collections import Counter

from integrations.sandbox.imports.numbers import currency_of
from integrations.sandbox.imports.suggest.parts import Said
from integrations.sandbox.imports.suggest.tables import Table

_NAMED = {
    "dollar": "USD",
    "euro": "EUR",
    "pound": "GBP",
    "rouble": "RUB",
    "ruble": "RUB",
    "yen": "JPY",
    "rupee": "INR",
    "franc": "CHF",
}


def currency_of_deals(table: Table) -> Said:
    """Return the currency that the deals name most often, in a column of its own or with their amounts."""
    column = table.find("currency", "currency id")
    named: Counter[str] = Counter()
    if column is not None and "currency" in column.words:
        for cell, count in column.counts.items():
            named[_code(cell)] += count
    else:
        for amount in (each for each in table.columns.values() if each.is_numbers):
            for cell, count in amount.counts.items():
                if code := currency_of(cell):
                    named[code] += count
    named.pop("", None)
    if not named:
        return Said("USD", "check: the files name no currency")
    others = sorted(set(named) - {(most := named.most_common(1)[0][0])})
    return Said(most, f"check: there are also amounts in {', '.join(others)}" if others else "")


def _code(cell: str) -> str:
    known = currency_of(cell.upper())
    return known or next((code for word, code in _NAMED.items() if word in cell.lower()), "")
