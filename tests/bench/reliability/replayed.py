"""A made-up company read every night, and looked at once a week: with the data of that night, and as it would look to a bot whose
sync has been failing since."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from agents.author.playbook.situation import Situation
from agents.author.playbook.sureness import sureness
from integrations.sandbox.world import Label, World
from store.domain.attention.worth import RISKS
from store.domain.brief.ranking import combined, riskiest
from store.domain.crm.accounts import AccountFacts, Person
from store.domain.crm.evidence import ConfidenceLevel
from store.domain.signals.context import SignalContext
from store.domain.signals.detectors import look_at
from store.domain.signals.kinds import NEWS, Signal, SignalKind
from tests.integrations.world.replay import Replay

AGES = (0, 2, 4, 7, 14)  # days since the last sync
WARM_UP, EVERY, STORY = timedelta(days=10), timedelta(days=7), timedelta(days=120)
HORIZON = timedelta(days=45)  # within which a loss counts as foreseen


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A signal as the bot found it in data so many days old, how sure it was, and whether that was true on the day."""

    kind: SignalKind
    age: int
    score: float
    level: ConfidenceLevel
    true: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Risky:
    """An account with an open deal on one day: its risk as attention reckons it, and whether such a deal was lost soon."""

    world: int
    account_id: str
    risk: float
    lost: bool


def judged(world: World) -> Iterator[Judged | Risky]:
    """Yield every signal that one sees in this world, and the risk of every account that is known to have won or lost since."""
    replay, truth = Replay(world.company), _Truth(world)
    end = world.company.as_of
    day = end - STORY
    while day <= end:
        now = datetime.combine(day, time(6), UTC)
        replay.read(now)
        since = day - (end - STORY)
        if since >= WARM_UP and (since - WARM_UP) % EVERY == timedelta(0):
            yield from _signals(replay, truth, now)
            if day + HORIZON <= end:
                yield from _risks(replay, truth, now)
        replay.tell(now)
        day += timedelta(days=1)


class _Truth:
    """What is so in the world, by day."""

    def __init__(self, world: World) -> None:
        self.end = world.company.as_of
        self.world = id(world)
        self._labels: Mapping[tuple[SignalKind, str], list[Label]] = defaultdict(list)
        for label in world.labels:
            self._labels[label.kind, label.record_id].append(label)

    def holds(self, signal: Signal, day: date) -> bool:
        found = self._labels.get((signal.kind, signal.record_id), ())
        return any(label.true and label.holds_on(day) for label in found)

    def is_lost(self, deal_id: str, after: date) -> bool:
        found = self._labels.get((SignalKind.DEAL_LOST, deal_id), ())
        return any(after < label.first <= after + HORIZON for label in found)


def _signals(replay: Replay, truth: _Truth, read: datetime) -> Iterator[Judged]:
    for age in AGES:
        now = read + timedelta(days=age)
        if now.date() > truth.end:
            return
        for facts, context in replay.accounts(now):
            for signal in _problems(facts, context):
                sure = sureness(_alone(signal, facts, context), signal.evidence, data_as_of=read)
                true = truth.holds(signal, now.date())
                yield Judged(kind=signal.kind, age=age, score=sure.score, level=sure.level, true=true)


def _risks(replay: Replay, truth: _Truth, now: datetime) -> Iterator[Risky]:
    for facts, context in replay.accounts(now):
        if not (open_deals := context.pipeline.open_deals(facts.deals)):
            continue
        signals = _problems(facts, context)
        risk = RISKS[riskiest([signal.risk for signal in signals])] * combined(signals) if signals else 0.0
        lost = any(truth.is_lost(deal.id, now.date()) for deal in open_deals)
        yield Risky(world=truth.world, account_id=facts.id, risk=risk, lost=lost)


def _problems(facts: AccountFacts, context: SignalContext) -> list[Signal]:
    return [signal for finding in look_at(facts, context) for signal in finding.signals if finding.kind not in NEWS]


def _alone(signal: Signal, facts: AccountFacts, context: SignalContext) -> Situation:
    owner = Person(id="", name="Anna Berg", email="", timezone=context.timezone)
    return Situation(signals=(signal,), facts=facts, context=context, owner=owner, manager=None)
