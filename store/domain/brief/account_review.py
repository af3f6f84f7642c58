"""One reviewed account, and the parts of a brief about it: its card, its news, and the first thing that could not be read."""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass
from itertools import takewhile

from store.domain.brief.brief import Card, News, NotRead
from store.domain.brief.grouping import combined, grouped, joined, riskiest
from store.domain.crm.accounts import AccountFacts
from store.domain.gate.proposals import Prior, Recommendation
from store.domain.signals.judged import called, unread_in
from store.domain.signals.kinds import NEWS, Finding, Risk, Signal, SignalKind


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountReview:
    """One reviewed account: its findings, the signals among them that say something, the recommended moves, the earlier
    advice, and the money in its open deals. `common`: all its signals fire on too many accounts to say anything about one."""

    facts: AccountFacts
    findings: tuple[Finding, ...]
    signals: tuple[Signal, ...]
    recommendations: tuple[Recommendation, ...] = ()
    priors: tuple[Prior, ...] = ()
    open_amount: float = 0.0
    open_money: str | None = None
    open_deals: int = 0
    common: bool = False

    @property
    def name(self) -> str:
        """The account's name; for deals without one, how many are open."""
        if self.facts.account is None and self.open_deals > 1:
            return f"{self.open_deals:,} deals without an account"
        return self.facts.name


def card_of(
    review: AccountReview, marks: frozenset[str] | None = None, asked: Recommendation | None = None
) -> Card | None:
    """Return an account's card with all its advice; None if it has no problem and no decision. The problems that `asked` is
    about come first, of these the ones not among the `marks` of the last brief; news comes last."""
    if not noticed(review):
        return None
    marked = {signal.mark for signal in weighty(review.signals)}
    fresh = frozenset() if marks is None else marked - marks
    about = {cited.record_id for cited in asked.evidence} if asked else set()
    kinds = set(asked.signals) if asked else set()

    def place(group: Sequence[Signal]) -> tuple[bool, bool, bool, bool]:
        record, is_of_kind = group[0].record_id, any(signal.kind in kinds for signal in group)
        is_answered = is_of_kind and record in about | {review.facts.id}
        return (not is_answered, record not in about, not _is_new(group, fresh), _is_news(group))

    groups = sorted(grouped(review.signals), key=place)
    problems = [signal for signal in review.signals if signal.kind not in NEWS] or list(review.signals)
    return Card(
        account_id=review.facts.id,
        account_name=review.name,
        risk=riskiest([signal.risk for signal in problems]),
        score=combined(problems),
        amount=review.open_amount,
        open_money=review.open_money,
        statements=tuple(joined(group) for group in groups),
        recommendations=review.recommendations,
        priors=review.priors,
        moved=len(list(takewhile(lambda group: _is_new(group, fresh), groups))),
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


def not_read(review: AccountReview) -> NotRead | None:
    """The first thing about the account that a signal would need to know and that could not be read."""
    for record, field in unread_in(review.facts):
        return NotRead(account_id=review.facts.id, account_name=review.facts.name, field=field, called=called(record))
    return None


def noticed(review: AccountReview) -> bool:
    """Whether an account has a problem or a decision to make; nothing but news is neither."""
    return bool(review.recommendations) or has_problem(review)


def has_problem(review: AccountReview) -> bool:
    return any(signal.kind not in NEWS for signal in review.signals)


def weighty(signals: Sequence[Signal]) -> list[Signal]:
    """The problems whose coming and going counts as a change: low risks only if there is nothing worse."""
    problems = [signal for signal in signals if signal.kind not in NEWS]
    return [signal for signal in problems if signal.risk is not Risk.LOW] or problems


def _is_new(group: Sequence[Signal], fresh: Set[str]) -> bool:
    return any(signal.mark in fresh for signal in group)


def _is_news(group: Sequence[Signal]) -> bool:
    return all(signal.kind in NEWS for signal in group)
