"""An account's past, by rules that show their counts: engagement, relationship, advice and its outcome, patterns.

Every share comes with the number it is a share of.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from store.domain.crm.accounts import AccountFacts, Activity, ActivityType, Note
from store.domain.gate.proposals import Action
from store.domain.memory.commitments import Commitment
from store.domain.memory.outcomes import OutcomeVerdict
from store.domain.memory.passage import OF_ACTIVITY, MemoryKind, moment_of, passage_id
from store.domain.memory.sentiment import MoodOfPeriod
from store.domain.signals.kinds import SignalKind
from store.domain.text.wording import plural

RECENT = timedelta(days=90)
_FULL_TOUCHES = 12  # touches in RECENT that count as a lively relationship
_FULL_CONTACTS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Touches:
    """An account's touches from `since` to before `until`: meetings and calls held, tasks done, notes written."""

    since: datetime
    until: datetime
    meetings: int
    calls: int
    tasks: int
    notes: int
    passage_ids: tuple[str, ...]

    @property
    def total(self) -> int:
        return self.meetings + self.calls + self.tasks + self.notes


@dataclass(frozen=True, slots=True, kw_only=True)
class Strength:
    """The closeness of a relationship, 0–1: the mean of how recently, how often and with how many people there was contact,
    each 0–1. `because` gives the counts."""

    score: float
    recency: float
    frequency: float
    breadth: float
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    """An earlier recommendation: the signals it answered, its action, and its outcome (None: not measured)."""

    proposal_id: str
    account_id: str
    deal_ids: frozenset[str]
    signals: tuple[SignalKind, ...]
    action: Action
    at: datetime
    verdict: OutcomeVerdict | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountInsight:
    """One account's past. Periods are of 30 days, the oldest first; commitments the latest first."""

    engagement: tuple[Touches, ...]
    moods: tuple[MoodOfPeriod, ...]
    trend: str
    commitments: tuple[Commitment, ...]
    strength: Strength
    advice: tuple[Advice, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Closing:
    """A deal that was won or lost."""

    deal_id: str
    account_id: str
    at: datetime
    won: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SignalPattern:
    """How many of the lost and of the won deals had a signal before."""

    signal: SignalKind
    lost_after: int
    lost: int
    won_after: int
    won: int

    @property
    def says(self) -> str:
        return (
            f"{self.signal.label} was seen before {self.lost_after} of {plural(self.lost, 'lost deal')} "
            f"and {self.won_after} of {plural(self.won, 'won deal')}."
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionPattern:
    """The outcomes of one kind of action in answer to a signal."""

    signal: SignalKind
    action: Action
    improved: int
    flat: int
    worse: int

    @property
    def measured(self) -> int:
        return self.improved + self.flat + self.worse

    @property
    def says(self) -> str:
        what = f"{self.action.value.replace('_', ' ').capitalize()} after “{self.signal.label.lower()}”"
        return f"{what}: {self.improved} of {self.measured} measured improved, {self.flat} flat, {self.worse} worse."


def engagement(facts: AccountFacts, *, now: datetime, period: timedelta, periods: int) -> tuple[Touches, ...]:
    """Return the touches of each of the last periods, the oldest first."""
    return tuple(_touches(facts, now - (back + 1) * period, now - back * period) for back in reversed(range(periods)))


def strength_of(facts: AccountFacts, *, now: datetime) -> Strength:
    """Rate the relationship by meetings and calls held and notes written in the last 90 days."""
    lately = [each for each in touches_of(facts, now) if now - RECENT <= touched_at(each) <= now]
    people = {each.contact_id for each in lately if isinstance(each, Activity) and each.contact_id}
    last = max((touched_at(each) for each in lately), default=None)
    days = (now - last).days if last else None
    recency = max(0.0, 1 - days / RECENT.days) if days is not None else 0.0
    frequency, breadth = min(len(lately) / _FULL_TOUCHES, 1.0), min(len(people) / _FULL_CONTACTS, 1.0)
    ago = "none" if days is None else f"the last {plural(days, 'day')} ago"
    return Strength(
        score=round((recency + frequency + breadth) / 3, 3),
        recency=round(recency, 3),
        frequency=round(frequency, 3),
        breadth=round(breadth, 3),
        because=f"{len(lately)} {'touch' if len(lately) == 1 else 'touches'} in {RECENT.days} days, "
        f"{ago}, with {plural(len(people), 'contact')} named.",
    )


def signal_patterns(
    advice: Sequence[Advice], closings: Sequence[Closing], *, within: timedelta = RECENT
) -> tuple[SignalPattern, ...]:
    """Return signals seen on the deal, or on its account if the advice named no deal, in the time before it closed; the
    ones before most losses first. A signal counts once per deal, however often it was seen."""
    by_account: dict[str, list[Advice]] = {}
    for each in advice:
        by_account.setdefault(each.account_id, []).append(each)
    seen: dict[bool, Counter[SignalKind]] = {True: Counter(), False: Counter()}
    for closing in closings:
        before = [
            each
            for each in by_account.get(closing.account_id, ())
            if closing.at - within <= each.at < closing.at and (not each.deal_ids or closing.deal_id in each.deal_ids)
        ]
        seen[closing.won].update({signal for each in before for signal in each.signals})
    won = sum(closing.won for closing in closings)
    lost = len(closings) - won
    patterns = [
        SignalPattern(signal=kind, lost_after=seen[False][kind], lost=lost, won_after=seen[True][kind], won=won)
        for kind in SignalKind
        if seen[False][kind] or seen[True][kind]
    ]
    return tuple(sorted(patterns, key=lambda each: (-each.lost_after, each.won_after, each.signal)))


def action_patterns(advice: Iterable[Advice]) -> tuple[ActionPattern, ...]:
    """Return the measured outcomes of each kind of action by the signal it answered, the most measured first."""
    counts: dict[tuple[SignalKind, Action], Counter[OutcomeVerdict]] = {}
    for each in advice:
        if each.verdict is not None and each.signals:
            counts.setdefault((each.signals[0], each.action), Counter())[each.verdict] += 1
    patterns = [
        ActionPattern(
            signal=signal,
            action=action,
            improved=found[OutcomeVerdict.IMPROVED],
            flat=found[OutcomeVerdict.FLAT],
            worse=found[OutcomeVerdict.WORSE],
        )
        for (signal, action), found in counts.items()
    ]
    return tuple(sorted(patterns, key=lambda each: (-each.measured, each.signal, each.action)))


def touches_of(facts: AccountFacts, now: datetime) -> list[Activity | Note]:
    """Return evidence that someone dealt with the account: activities that happened by now, and notes."""
    return [*(each for each in facts.activities if each.is_done(now)), *facts.notes]


def touched_at(item: Activity | Note) -> datetime:
    return item.created_at if isinstance(item, Note) else moment_of(item)


def _touches(facts: AccountFacts, since: datetime, until: datetime) -> Touches:
    inside = [each for each in touches_of(facts, until) if since <= touched_at(each) < until]
    kinds = Counter(OF_ACTIVITY[each.type] if isinstance(each, Activity) else MemoryKind.NOTE for each in inside)
    return Touches(
        since=since,
        until=until,
        meetings=kinds[OF_ACTIVITY[ActivityType.EVENT]],
        calls=kinds[OF_ACTIVITY[ActivityType.CALL]],
        tasks=kinds[OF_ACTIVITY[ActivityType.TASK]],
        notes=kinds[MemoryKind.NOTE],
        passage_ids=tuple(_first_passage(each) for each in sorted(inside, key=touched_at)),
    )


def _first_passage(item: Activity | Note) -> str:
    return passage_id(OF_ACTIVITY[item.type] if isinstance(item, Activity) else MemoryKind.NOTE, item.id)
