"""What was broken, counted by name with a few examples; and rules that need more than one thing shown."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from statistics import median
from zoneinfo import ZoneInfo

from integrations.sandbox.history import CrmUser
from store.domain.gate.proposals import OPEN, Proposal
from store.domain.memory.outcomes import Outcome
from tests.bench.quality.words import spoken
from tests.month.fate import Reopened
from tests.month.hours import hours_at_work
from tests.month.judge import MOST_HANDOVER_MESSAGES, READ_LATELY, RULES
from tests.month.questions import moment_of, named, touches
from tests.month.seen import Record, Shown, Truth

EXAMPLES = 3
MOST_GROWTH, NOISE_SECONDS, WEEKS = 2.0, 0.02, 6
MOST_SHARES = {"writes_on_own_tasks_share": 0.05, "bot_tasks_open_share": 0.2}
LONG_RUN = 15  # working days from which shares mean something
_A_DAYS_WORK = 10.0  # hours
_TIME_TO_HEAR, _NAMED = timedelta(days=3), 3  # a working day, with a weekend before it
_TIME_TO_REACH = timedelta(days=5)
_NOTHING = re.compile(r"Until (\d+ \w+ \d{4}) no call, meeting or note followed")
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
        is_answer = shown.sort == "answer" and shown.in_thread  # they asked
        is_post = not shown.update and shown.sort != "home" and not is_answer
        if is_post and shown.reader.id == taker and at <= shown.at < at + timedelta(days=3):
            found[local_day(shown)] += 1
    for day, count in found.items():
        if count > MOST_HANDOVER_MESSAGES:
            yield f"{count} messages on {day:%a %d %b}"


def unheard_leaving(
    everything: Sequence[Shown], *, leaver: CrmUser, accounts: Collection[str], at: datetime, until: datetime
) -> Iterator[str]:
    """A manager who isn't told within a working day of theirs whose accounts have no owner now, and which. `accounts` are
    names."""
    if until < at + _TIME_TO_HEAR or not accounts:
        return
    for shown in everything:
        told = sum(spoken(name) in shown.text for name in accounts)
        is_theirs = shown.reader.id == leaver.manager_id and at < shown.at
        in_time = is_theirs and hours_at_work(at, shown.at, shown.reader.time_zone) <= _A_DAYS_WORK
        if in_time and leaver.last_name in shown.text and told >= min(_NAMED, len(accounts)):
            return
    yield f"{len(accounts)} accounts of {leaver.full_name}, who left {at:%a %d %b}"


def unreached_advice(
    everything: Sequence[Shown], *, taker: CrmUser, waiting: Mapping[str, str], at: datetime, until: datetime
) -> Iterator[str]:
    """Accounts given to someone, with decisions that the former owner left open (`waiting`, names by id), of which the new owner
    reads in none of their briefs of the next days."""
    read = [
        shown.text
        for shown in everything
        if shown.reader.id == taker.id and shown.brief and not shown.update and at < shown.at < at + _TIME_TO_REACH
    ]
    for name in waiting.values() if until > at + _TIME_TO_REACH else ():
        if not any(_shortly(name) in text for text in read):
            yield f"{name}, given to {taker.full_name} {at:%a %d %b}"


def left_waiting(
    everything: Iterable[Proposal], *, leaver: CrmUser, given: Mapping[str, datetime], until: datetime
) -> Iterator[str]:
    """Decisions that still wait for someone who left, though their accounts (`given`, with the moment) have another owner."""
    for proposal in everything:
        at = given.get(proposal.account_id)
        is_open = proposal.state in OPEN and proposal.expires_at > until
        if at and is_open and proposal.owner_id == leaver.id and until > at + _TIME_TO_HEAR:
            yield f"{named(proposal)} waits for {leaver.full_name}"


def unheard_reopenings(
    everything: Sequence[Shown], reopened: Iterable[Reopened], names: Mapping[str, str], *, until: datetime
) -> Iterator[str]:
    """Deals that were opened again, and of which no brief of their owner says so. `names` are those of the accounts."""
    for deal in reopened:
        end, name = deal.at + _TIME_TO_HEAR, _shortly(names[deal.account_id])
        mornings = [
            shown
            for shown in everything
            if shown.reader.id == deal.owner_id
            and shown.sort == "morning"
            and not shown.update
            and deal.at < shown.at < end
        ]
        had_a_chance = until > end and any(shown.at > deal.at + READ_LATELY for shown in mornings)
        if had_a_chance and not any("reopened" in each.text.lower() and name in each.text for each in mornings):
            yield f"“{deal.deal}” of {names[deal.account_id]}, {deal.at:%a %d %b}"


def untrue_silence(outcomes: Sequence[Outcome], written: Mapping[str, Proposal], truth: Truth) -> Iterator[str]:
    """Outcomes with a meeting or call that didn't take place, or without one although one did that no outcome names."""
    named = {record_id for outcome in outcomes for record_id in _records_in(outcome)}
    for outcome in outcomes:
        for record_id in _records_in(outcome):
            if (held := _held(record_id, truth)) and held[0] > outcome.measured_at:
                yield f"{outcome.because} It is planned for {held[0]:%a %d %b %H:%M}"
        proposal, until = written.get(outcome.proposal_id), _NOTHING.match(outcome.because)
        if proposal is None or proposal.done_at is None or until is None:
            continue
        last = datetime.strptime(until[1], "%d %b %Y").replace(tzinfo=UTC)
        for record in touches(outcome.account_id, truth):
            at = moment_of(record)
            after = proposal.done_at + timedelta(days=4) < at < last  # whatever the next working day is
            if after and record["id"] not in named and at < outcome.measured_at:
                yield f"{outcome.because} “{_title(record)}” was on {at:%a %d %b}"
                break


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


def _shortly(name: str) -> str:
    """A name as a brief may shorten it."""
    return spoken(" ".join(name.split()[:3]))


def _records_in(outcome: Outcome) -> list[str]:
    return [match for each in outcome.evidence for match in re.findall(r"\d{15,}", each)]


def _held(record_id: str, truth: Truth) -> tuple[datetime, Record] | None:
    """A meeting or call with its time, if this is one."""
    record = truth.record("Events", record_id) or truth.record("Calls", record_id)
    return (moment_of(record), record) if record else None


def _title(record: Record) -> str:
    return str(record.get("Event_Title") or record.get("Subject"))
