"""Signals that carry information: what fires on nearly every account says nothing about any of them.

A signal's weight is lowered by the share of accounts on which its kind fires, this owner's or the company's, whichever is
greater. A common kind is not shown at all if an account has anything rarer, and alone it is never a high risk.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from store.domain.attention.ledger import Tally
from store.domain.attention.policy import AttentionPolicy
from store.domain.signals.kinds import NEWS, Finding, Risk, Signal, SignalKind

Shares = Mapping[SignalKind, float]


def tally_of(findings: Iterable[Sequence[Finding]]) -> Tally:
    """Count the accounts on which each kind of signal fires."""
    fired: Counter[SignalKind] = Counter()
    accounts = 0
    for of_account in findings:
        accounts += 1
        fired.update(found.kind for found in of_account if found.signals)
    return Tally(accounts=accounts, fired=dict(fired))


def united(tallies: Iterable[Tally]) -> Tally:
    """Add up the tallies of several owners."""
    accounts, fired, answers = 0, Counter[SignalKind](), dict[str, tuple[int, int]]()
    for each in tallies:
        accounts += each.accounts
        fired.update(each.fired)
        for topic, (taken, dismissed) in each.answers.items():
            before = answers.get(topic, (0, 0))
            answers[topic] = before[0] + taken, before[1] + dismissed
    return Tally(accounts=accounts, fired=dict(fired), answers=answers)


def shares_of(own: Tally, company: Tally, policy: AttentionPolicy) -> Shares:
    """Return the share of accounts on which each kind fires; 0 if there are too few accounts to say. News is never common."""
    counted = [each for each in (own, company) if each.accounts >= policy.enough]
    return {
        kind: max((each.fired.get(kind, 0) / each.accounts for each in counted), default=0.0)
        for kind in SignalKind
        if kind not in NEWS
    }


def are_common(kinds: Collection[SignalKind], shares: Shares, policy: AttentionPolicy) -> bool:
    """Whether there is a problem, and each of its kinds fires on too many accounts to say anything about one of them."""
    return bool(kinds) and all(shares.get(kind, 0.0) >= policy.common for kind in kinds)


def informative(signals: Sequence[Signal], shares: Shares, policy: AttentionPolicy) -> tuple[Signal, ...]:
    """Return an account's signals weighed by their rarity, without the common ones if there are others."""
    weighed = [_weighed(signal, shares.get(signal.kind, 0.0), policy) for signal in signals]
    rare = [signal for signal in weighed if shares.get(signal.kind, 0.0) < policy.common]
    problems = [signal for signal in rare if signal.kind not in NEWS]
    return tuple(rare if problems else weighed)


def _weighed(signal: Signal, share: float, policy: AttentionPolicy) -> Signal:
    risk = Risk.MEDIUM if share >= policy.common and signal.risk is Risk.HIGH else signal.risk
    return replace(signal, weight=round(signal.weight * (1 - share), 4), risk=risk)
