"""Amounts in the currency that the CRM says: each deal may have its own, and amounts of different currencies are never added.

A deal's rate, which Zoho keeps on the record, brings its amount into the organisation's currency: to compare and rank, never to
show.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from store.domain.crm.accounts import Deal
from store.domain.text.wording import joined, money, one_line

_SIGNS: Mapping[str, str] = {
    "USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥", "INR": "₹", "KRW": "₩", "ILS": "₪", "TRY": "₺", "UAH": "₴", "VND": "₫",
}  # fmt: skip
MOST_CURRENCIES = 3  # shown beside each other; with more, the amount is left out


def sign_of(code: str | None) -> str:
    """The sign before an amount: `$`, or `CHF ` for a currency whose sign others share or few know; "" for an unknown one."""
    code = one_line(code or "", limit=12)
    return _SIGNS.get(code, f"{code} " if code else "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Currency:
    """The organisation's currency: its ISO `code` ("" if the CRM doesn't say) and the `sign` before its amounts."""

    code: str = ""
    sign: str = "$"

    def of(self, deal: Deal) -> str:
        """The sign of a deal's own currency. Where the organisation's is unknown, a rate of 1 shows it."""
        if not deal.currency or deal.currency == self.code or (not self.code and deal.exchange_rate == 1):
            return self.sign
        return sign_of(deal.currency)

    def worth(self, deal: Deal) -> str:
        """`€84,000`; "" for a deal without an amount."""
        return "" if deal.amount is None else money(deal.amount, self.of(deal))

    def in_all(self, deals: Iterable[Deal]) -> str:
        """`€84,000`, or `€84,000 and $3,000`, the most by the records' rates first; "" if nothing is open, or in too many
        currencies to show."""
        sums: dict[str, float] = {}
        for deal in sorted(deals, key=lambda each: (-comparable(each), each.id)):
            if deal.amount and deal.amount > 0:
                sums[self.of(deal)] = sums.get(self.of(deal), 0.0) + deal.amount
        shown = [money(amount, sign) for sign, amount in sums.items()]
        return joined(shown) if 0 < len(shown) <= MOST_CURRENCIES else ""


def comparable(deal: Deal) -> float:
    """A deal's amount in the organisation's currency by the record's rate: to compare, never to show."""
    amount, rate = max(deal.amount or 0.0, 0.0), deal.exchange_rate  # a credit takes nothing from the amount at stake
    return amount / rate if rate and rate > 0 else amount
