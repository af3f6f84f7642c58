"""The figures of a run, from what owners saw on each of its mornings."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from math import ceil
from statistics import median

from store.domain.attention.ledger import Place
from store.domain.brief.brief import Card
from store.domain.signals.kinds import Risk, SignalKind
from tests.bench.quality.message import APPROVE, Ask
from tests.bench.quality.seen import Look, Seen
from tests.bench.quality.words import count
from tests.bench.quality.writes import is_cut

UNSEEN = 5  # briefs in a row
LONG_RUN = 20  # mornings from which accounts that were never seen are counted, not estimated
MONTH = 22  # working days in thirty days

ByOwner = Mapping[str, Sequence[Seen]]


def figures_of(mornings: Iterable[Seen]) -> dict[str, object]:
    """Return the figures by name; `mornings` in order of time."""
    by_owner: dict[str, list[Seen]] = defaultdict(list)
    for seen in mornings:
        by_owner[seen.owner_id].append(seen)
    every = list(chain.from_iterable(by_owner.values()))
    asks = [len(seen.asks) for seen in every]
    cards = [count(ask.blocks, controls=False) for seen in every for ask in seen.asks]
    briefs = [count(seen.blocks) for seen in every]
    return {
        "owners": len(by_owner),
        "briefs": len(every),
        "asks_per_owner_day_p50": _middle(asks),
        "asks_per_owner_day_max": max(asks, default=0),
        "words_per_card_p50": _middle(cards),
        "words_per_card_max": max(cards, default=0),
        "words_per_brief_p50": _middle(briefs),
        "words_per_brief_max": max(briefs, default=0),
        "words_visible_p50": _middle([count(seen.blocks, folded=False) for seen in every]),
        "unchanged_full_cards": sum(unchanged(each) for each in by_owner.values()),
        "cut_writes": sum(cut(seen) for seen in every),
        "commonest_signals_share": commonest_share(every),
        "high_risk_unseen_5_days": sum(len(high_risk_unseen(each)) for each in by_owner.values()),
        "never_seen_accounts_30_days": sum(never_seen(each) for each in by_owner.values()),
        "thread_words_max": max((count(seen.thread) for seen in every), default=0),
        "cards": sum(len(seen.full_cards) for seen in every),
        "open_lines": sum(card.place is Place.OPEN for seen in every for card in seen.brief.cards),
        "listed": sum(len(seen.brief.listed) for seen in every),
    }


def figures_on_phone(looks: Sequence[Look]) -> dict[str, object]:
    """Of the briefs with an Approve, the share whose first one is in sight; and the height of all."""
    asking = [look.approve_in_sight for look in looks if look.approve_in_sight is not None]
    heights = [look.screens for look in looks]
    return {
        "first_approve_on_first_screen_share": round(sum(asking) / len(asking), 3) if asking else None,
        "screens_p50": round(median(heights), 2) if heights else 0.0,
        "screens_max": round(max(heights, default=0.0), 2),
    }


def unchanged(mornings: Sequence[Seen]) -> int:
    """Count one owner's full cards that say nothing new: the account had a full card before, and either every mark of its
    facts was there then, or its words are the same. No one decides anything during a run."""
    found, marks, words = 0, dict[str, set[str]](), set[tuple[str, str]]()
    for seen in mornings:
        for ask in seen.full_cards:
            entry = seen.entries.get(ask.account_id)
            now = set(entry.marks) if entry else set()
            before = marks.get(ask.account_id)
            same_facts = before is not None and entry is not None and now <= before
            found += same_facts or (ask.account_id, ask.text) in words
            marks[ask.account_id] = now | (before or set())
            words.add((ask.account_id, ask.text))
    return found


def cut(seen: Seen) -> int:
    """Count cards, and lines that are still open, whose Approve would write more than can be read there."""
    return sum(_is_cut(seen, ask) for ask in seen.approvable)


def _is_cut(seen: Seen, ask: Ask) -> bool:
    """An Approve for nothing that is known hides all of it."""
    if not ask.has(APPROVE):
        return False
    proposal = seen.proposals.get(ask.proposal_id)
    return proposal is None or is_cut(ask, proposal.write, owner_id=seen.owner_id, today=seen.day)


def commonest_share(mornings: Sequence[Seen]) -> float:
    """Return the share of full cards that show the most frequent set of signals."""
    shown = Counter(_kinds(card) for seen in mornings for ask in seen.full_cards if (card := seen.card_of(ask)))
    return round(max(shown.values()) / shown.total(), 3) if shown else 0.0


def high_risk_unseen(mornings: Sequence[Seen]) -> set[str]:
    """Return one owner's accounts that were at high risk in five briefs in a row, and that none of those showed."""
    found = set()
    for first in range(len(mornings) - UNSEEN + 1):
        window = mornings[first : first + UNSEEN]
        high = set.intersection(*({e.account_id for e in s.entries.values() if e.risk is Risk.HIGH} for s in window))
        found |= {each for each in high if not any(s.names(each, s.entries[each].account_name) for s in window)}
    return found


def never_seen(mornings: Sequence[Seen]) -> int:
    """Return how many of one owner's accounts with something noticed a month of briefs would never show.

    After fewer than 20 mornings this is an estimate: those never shown so far, less what the remaining of 22 working days
    would show if each showed as many more of them as the mornings after the first did on average.
    """
    noticed = {each.account_id: each.account_name for seen in mornings for each in seen.entries.values()}
    new = []
    unseen = dict(noticed)
    for seen in mornings:
        shown = {account_id for account_id, name in unseen.items() if seen.names(account_id, name)}
        unseen = {account_id: name for account_id, name in unseen.items() if account_id not in shown}
        new.append(len(shown))
    if len(mornings) >= LONG_RUN or not unseen:
        return len(unseen)
    rate = sum(new[1:]) / (len(new) - 1) if len(new) > 1 else float(sum(new))
    return max(0, ceil(len(unseen) - rate * (MONTH - len(mornings))))


def _kinds(card: Card) -> frozenset[SignalKind]:
    return frozenset(kind for statement in card.statements for kind in statement.kinds)


def _middle(values: Sequence[int]) -> float:
    return float(median(values)) if values else 0.0
