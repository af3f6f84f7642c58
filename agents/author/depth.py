"""How much model work an account gets today, by its risk, its changes and requests."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from store.domain.attention.ledger import Place
from store.domain.brief.brief import PLAYBOOK, Brief, Card
from store.domain.signals.kinds import Risk


class Depth(StrEnum):
    NONE = "none"  # the playbook's words
    KEPT = "kept"  # no change: yesterday's words, checked against today's facts
    PLAIN = "plain"  # author and reviewer, with the small model
    FULL = "full"  # scout and analyst first, then author and reviewer with the strong model


@dataclass(frozen=True, slots=True, kw_only=True)
class DepthPolicy:
    """At most `full` accounts per morning get the full run, in order of risk; at most `most` get any model call. One account
    may take `account_seconds`, all together `morning_seconds`, `at_once` in parallel. After `patience` failures in a row the
    rest use the playbook."""

    full: int = 3
    most: int = 20
    at_once: int = 4
    account_seconds: float = 60.0
    morning_seconds: float = 180.0
    review_seconds: float = 25.0
    patience: int = 3


def plan(brief: Brief, before: Mapping[str, Card], policy: DepthPolicy) -> Iterator[tuple[Card, Depth]]:
    """Each card with its depth, in the brief's order. `before` holds yesterday's cards by account."""
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
    if card.place is not Place.ASK:
        return Depth.NONE  # its proposal has the words that were shown
    return Depth.FULL if card.risk is Risk.HIGH else Depth.PLAIN


def _moved(card: Card) -> tuple[object, ...]:
    """What a card's novelty depends on: its advice, its evidence and the outcomes of earlier advice, but not the passing of
    another day."""
    advice = frozenset(each.key for each in card.recommendations)
    evidence = frozenset((each.id, each.value) for told in card.statements for each in told.evidence)
    priors = frozenset((each.key, each.state) for each in card.priors if each.decided_at is not None)
    remembered = frozenset(each.id for told in card.remembered for each in told.evidence)
    return card.risk, advice, evidence, priors, remembered
