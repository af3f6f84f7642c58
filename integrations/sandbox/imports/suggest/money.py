"""The currency of a company's deals."""

from __future__ import annotations

import re
from collections import Counter

from integrations.sandbox.imports.numbers import currency_of
from integrations.sandbox.imports.suggest.parts import Said
from integrations.sandbox.imports.suggest.tables import Column, Table

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


_UNITS = {
    1_000: re.compile(
        r"(?i:\bthousands?\b|\btsd\b|\bk€|\bk\$|\bk£|\bkeur\b|\bkusd\b|\bksek\b)|\bT€|\bTEUR\b|\(k\)|\(?\b000s\b"
    ),
    1_000_000: re.compile(r"(?i:\bmillions?\b|\bmio\b|\bmln\b)|\bM€|\bM\$|\bM£|\bMEUR\b|\bMUSD\b|\(M\)"),
}


def currency_of_deals(table: Table) -> Said:
    """Return the currency that the deals name most often: in a column of its own, with their amounts, or in the header of these."""
    column = currency_column(table)
    named: Counter[str] = Counter()
    if column is not None:
        for cell, count in column.counts.items():
            named[_code(cell)] += count
    else:
        for amount in (each for each in table.columns.values() if each.is_numbers):
            for cell, count in amount.counts.items():
                if code := currency_of(cell) or currency_of(amount.name):
                    named[code] += count
    named.pop("", None)
    if not named:
        return Said("USD", "check: the files name no currency")
    others = sorted(set(named) - {(most := named.most_common(1)[0][0])})
    has_own = column is not None and currency_source(table) is not None
    return Said(most, f"check: there are also amounts in {', '.join(others)}" if others and not has_own else "")


def amount_source(column: Column) -> Said:
    """Return the source of an amount: in the unit that its header names."""
    for times, unit in _UNITS.items():
        if unit.search(column.name):
            return Said(
                {"column": column.name, "times": times}, f"check: amounts in units of {times:,}, as the header says"
            )
    return Said(column.name)


def currency_column(table: Table) -> Column | None:
    column = table.find("currency", "currency id", "currency code", "amount currency")
    return column if column is not None and "currency" in column.words and not column.is_numbers else None


def currency_source(table: Table) -> Said | None:
    """Return the source of each deal's currency, if they have several."""
    column = currency_column(table)
    if column is None or len({_code(cell) for cell in column.counts}) < 2:
        return None
    codes = {cell: code for cell in column.counts if (code := _code(cell)) and code != cell}
    unknown = [cell for cell in column.counts if not _code(cell)]
    why = f"check: “{unknown[0]}” is no currency" if unknown else ""
    return Said({"column": column.name, "values": codes} if codes else column.name, why)


def _code(cell: str) -> str:
    known = currency_of(cell.upper())
    return known or next((code for word, code in _NAMED.items() if word in cell.lower()), "")
