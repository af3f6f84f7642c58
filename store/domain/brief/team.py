"""A manager's morning: the open decisions of their team, those of the last working day, and the gravest risks. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from store.domain.attention.ledger import Entry, Reason, by_risk
from store.domain.signals.kinds import Risk
from store.domain.text.wording import money

MOST_RISKS = 3
MOST_OUTCOMES = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One report as the message found them: `proposal_ids` waited for a decision, `decided_ids` were decided on the last working
    day. `at_risk` is the open money on their accounts of high risk; None if it is in several currencies."""

    person_id: str
    proposal_ids: tuple[str, ...] = ()
    decided_ids: tuple[str, ...] = ()
    at_risk: float | None = 0.0

    @property
    def every(self) -> tuple[str, ...]:
        """All proposals that it is about."""
        return (*self.proposal_ids, *self.decided_ids)


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamRisk:
    """One of the team's gravest risks; `statement` is the first fact of its owner's last brief."""

    account_id: str
    account_name: str
    owner_id: str
    risk: Risk
    amount: float
    open_money: str | None
    statement: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Cover:
    """A report who is away until before `until`, and who decides for them."""

    person_id: str
    until: datetime
    delegate_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Team:
    """`since` is the first day of the decisions in it: the manager's last working day."""

    members: tuple[Member, ...]
    since: date
    risks: tuple[TeamRisk, ...] = ()
    away: tuple[Cover, ...] = ()

    @property
    def is_quiet(self) -> bool:
        """Whether no decision waited."""
        return not any(each.proposal_ids for each in self.members)


def gravest(entries: Mapping[str, Iterable[Entry]], *, most: int = MOST_RISKS) -> tuple[TeamRisk, ...]:
    """The gravest risks among these owners' entries, by risk and worth. What an owner put off isn't one today."""
    found = [(owner_id, each) for owner_id, theirs in entries.items() for each in theirs if _is_grave(each)]
    found.sort(key=lambda one: by_risk(one[1]))
    return tuple(_risk(owner_id, each) for owner_id, each in found[:most])


def at_risk(entries: Sequence[Entry], *, currency: str) -> float | None:
    """The open money on accounts of high risk, as the organisation's currency says it; None if some is in another."""
    high = [each for each in entries if each.risk is Risk.HIGH]
    if any(each.amount > 0 and each.open_money not in (None, money(each.amount, currency)) for each in high):
        return None
    return sum(each.amount for each in high)


def _is_grave(entry: Entry) -> bool:
    return entry.risk is not Risk.LOW and entry.reason not in (Reason.SNOOZED, Reason.COMMON)


def _risk(owner_id: str, entry: Entry) -> TeamRisk:
    return TeamRisk(
        account_id=entry.account_id,
        account_name=entry.account_name,
        owner_id=owner_id,
        risk=entry.risk,
        amount=entry.amount,
        open_money=entry.open_money,
        statement=entry.statement,
    )
