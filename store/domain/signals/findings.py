"""Helpers that put signals into words and values for every detector."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, time

from store.domain.crm.accounts import AccountFacts, Deal
from store.domain.crm.evidence import Evidence
from store.domain.crm.money import comparable
from store.domain.signals.context import SignalContext
from store.domain.signals.evidence import amount_of
from store.domain.signals.kinds import Finding, Signal, SignalKind
from store.domain.signals.norms import Limit
from store.domain.signals.weights import risk_of, total, weight_of
from store.domain.text.wording import joined, one_line, plural, quoted

NO_OPEN_DEAL = "There is no open deal."
_SEPARATOR = re.compile(r"(?<!\s)\s*+[-–—|:·,/]\s*+(?=\w)")
NAME_LENGTH = 40  # of a deal, in a statement


def finding(kind: SignalKind, signals: Sequence[Signal], why_not: str) -> Finding:
    """Return a detector's finding; `why_not` applies only if there are no signals."""
    return Finding(kind, tuple(signals), "" if signals else why_not)


def deal_signal(
    kind: SignalKind,
    facts: AccountFacts,
    deal: Deal,
    says: str,
    *,
    since: datetime,
    evidence: Evidence,
    context: SignalContext,
    anchor: str,
) -> Signal:
    """Return a signal about a deal: its statement is the deal, its worth, and then `says`, which begins with a verb."""
    return signal(
        kind,
        facts,
        deal.id,
        f"{subject_of(deal, facts, context)} {says}.",
        since=since,
        evidence=(evidence, *amount_of(deal, context)),
        deals=(deal,),
        context=context,
        subject=subject_of(deal, facts, context),
        anchor=anchor,
        worth=context.currency.worth(deal),
    )


def signal(
    kind: SignalKind,
    facts: AccountFacts,
    record_id: str,
    statement: str,
    *,
    since: datetime,
    evidence: tuple[Evidence, ...],
    deals: Sequence[Deal],
    context: SignalContext,
    anchor: str,
    subject: str = "",
    worth: str = "",
) -> Signal:
    """Return a signal weighed by the open deals it puts at stake; `anchor` as in `Signal`."""
    return Signal(
        kind=kind,
        account_id=facts.id,
        record_id=record_id,
        statement=statement,
        weight=weight_of(kind, deals, context),
        risk=risk_of(kind, deals, context),
        since=since,
        evidence=evidence,
        amount=total(deals),
        subject=subject,
        anchor=anchor,
        worth=worth,
    )


def statement_of(signals: Sequence[Signal], *, subject: str | None = None) -> str:
    """Return one sentence for signals with the same subject: `“Renewal” ($84,000) slipped 9 days, to 3 May, and lost 20%.`
    `subject` replaces theirs: on the deal itself its name is not needed."""
    first = signals[0]
    if not first.subject or (len(signals) == 1 and subject is None):
        return " ".join(each.statement for each in signals)
    said = [each.statement.removeprefix(first.subject).strip().removesuffix(".") for each in signals]
    return f"{subject or first.subject} {joined(said)}."


def subject_of(deal: Deal, facts: AccountFacts, context: SignalContext) -> str:
    """`“Renewal 2026” ($84,000)`: without the account's name in front, which is above every statement."""
    worth = f" ({said})" if (said := context.currency.worth(deal)) else ""
    return (
        f"{quoted(_without_account(deal.name, facts.account.name if facts.account else ''), limit=NAME_LENGTH)}{worth}"
    )


def _without_account(name: str, account: str) -> str:
    """`Acme GmbH | Renewal` on the account Acme GmbH becomes `Renewal`."""
    if not account or not name.casefold().startswith(account.casefold()):
        return name
    rest = _SEPARATOR.match(name[len(account) :])
    return name[len(account) + rest.end() :] if rest and name[len(account) + rest.end() :] else name


def by_won_deals(limit: Limit) -> str:
    """` (by your won deals)`; nothing if the limit is a setting. How many were measured differs by stage, so it isn't said."""
    return f" (by your {won_deals(limit)})" if limit.pace and limit.measured else ""


def won_deals(limit: Limit, count: int | None = None) -> str:
    """`won deals`, or `14 won deals`; `won Renewals deals` if the company has several pipelines."""
    name = one_line(limit.pipeline or "", limit=40)
    what = f"won {name} deal" if name else "won deal"
    said = f"{what}s" if count is None else plural(count, what)
    return f"{said} without a pipeline" if limit.pipeline == "" else said


def biggest(deals: Sequence[Deal]) -> Deal:
    """Return the deal worth most; the first by id among equals."""
    return min(deals, key=lambda deal: (-comparable(deal), deal.id))


def start_of(day: date) -> datetime:
    """Return the midnight UTC at which a calendar date starts."""
    return datetime.combine(day, time(), tzinfo=UTC)
