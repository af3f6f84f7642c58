"""Turn reviewed accounts into one brief: choose and order the cards, and separate plain news.

Signals on one record become one statement. A card's score is 1 − ∏ (1 − weight) over its signals, so that two middling
signals outweigh one of them but never reach certainty. Cards are ordered by risk, then score, then money at stake.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from math import prod

from store.domain.brief.brief import Brief, Card, News, Statement
from store.domain.crm.accounts import AccountFacts, Kind, Person
from store.domain.crm.evidence import Evidence
from store.domain.gate.proposals import Prior, Recommendation
from store.domain.signals.findings import statement_of
from store.domain.signals.kinds import NEWS, Finding, Risk, Signal, SignalKind
from store.domain.text.wording import plural

MAX_CARDS = 40
_RISK_ORDER = (Risk.HIGH, Risk.MEDIUM, Risk.LOW)


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountReview:
    """One reviewed account: its findings, their signals, the recommended moves and the earlier advice."""

    facts: AccountFacts
    findings: tuple[Finding, ...]
    signals: tuple[Signal, ...]
    recommendations: tuple[Recommendation, ...] = ()
    priors: tuple[Prior, ...] = ()


def assemble(
    owner: Person,
    reviews: Sequence[AccountReview],
    *,
    brief_id: str,
    local_date: date,
    now: datetime,
    data_as_of: datetime | None,
    problems: Sequence[str] = (),
    author: str = "playbook",
    currency: str = "$",
    max_cards: int = MAX_CARDS,
) -> Brief:
    """Build one owner's brief. An account gets a card if it has a problem or a decision to make; one with nothing but news
    gets none. Cards beyond `max_cards` are left out, and the brief says how many."""
    cards = ranked([card for review in reviews if (card := card_of(review)) is not None])
    left_out = len(cards) - max_cards
    if left_out > 0:
        problems = (*problems, f"{plural(left_out, 'account')} of lower risk had no room in this brief.")
    accounts = [review for review in reviews if review.facts.account is not None]
    return Brief(
        id=brief_id,
        owner_id=owner.id,
        owner_name=owner.name,
        local_date=local_date,
        generated_at=now,
        data_as_of=data_as_of,
        accounts=len(accounts),
        cards=tuple(cards[:max_cards]),
        news=tuple(news for review in reviews for news in news_of(review)),
        quiet=sum(not review.signals for review in accounts),
        problems=tuple(problems),
        author=author,
        currency=currency,
    )


def card_of(review: AccountReview) -> Card | None:
    """Return an account's card; None if it has no problem and no decision."""
    signals = [signal for signal in review.signals if signal.kind not in NEWS]
    if not signals and review.recommendations:
        signals = list(review.signals)
    if not signals:
        return None
    return Card(
        account_id=review.facts.id,
        account_name=review.facts.name,
        risk=riskiest([signal.risk for signal in signals]),
        score=combined(signals),
        amount=_at_stake(review.facts, signals),
        statements=statements_of(signals),
        recommendations=review.recommendations,
        priors=review.priors,
    )


def news_of(review: AccountReview) -> list[News]:
    """Return the account's news; a deal that is new and already won or lost appears once."""
    news = [signal for signal in review.signals if signal.kind in NEWS]
    closed = {signal.record_id for signal in news if signal.kind is not SignalKind.NEW_DEAL}
    return [
        News(account_id=review.facts.id, account_name=review.facts.name, signal=signal)
        for signal in news
        if signal.kind is not SignalKind.NEW_DEAL or signal.record_id not in closed
    ]


def ranked(cards: Sequence[Card]) -> list[Card]:
    """Sort by highest risk, then score, then money; then by name, so that the order never depends on chance."""
    return sorted(
        cards,
        key=lambda card: (
            _RISK_ORDER.index(card.risk),
            -card.score,
            -card.amount,
            card.account_name.casefold(),
            card.account_id,
        ),
    )


def statements_of(signals: Sequence[Signal]) -> tuple[Statement, ...]:
    """Return one statement for all signals about one record that can be joined, the weightiest first."""
    return tuple(
        Statement(
            text=statement_of(group),
            kinds=tuple(signal.kind for signal in group),
            evidence=united(signal.evidence for signal in group),
        )
        for group in grouped(signals)
    )


def grouped(signals: Sequence[Signal]) -> list[tuple[Signal, ...]]:
    """Group signals by record, the weightiest group and within it the weightiest signal first. Signals that cannot be
    joined into one sentence stay alone."""
    groups: dict[tuple[str, str, str], list[Signal]] = {}
    for signal in sorted(signals, key=weightiest_first):
        alone = "" if signal.subject else signal.kind
        groups.setdefault((signal.record_id, signal.subject, alone), []).append(signal)
    return sorted((tuple(group) for group in groups.values()), key=lambda group: -combined(group))


def weightiest_first(signal: Signal) -> tuple[float, int, str]:
    return (-signal.weight, list(SignalKind).index(signal.kind), signal.record_id)


def combined(signals: Sequence[Signal]) -> float:
    """1 − ∏ (1 − weight), to four digits."""
    return round(1.0 - prod(1.0 - signal.weight for signal in signals), 4)


def riskiest(risks: Sequence[Risk]) -> Risk:
    return min(risks, key=_RISK_ORDER.index)


def united(pieces: Iterable[Sequence[Evidence]]) -> tuple[Evidence, ...]:
    """Return all evidence without duplicates, in order of appearance."""
    return tuple({(cited.id, cited.value): cited for piece in pieces for cited in piece}.values())


def explain(findings: Sequence[Finding]) -> tuple[str, ...]:
    """Say why an account was flagged, and then which checks found nothing."""
    flagged = [f"{found.kind.label}: {signal.statement}" for found in findings for signal in found.signals]
    return (*flagged, *silences(findings))


def silences(findings: Sequence[Finding]) -> tuple[str, ...]:
    """Say why the other signals stayed silent: one line per reason, with all the signals that share it."""
    reasons: dict[str, list[str]] = {}
    for found in findings:
        if not found.signals:
            reasons.setdefault(found.why_not, []).append(found.kind.label)
    return tuple(f"{_listed(labels)}: no. {reason}" for reason, labels in reasons.items())


def _listed(labels: Sequence[str]) -> str:
    """Return a list like `Deal stalled, close date passed`."""
    return ", ".join((labels[0], *(label[0].lower() + label[1:] for label in labels[1:])))


def _at_stake(facts: AccountFacts, signals: Sequence[Signal]) -> float:
    """Return the worth of the deals that the evidence names."""
    named = {cited.record_id for signal in signals for cited in signal.evidence if cited.kind is Kind.DEAL}
    return sum(deal.amount or 0.0 for deal in facts.deals if deal.id in named)
