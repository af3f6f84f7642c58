"""One clock for one question: when advice is asked with new facts, is it another question? Pure."""

from __future__ import annotations

from datetime import datetime

from store.domain.gate.proposals import Proposal, Recommendation
from store.domain.signals.kinds import Risk

_RISKS = (Risk.LOW, Risk.MEDIUM, Risk.HIGH)


def is_same_question(earlier: Proposal, advice: Recommendation, *, amount: float) -> bool:
    """Whether advice repeats an earlier question: a new due date, number of days or wording changes nothing. Another kind of
    signal, a higher risk or another amount of money makes it a new one."""
    before = earlier.recommendation
    return (
        advice.key == before.key
        and set(advice.signals) <= set(before.signals)
        and _RISKS.index(advice.risk) <= _RISKS.index(before.risk)
        and round(amount) == round(earlier.amount)
    )


def expires(earlier: Proposal, *, last_moment: datetime, at_least: datetime) -> datetime:
    """When the same question ends that an earlier proposal asked: then, too, unless that is before `at_least`. A question that
    a brief asks once more stays open until the `last_moment` of that."""
    return earlier.expires_at if earlier.expires_at > at_least else last_moment
