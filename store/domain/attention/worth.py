"""How much a decision deserves a person's attention today: a product of five factors, each explained by `sergas why`.

risk and money  what depends on it: the combined weight of its signals, and its money beside the owner's usual deal
novelty         new and changed accounts come first; waiting ones gain a little each day
confidence      how sure we are of the evidence
answers         how this person answered similar advice; it never lowers a high risk
"""

from __future__ import annotations

from dataclasses import dataclass

from store.domain.signals.kinds import Risk

RISKS = {Risk.HIGH: 1.0, Risk.MEDIUM: 0.5, Risk.LOW: 0.25}
NEW, CHANGED, WAITED = 1.0, 0.95, 0.6
A_DAY_WAITED = 0.04


@dataclass(frozen=True, slots=True, kw_only=True)
class Worth:
    """The factors, each 0–1 except `answers`, which lies around 1. `value` only orders. `own` counts the person's own answers to
    advice like it: (taken, dismissed); a factor may come from colleagues' answers."""

    risk: float
    money: float
    novelty: float
    confidence: float
    answers: float = 1.0
    own: tuple[int, int] = (0, 0)

    @property
    def value(self) -> float:
        return round(
            self.risk * (0.4 + 0.6 * self.money) * self.novelty * (0.5 + 0.5 * self.confidence) * self.answers, 6
        )


def worth_of(
    *,
    risk: Risk,
    score: float,
    amount: float,
    usual: float,
    novelty: float,
    confidence: float,
    answers: float = 1.0,
) -> Worth:
    """Return the worth of an account's decision. `score` is the combined weight of its signals (0–1), `amount` its open
    money, `usual` the owner's middle open amount."""
    return Worth(
        risk=round(RISKS[risk] * score, 4),
        money=round(amount / (amount + usual), 4) if amount > 0 else 0.0,
        novelty=novelty,
        confidence=confidence,
        answers=max(answers, 1.0) if risk is Risk.HIGH else answers,
    )


def waited(briefs: int) -> float:
    """Return the novelty of something noticed this many briefs ago and never asked."""
    return min(WAITED + A_DAY_WAITED * briefs, CHANGED)
