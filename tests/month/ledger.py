"""What was broken, counted by name with a few examples; and rules that need more than one thing shown."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from statistics import median
from zoneinfo import ZoneInfo

from integrations.sandbox.history import CrmUser
from store.domain.memory.outcomes import Outcome
from tests.bench.quality.words import spoken
from tests.month.judge import MOST_HANDOVER_MESSAGES, RULES
from tests.month.seen import Shown, Truth

EXAMPLES = 3
MOST_GROWTH, NOISE_SECONDS, WEEKS = 2.0, 0.02, 6
MOST_SHARES = {"writes_on_own_tasks_share": 0.05, "bot_tasks_open_share": 0.2}
LONG_RUN = 15  # working days from which shares mean something
_TIME_TO_HEAR, _NAMED = timedelta(days=3), 3  # a working day, with a weekend before it
_TIME_TO_SHOW = timedelta(days=4)  # a weekend and a day


@dataclass(slots=True)
class Broken:
    """`counts` by the name of what was broken; `examples` the first few sentences of each."""

    counts: Counter[str] = field(default_factory=Counter)
    examples: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def add(self, name: str, sentences: Iterable[str]) -> None:
        for sentence in sentences:
            self.counts[name] += 1
            if len(self.examples[name]) < EXAMPLES:
                self.examples[name].append(sentence)

    def judge(self, shown: Shown, truth: Truth) -> None:
        """Hold one thing shown against every rule."""
        for name, rule in RULES.items():
            self.add(name, rule(shown, truth))

    def as_json(self) -> dict[str, object]:
        return {name: {"count": count, "examples": self.examples[name]} for name, count in self.counts.most_common()}


def handover_messages(everything: Sequence[Shown], *, taker: str, at: datetime) -> Iterator[str]:
    """Days after a handover on which the new owner gets too many messages; the first three are looked at."""
    found: Counter[date] = Counter()
    for shown in everything:
        is_post = not shown.update and shown.sort != "home"
        if is_post and shown.reader.id == taker and at <= shown.at < at + timedelta(days=3):
            found[local_day(shown)] += 1
    for day, count in found.items():
        if count > MOST_HANDOVER_MESSAGES:
            yield f"{count} messages on {day:%a %d %b}"


def unheard_leaving(
    everything: Sequence[Shown], *, leaver: CrmUser, accounts: Collection[str], at: datetime, until: datetime
) -> Iterator[str]:
    """A manager who isn't told within a working day whose accounts have no owner now, and which. `accounts` are names."""
    if until < at + _TIME_TO_HEAR or not accounts:
        return
    for shown in everything:
        told = sum(spoken(name) in shown.text for name in accounts)
        is_theirs = shown.reader.id == leaver.manager_id and at < shown.at < at + _TIME_TO_HEAR
        if is_theirs and leaver.last_name in shown.text and told >= min(_NAMED, len(accounts)):
            return
    yield f"{len(accounts)} accounts of {leaver.full_name}, who left {at:%a %d %b}"


def missed_targets(totals: Mapping[str, object]) -> Iterator[str]:
    """Shares of a long run that are greater than they should be."""
    for name, most in MOST_SHARES.items():
        share = totals[name]
        if isinstance(share, float) and share > most:
            yield f"{name} is {share:.0%}, at most {most:.0%} is meant"


def wrong_briefs(everything: Sequence[Shown], expected: Iterable[tuple[str, str, date]]) -> Iterator[str]:
    """Mornings without a brief, or with more than one. `expected` are (person's id, name, local day)."""
    found = Counter(
        (shown.reader.id, local_day(shown))
        for shown in everything
        if shown.sort == "morning" and not shown.update and not shown.in_thread
    )
    for person_id, name, day in expected:
        if found[person_id, day] != 1:
            yield f"{name} got {found[person_id, day]} briefs on {day:%a %d %b}"


def hidden_outcomes(
    everything: Sequence[Shown], outcomes: Sequence[tuple[Outcome, str]], *, until: datetime
) -> Iterator[str]:
    """Outcomes that are visible in no brief of their owner, or in several. `outcomes` come with their owner's id."""
    visible: Counter[str] = Counter()
    last: dict[str, datetime] = {}
    for shown in everything:
        if shown.sort != "morning" or shown.update or shown.brief is None:
            continue
        last[shown.reader.id] = shown.at
        for came in shown.brief.came_of_it:
            visible[came.proposal_id] += spoken(came.because)[:40] in shown.text
    for outcome, owner_id in outcomes:
        had_a_chance = outcome.measured_at + _TIME_TO_SHOW < min(until, last.get(owner_id, outcome.measured_at))
        count = visible[outcome.proposal_id]
        if count > 1 or (not count and had_a_chance):
            yield f"in {count} briefs: {outcome.because} (measured {outcome.measured_at:%a %d %b})"


def growing(name: str, took: Sequence[tuple[datetime, float]], *, start: date) -> Iterator[str]:
    """Work that takes more than twice as long in the sixth week as in the first."""
    weeks = weekly(took, start=start)
    if WEEKS in weeks and weeks[WEEKS] > max(MOST_GROWTH * weeks[1], NOISE_SECONDS):
        yield f"{name}: {1000 * weeks[1]:.0f} ms in week 1, {1000 * weeks[WEEKS]:.0f} ms in week {WEEKS}"


def weekly(took: Sequence[tuple[datetime, float]], *, start: date) -> Mapping[int, float]:
    """The median of each day's longest run, by week from 1."""
    days: dict[date, float] = defaultdict(float)
    for at, seconds in took:
        days[at.date()] = max(days[at.date()], seconds)
    weeks: dict[int, list[float]] = defaultdict(list)
    for day, seconds in days.items():
        if day >= start and day.weekday() < 5:
            weeks[(day - start).days // 7 + 1].append(seconds)
    return {week: median(values) for week, values in weeks.items()}


def local_day(shown: Shown) -> date:
    return shown.at.astimezone(ZoneInfo(shown.reader.time_zone)).date()
