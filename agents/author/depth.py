"""How much work an account is worth today: by its risk, by what changed, and by what somebody asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from store.domain.brief.brief import PLAYBOOK, Brief, Card
from store.domain.signals.kinds import Risk


class Depth(StrEnum):
    NONE = "none"  # the playbook's words
    KEPT = "kept"  # nothing moved: the words of the morning before, held to today's facts
    PLAIN = "plain"  # author and reviewer, with the small model
    FULL = "full"  # scout and analyst first, then author and reviewer with the strong model


@dataclass(frozen=True, slots=True, kw_only=True)
class DepthPolicy:
    """At most `full` accounts of a morning get the full run, those of high risk in their order; at most `most` get any.
    One account may take `account_seconds`, all of them `morning_seconds`, `at_once` at a time; after `patience` failures in a
    row nobody is asked any more."""

    full: int = 3
    most: int = 20
    at_once: int = 4
    account_seconds: float = 60.0
    morning_seconds: float = 180.0
    review_seconds: float = 25.0
    patience: int = 3


def plan(brief: Brief, before: Mapping[str, Card], policy: DepthPolicy) -> Iterator[tuple[Card, Depth]]:
    """Each card with its depth, in the order of the brief. `before` are the cards of the morning before, by account."""
    full = written = 0
    for card in brief.cards:
        depth = _depth(card, brief, before.get(card.account_id))
        if depth is Depth.FULL and brief.kind != "review" and full >= policy.full:
            depth = Depth.PLAIN
        if depth in (Depth.PLAIN, Depth.FULL) and written >= policy.most:
            depth = Depth.NONE
        full += depth is Depth.FULL
        written += depth in (Depth.PLAIN, Depth.FULL)
        yield card, depth


def _depth(card: Card, brief: Brief, before: Card | None) -> Depth:
    if brief.kind == "review":
        return Depth.FULL
    if not card.recommendations:
        return Depth.NONE
    if before is not None and before.author != PLAYBOOK and _moved(card) == _moved(before):
        return Depth.KEPT
    return Depth.FULL if card.risk is Risk.HIGH else Depth.PLAIN


def _moved(card: Card) -> tuple[object, ...]:
    """What makes a card another one than the day before: its advice, its evidence, what came of earlier advice. That one more
    day went by does not."""
    advice = frozenset(each.key for each in card.recommendations)
    evidence = frozenset((each.id, each.value) for told in card.statements for each in told.evidence)
    priors = frozenset((each.key, each.state) for each in card.priors if each.decided_at is not None)
    remembered = frozenset(each.id for told in card.remembered for each in told.evidence)
    return card.risk, advice, evidence, priors, remembered
