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
from store.domain.brief.grouping import combined, riskiest
from store.domain.crm.accounts import AccountFacts, Person
from store.domain.crm.evidence import ConfidenceLevel
from store.domain.signals.context import SignalContext
from store.domain.signals.detectors import look_at
from store.domain.signals.kinds import NEWS, Risk, Signal, SignalKind
from tests.integrations.world.replay import Replay

AGES = (0, 2, 4, 7, 14)  # days since the last sync
WARM_UP, EVERY, STORY = timedelta(days=10), timedelta(days=7), timedelta(days=120)
BEFORE = timedelta(days=45)  # before its end, within which a deal's risk counts


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A signal as the bot found it in data so many days old, how sure it was, and whether that was true on the day."""

    kind: SignalKind
    age: int
    score: float
    level: ConfidenceLevel
    true: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Closed:
    """A deal that was lost or won: the highest risk that its account had in the weeks before (as attention reckons it, and its
    level; None if nothing was noticed)."""

    risk: float
    level: Risk | None
    lost: bool


def judged(world: World) -> Iterator[Judged | Closed]:
    """Yield every signal that one sees in this world, and then every deal that one saw open before it was won or lost."""
    replay, truth, risks = Replay(world.company), _Truth(world), _Risks()
    end = world.company.as_of
    day = end - STORY
    while day <= end:
        now = datetime.combine(day, time(6), UTC)
        replay.read(now)
        since = day - (end - STORY)
        if since >= WARM_UP and (since - WARM_UP) % EVERY == timedelta(0):
            yield from _signals(replay, truth, now)
            risks.note(replay, now)
        replay.tell(now)
        day += timedelta(days=1)
    yield from risks.closed(world)


class _Truth:
    """The world's labels, by day."""

    def __init__(self, world: World) -> None:
        self.end = world.company.as_of
        self._labels: Mapping[tuple[SignalKind, str], list[Label]] = defaultdict(list)
        for label in world.labels:
            self._labels[label.kind, label.record_id].append(label)

    def holds(self, signal: Signal, day: date) -> bool:
        found = self._labels.get((signal.kind, signal.record_id), ())
        return any(label.true and label.holds_on(day) for label in found)


class _Risks:
    """The risk of each open deal's account on each day that one looked."""

    def __init__(self) -> None:
        self._seen: dict[str, list[tuple[date, float, Risk | None]]] = defaultdict(list)

    def note(self, replay: Replay, now: datetime) -> None:
        for facts, context in replay.accounts(now):
            if open_deals := context.pipeline.open_deals(facts.deals):
                signals = _problems(facts, context)
                level = riskiest([signal.risk for signal in signals]) if signals else None
                risk = RISKS[level] * combined(signals) if level else 0.0
                for deal in open_deals:
                    self._seen[deal.id].append((now.date(), risk, level))

    def closed(self, world: World) -> Iterator[Closed]:
        for label in world.labels:
            if label.kind in (SignalKind.DEAL_WON, SignalKind.DEAL_LOST):
                before = label.first - BEFORE
                found = [each for each in self._seen[label.record_id] if before <= each[0] < label.first]
                if found:
                    _, risk, level = max(found, key=lambda each: each[1])
                    yield Closed(risk=risk, level=level, lost=label.kind is SignalKind.DEAL_LOST)


def _signals(replay: Replay, truth: _Truth, read: datetime) -> Iterator[Judged]:
    for age in AGES:
        now = read + timedelta(days=age)
        if now.date() > truth.end:
            return
        for facts, context in replay.accounts(now):
            for signal in _problems(facts, context):
                sure = sureness(_alone(signal, facts, context), data_as_of=read)
                true = truth.holds(signal, now.date())
                yield Judged(kind=signal.kind, age=age, score=sure.score, level=sure.level, true=true)


def _problems(facts: AccountFacts, context: SignalContext) -> list[Signal]:
    return [signal for finding in look_at(facts, context) for signal in finding.signals if finding.kind not in NEWS]


def _alone(signal: Signal, facts: AccountFacts, context: SignalContext) -> Situation:
    owner = Person(id="", name="Anna Berg", email="", timezone=context.timezone)
    return Situation(signals=(signal,), facts=facts, context=context, owner=owner, manager=None)
