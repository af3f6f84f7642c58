"""Live a company's month, tick by tick, and judge it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from time import process_time
from zoneinfo import ZoneInfo

from store.domain.gate.proposals import State
from store.domain.memory.outcomes import Outcome
from tests.month.answers import Answers, refused_falsely
from tests.month.clocks import Asked, begins_anew, ended_early
from tests.month.company import FIRST_MORNING, Cast, Habit, cast
from tests.month.days import moments, nights_before
from tests.month.fate import Fate
from tests.month.figures import by_habit, totals
from tests.month.judge import crowded_accounts
from tests.month.ledger import (
    LONG_RUN,
    Broken,
    growing,
    handover_messages,
    hidden_outcomes,
    left_waiting,
    local_day,
    missed_targets,
    unheard_leaving,
    unheard_reopenings,
    unreached_advice,
    untrue_silence,
    weekly,
    wrong_briefs,
)
from tests.month.people import People
from tests.month.questions import Questions, Turn
from tests.month.seen import LiveTruth, Shown, Witness
from tests.month.stage import Stage, staged

Tell = Callable[[str], None]
MORNING, MEASURE = "clock", "outcomes.measure"


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """What became of a run: what was broken, and its figures by name."""

    broken: Broken
    figures: dict[str, object]


async def live(
    *,
    seed: int,
    owners: int = 8,
    accounts: int = 20,
    days: int = 34,
    first: date = FIRST_MORNING,
    people: Sequence[Habit] = (),
    tell: Tell = lambda _: None,
) -> Month:
    """Live so many working days of a company. The same arguments give the same month."""
    company = cast(seed=seed, owners=owners, accounts=accounts, days=days, first=first, people=people)
    nights = nights_before(company.days[0])
    async with staged(company, nights[0]) as stage:
        for night in nights:
            await stage.read_at(night)
        run = _Run(stage, company, seed=seed, tell=tell)
        await run.live()
        return await run.end()


class _Run:
    def __init__(self, stage: Stage, company: Cast, *, seed: int, tell: Tell) -> None:
        self._stage, self._cast, self._tell = stage, company, tell
        self._truth = LiveTruth(stage)
        self._people = People(stage, company, self._truth.note, seed=seed)
        self._witness = Witness(stage=stage, truth=self._truth)
        self._questions = Questions(stage)
        self._fate = Fate(stage, company, self._truth.note, seed)
        self._asked = Asked()
        self._answers = Answers()
        self._broken = Broken()
        self._everything: list[Shown] = []
        self._expected: list[tuple[str, str, date]] = []
        self._left_behind: list[str] = []
        self._left_open: dict[str, str] = {}
        self._began = process_time()

    async def live(self) -> None:
        brief_time = self._stage.bot.services.settings.brief.time
        zones = [person.crm.time_zone for person in self._people.everyone]
        first, last = self._cast.days[0], self._cast.days[-1]
        day = first
        for moment in moments(first, last, brief_time=brief_time, zones=zones):
            if moment.at.date() > day:
                self._end_day(day)
                day = moment.at.date()
            self._note_leaving(moment.at)
            await self._stage.tick(moment)
            self._expect(moment.at)
            await self._look()
            if await self._people.act(moment.at):
                await self._look()
            self._fate.strike(moment.at, self._questions.everything)
        self._end_day(day)

    async def _look(self) -> None:
        """Judge what is new. A bot that starts in the evening before catches up on that day's briefs: they are not judged."""
        for shown in await self._witness.look():
            if local_day(shown) >= self._cast.days[0]:
                self._everything.append(shown)
                self._broken.judge(shown, self._truth)
                self._broken.add("reminded or offered again", self._asked.hear(shown, self._truth))
                self._broken.add("asked of who gave it away", self._answers.asked_again(shown, self._truth))
        await self._truth.refresh()
        for turn in self._questions.look():
            if turn.now.owner_id in self._people.by_crm:
                self._judge_turn(turn)

    def _judge_turn(self, turn: Turn) -> None:
        around = self._people.around(turn.now.owner_id)
        self._broken.add("a question begins anew", begins_anew(turn, self._questions, self._truth, around))
        follows = self._answers.hear(turn, self._questions, self._truth, around)
        self._broken.add("a rejection without its consequence", follows)
        refused = refused_falsely(turn, self._questions, self._truth)
        self._broken.add("changed in Zoho without an event", refused)
        self._broken.add("expired before its owner worked for a day", ended_early(turn, around))
        self._broken.add("expired without a reminder or an offer", self._asked.unasked(turn, around, self._truth))

    def _expect(self, now: datetime) -> None:
        """Everyone with accounts gets a brief at this moment, if it is their brief time."""
        brief_time = self._stage.bot.services.settings.brief.time
        for person in self._people.everyone:
            local = now.astimezone(ZoneInfo(person.crm.time_zone))
            is_time = local.weekday() < 5 and local.time() == brief_time
            if is_time and person.habit not in (Habit.MANAGER, Habit.NEWCOMER, Habit.LEAVER, Habit.HANDING_OVER):
                self._expected.append((person.crm.id, person.crm.full_name, local.date()))

    def _end_day(self, day: date) -> None:
        self._broken.add("more than three open bot tasks on an account", crowded_accounts(self._truth))
        spent = process_time() - self._began
        self._tell(
            f"{day:%a %d %b}: {len(self._everything)} shown, {self._broken.counts.total()} broken, {spent:.0f} s of CPU"
        )

    async def end(self) -> Month:
        broken, handover = self._broken, self._cast.handover
        broken.add("a job failed", self._stage.failures)
        broken.add("a brief is missing or comes twice", wrong_briefs(self._everything, self._expected))
        if handover:
            told = handover_messages(self._everything, taker=handover.taker, at=handover.at)
            broken.add("more than three messages on the day of a handover", told)
        self._judge_leaving()
        outcomes = await self._outcomes()
        now = self._stage.clock.now()
        broken.add("an outcome is not in exactly one brief", hidden_outcomes(self._everything, outcomes, until=now))
        written = {proposal.id: proposal for proposal in self._truth.written}
        untrue = untrue_silence([each for each, _ in outcomes], written, self._truth)
        broken.add("an outcome that the CRM contradicts", untrue)
        names, reopened = self._people.accounts(), self._fate.reopened
        unheard = unheard_reopenings(self._everything, reopened, names, until=now)
        broken.add("a reopened deal is not told as reopened", unheard)
        weeks = {}
        for name in (MORNING, MEASURE):
            took = [(at, seconds) for at, job, seconds in self._stage.took if job == name]
            broken.add("work that grows", growing(name, took, start=self._cast.days[0]))
            weeks[name] = {week: round(1000 * each) for week, each in weekly(took, start=self._cast.days[0]).items()}
        await self._truth.refresh()
        sums = totals(self._truth, completing=self._people.completing(), now=now)
        if len(self._cast.days) >= LONG_RUN:
            broken.add("a share is greater than is meant", missed_targets(sums))
        seconds = process_time() - self._began
        return Month(
            broken=broken,
            figures={
                "days": len(self._cast.days),
                "owners": sum(habit is not Habit.MANAGER for habit in self._cast.habits.values()),
                "people": by_habit(self._everything),
                **sums,
                "twists": self._fate.counts,
                "given_away": [len(each.accounts) for each in self._people.given],
                "decisions": dict((await self._truth.acts()).most_common()),
                "proposals": dict(Counter(str(each.state) for each in self._questions.everything).most_common()),
                "rejections": dict(self._answers.reasons().most_common()),
                "asked_again": dict(self._asked.counts().most_common()),
                "outcomes": len(outcomes),
                "milliseconds_by_week": weeks,
                "cpu_seconds_per_day": round(seconds / ((now.date() - self._cast.days[0]).days + 1), 2),
            },
        )

    def _judge_leaving(self) -> None:
        leaver, at, now = self._cast.who(Habit.LEAVER), self._cast.leaves, self._stage.clock.now()
        if leaver is None or at is None:
            return
        told = unheard_leaving(self._everything, leaver=leaver, accounts=self._left_behind, at=at, until=now)
        self._broken.add("nobody tells the manager whose accounts have no owner", told)
        for given in self._people.given:
            taker = self._people.by_crm[given.taker_id].crm
            waiting = {id: name for id, name in self._left_open.items() if id in given.accounts}
            reached = unreached_advice(self._everything, taker=taker, waiting=waiting, at=given.at, until=now)
            self._broken.add("open advice doesn't reach the new owner", reached)
            messages = handover_messages(self._everything, taker=taker.id, at=given.at)
            self._broken.add("more than three messages on the day of a handover", messages)
            moved = dict.fromkeys(given.accounts, given.at)
            waits = left_waiting(self._questions.everything, leaver=leaver, given=moved, until=now)
            self._broken.add("a decision waits for someone who left", waits)

    def _note_leaving(self, now: datetime) -> None:
        """Once someone left: which accounts they leave behind, and which decisions open."""
        leaver, at = self._cast.who(Habit.LEAVER), self._cast.leaves
        if leaver is None or at is None or now < at or self._left_behind:
            return
        self._left_behind = self._people.accounts_of(leaver.id)
        waiting = (each for each in self._questions.everything if each.owner_id == leaver.id)
        self._left_open = {each.account_id: each.account_name for each in waiting if each.state is State.PENDING}

    async def _outcomes(self) -> list[tuple[Outcome, str]]:
        """The measured outcomes, each with the person it is for."""
        await self._truth.refresh()
        owners = {proposal.id: proposal.owner_id for proposal in self._truth.written}
        async with self._stage.bot.services.database.reading() as tx:
            found = await tx.outcomes.of([*owners])
        return [(each, owners[each.proposal_id]) for each in found.values()]
