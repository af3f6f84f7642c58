"""Spend a brief's budget of decisions: first on accounts that are new, changed or snoozed until today, then on a few
questions, then on accounts that have waited.

No set of signals takes more than half of the cards, as far as there is a choice: five of the same are a list, not five
decisions. Accounts with nothing but common signals come in beside as many that have something rarer, the most valuable
ones first; alone, they are a list.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from store.domain.attention.ledger import Entry, Place, Reason
from store.domain.attention.policy import AttentionPolicy
from store.domain.signals.kinds import Risk, SignalKind

Kinds = Mapping[str, frozenset[SignalKind]]
_ASKABLE = frozenset({Reason.NEW, Reason.CHANGED, Reason.WOKEN, Reason.WAITED})


def with_asks(drafts: Sequence[Entry], kinds: Kinds, policy: AttentionPolicy) -> list[Entry]:
    """Place the questions, the asks and the decisions still open. `drafts` come by worth; `kinds` are their signals."""
    budget = _Budget(
        asks=policy.asks, backlog=policy.backlog, questions=policy.questions, alike=max(1, policy.asks // 2)
    )
    turns = sorted(drafts, key=lambda entry: _turn(entry, policy))
    placed = [_placed(entry, kinds[entry.account_id], budget, policy) for entry in turns]
    return _evened(_with_common(placed, kinds, budget, policy), kinds)


@dataclass(slots=True, kw_only=True)
class _Budget:
    """The decisions left; `same` counts the cards by their set of signals, of which `alike` may be the same."""

    asks: int
    backlog: int
    questions: int
    alike: int
    same: Counter[frozenset[SignalKind]] = field(default_factory=Counter)


def _placed(entry: Entry, kinds: frozenset[SignalKind], budget: _Budget, policy: AttentionPolicy) -> Entry:
    if entry.reason is Reason.UNANSWERED:
        if not _is_due_for_question(entry, policy) or min(budget.asks, budget.questions) <= 0:
            return replace(entry, place=Place.OPEN)
        budget.asks, budget.questions = budget.asks - 1, budget.questions - 1
        return replace(entry, place=Place.QUESTION)
    if entry.reason not in _ASKABLE:
        return entry
    if _is_trifle(entry, policy):
        return replace(entry, reason=Reason.LOW)
    late = entry.reason is Reason.WAITED and entry.risk is not Risk.HIGH
    if budget.asks <= 0 or (late and budget.backlog <= 0):
        return replace(entry, reason=Reason.NO_ROOM)
    if budget.same[kinds] >= budget.alike and entry.reason is not Reason.WOKEN:
        return replace(entry, reason=Reason.SAME_KIND)
    budget.asks, budget.backlog = budget.asks - 1, budget.backlog - late
    budget.same[kinds] += 1
    return replace(entry, place=Place.ASK)


def _turn(entry: Entry, policy: AttentionPolicy) -> int:
    """When it is an entry's turn at the budget."""
    if entry.reason in (Reason.NEW, Reason.CHANGED, Reason.WOKEN):
        return 0
    return 1 if _is_due_for_question(entry, policy) else 2


def _is_due_for_question(entry: Entry, policy: AttentionPolicy) -> bool:
    return entry.reason is Reason.UNANSWERED and entry.unanswered >= policy.unanswered


def _is_trifle(entry: Entry, policy: AttentionPolicy) -> bool:
    return entry.worth.value < policy.floor and entry.risk is not Risk.HIGH and entry.reason is not Reason.WOKEN


def _with_common(entries: Sequence[Entry], kinds: Kinds, budget: _Budget, policy: AttentionPolicy) -> list[Entry]:
    """Ask about the most valuable accounts that have nothing but common signals, as long as their set of signals takes no
    more than half of the cards."""
    asked = sum(entry.place is Place.ASK for entry in entries)
    placed = []
    for entry in entries:
        mine = kinds[entry.account_id]
        is_fit = entry.reason is Reason.COMMON and entry.worth.value >= policy.common_floor
        if is_fit and budget.asks > 0 and budget.same[mine] < budget.alike and (budget.same[mine] + 1) * 2 <= asked + 1:
            asked, budget.asks = asked + 1, budget.asks - 1
            budget.same[mine] += 1
            entry = replace(entry, place=Place.ASK)
        placed.append(entry)
    return placed


def _evened(entries: Sequence[Entry], kinds: Kinds) -> list[Entry]:
    """Put back waiting accounts whose set of signals would take more than half of the cards."""
    asked = [entry for entry in entries if entry.place is Place.ASK]
    same = Counter(kinds[entry.account_id] for entry in asked)
    back: set[str] = set()
    for entry in reversed(asked):
        left, alike = len(asked) - len(back), same[kinds[entry.account_id]]
        if left > 1 and alike * 2 > left and entry.reason is Reason.WAITED:
            back.add(entry.account_id)
            same[kinds[entry.account_id]] -= 1
    return [
        replace(entry, place=Place.COUNTED, reason=Reason.SAME_KIND) if entry.account_id in back else entry
        for entry in entries
    ]
