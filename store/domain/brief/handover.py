"""A handover as the new owner reads it: who came from whom, and which accounts matter most."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from store.domain.signals.kinds import Risk

SHOWN = 5  # accounts with a line of their own


@dataclass(frozen=True, slots=True, kw_only=True)
class Handed:
    """An account that came from `from_id`, with the money in its open deals. Without a problem it has no `risk` and no
    `statement`. `pending` is the advice that the former owner left undecided and that still applies, "" if there is none."""

    account_id: str
    account_name: str
    from_id: str | None
    amount: float
    worth: float = 0.0
    risk: Risk | None = None
    statement: str = ""
    pending: str = ""
    open_money: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftDeal:
    """An open deal without an account whose owner left. `money` is its amount in words, "" if there is none."""

    deal_id: str
    name: str
    money: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Handover:
    """The accounts of a handover, the most valuable first. On the day after, `first_told` is the brief that named it first, and
    there is one line left of it. `introductions` are the proposals that its reader chose when taking over, or those that give
    the accounts of someone who left to others. `deals` are those that this person left without an account."""

    accounts: tuple[Handed, ...]
    first_told: str | None = None
    taken_by: str | None = None
    taken_at: datetime | None = None
    introductions: tuple[str, ...] = ()
    deals: tuple[LeftDeal, ...] = ()

    @property
    def givers(self) -> list[tuple[str | None, int]]:
        """Who gave how many, the most first."""
        return Counter(each.from_id for each in self.accounts).most_common()


def by_value(accounts: Iterable[Handed]) -> tuple[Handed, ...]:
    """The most valuable first: by attention's worth, what is pending before the rest, then by money."""
    return tuple(
        sorted(
            accounts, key=lambda each: (-each.worth, not each.pending, -each.amount, each.account_name, each.account_id)
        )
    )
