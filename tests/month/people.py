"""How people of each kind spend a working day: with the bot's messages, and with the tasks they approved.

Everything follows from the seed, the person and the day.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from integrations.sandbox.history import CrmEvent, CrmUser
from store.domain.gate.reasons import RejectReason
from tests.month.clocks import Around
from tests.month.company import Cast, Habit
from tests.month.desk import Desk
from tests.month.fate import Note
from tests.month.hours import at_work
from tests.month.stage import Stage

_READS_AT = (8, 20)  # local: everyone has their brief by then
_COMPLETES_AFTER = (1, 2)  # days
_AWAY_FROM, _AWAY_DAYS = 3, 5  # working days after the first
_NIGHT_BEGINS, _NIGHT_ENDS = 22, 4
_GONE_FROM, _GONE_DAYS = 2, 10  # working days after the first
_REPLIES = (
    "ok, do it",
    "not now, ask me next week",
    "that is already done",
    "make it next Tuesday",
    "this isn't mine",
    "why?",
)
_QUESTIONS = ("Why is this urgent?", "What happened last with them?", "Who is my contact there?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """Accounts that a manager gave to someone from the message about who left."""

    at: datetime
    manager_id: str
    taker_id: str
    accounts: tuple[str, ...]


@dataclass(slots=True, kw_only=True)
class Person:
    """`done` are the days on which they acted; `tasks` are bot-made tasks they mean to complete, by id with the day."""

    habit: Habit
    crm: CrmUser
    desk: Desk
    seed: int
    done: set[date] = field(default_factory=set)
    tasks: dict[str, date] = field(default_factory=dict)

    def today(self, now: datetime) -> date | None:
        """The local day on which they now sit down; None if they don't."""
        local = now.astimezone(ZoneInfo(self.crm.time_zone))
        sits_down = at_work(now, self.crm.time_zone) and (local.hour, local.minute) >= _READS_AT
        return local.date() if sits_down and local.date() not in self.done else None

    def dice(self, day: date) -> Random:
        return Random(f"{self.seed}:{self.crm.id}:{day}")


class People:
    """Everyone in the company who has a seat in Slack."""

    def __init__(self, stage: Stage, cast: Cast, note: Note, *, seed: int) -> None:
        self._stage = stage
        self._cast = cast
        self._note = note
        users = {user.email: user.id for user in stage.slack.workspace.installation.users}
        self.everyone = [
            Person(habit=habit, crm=user, desk=Desk(stage=stage, user=users[user.email]), seed=seed)
            for user in cast.company.users
            if (habit := cast.habits.get(user.id)) and user.email in users
        ]
        self.by_crm = {person.crm.id: person for person in self.everyone}
        self._seen_writes = 0
        self.given: list[Given] = []

    def of_slack(self, user: str) -> Person | None:
        return next((person for person in self.everyone if person.desk.user == user), None)

    def around(self, owner_id: str) -> Around:
        """The people around an owner, as far as they have a seat in Slack."""
        owner = self.by_crm[owner_id]
        manager = self.by_crm.get(owner.crm.manager_id or "")
        lived = self._cast.days
        away = lived[_AWAY_FROM : _AWAY_FROM + _AWAY_DAYS + 1] if owner.habit is Habit.ABSENT else ()
        return Around(owner=owner.crm, manager=manager.crm if manager else None, away=away)

    async def act(self, now: datetime) -> int:
        """Everyone who sits down at this moment follows their habit; returns how many."""
        self._note_new_tasks(now)
        acted = 0
        for person in self.everyone:
            day = person.today(now)
            if day is None or self._has_left(person, now):
                continue
            person.done.add(day)
            await person.desk.confirm()
            await _HABITS[person.habit](self, person, day)
            self._complete(person, day, now)
            acted += 1
        return acted

    def _note_new_tasks(self, now: datetime) -> None:
        """The owner of a new bot-made task means to do it a day or two later."""
        ledger = self._stage.zoho.ledger
        for entry in ledger[self._seen_writes :]:
            owner = entry.fields.get("Owner")
            person = self.by_crm.get(str(owner["id"])) if isinstance(owner, Mapping) else None
            if entry.module == "Tasks" and entry.op == "create" and person and person.habit is not Habit.IGNORING:
                days = Random(f"{person.seed}:{entry.fields.get('Subject')}").choice(_COMPLETES_AFTER)
                person.tasks[entry.id] = now.date() + timedelta(days=days)
        self._seen_writes = len(ledger)

    def _complete(self, person: Person, day: date, now: datetime) -> None:
        """Tick off in the CRM the tasks that were to be done by today."""
        for task_id, due in list(person.tasks.items()):
            if due <= day:
                del person.tasks[task_id]
                record = self._stage.zoho.record("Tasks", task_id)
                if record is not None and record["Status"] != "Completed":
                    done = {"Status": "Completed"}
                    self._stage.happens(
                        CrmEvent(at=now, op="update", module="Tasks", id=task_id, user_id=person.crm.id, fields=done)
                    )
                    self._note(task_id, now, done)

    def _has_left(self, person: Person, now: datetime) -> bool:
        return person.habit is Habit.LEAVER and self._cast.left(now) is not None

    async def diligent(self, person: Person, day: date) -> None:
        """Approves four of five, and puts one in ten off."""
        dice = person.dice(day)
        for decision in person.desk.decisions():
            chance = dice.random()
            if chance < 0.8:
                await person.desk.approve(decision)
            elif chance < 0.9:
                await person.desk.snooze(decision)

    async def picky(self, person: Person, day: date) -> None:
        """Rejects for every reason in turn, adjusts, puts off, and approves a third."""
        dice = person.dice(day)
        for decision in person.desk.decisions():
            chance = dice.random()
            if chance < 0.35:
                await person.desk.approve(decision)
            elif chance < 0.7:
                await person.desk.reject(decision, dice.choice(sorted(RejectReason)), log=dice.random() < 0.5)
            elif chance < 0.85:
                await person.desk.adjust(decision, (day + timedelta(days=dice.randint(2, 9))).isoformat())
            else:
                await person.desk.snooze(decision)
        await person.desk.look_home()

    async def absent(self, person: Person, day: date) -> None:
        """As the diligent, but for a week away, in which someone else decides."""
        lived = self._cast.days
        if len(lived) > _AWAY_FROM + 1 and day == lived[_AWAY_FROM]:
            last = lived[min(_AWAY_FROM + _AWAY_DAYS, len(lived) - 1)]
            await person.desk.go_away(first=day.isoformat(), last=last.isoformat())
        if not _AWAY_FROM <= _number(lived, day) <= _AWAY_FROM + _AWAY_DAYS:
            await self.diligent(person, day)

    async def asking(self, person: Person, day: date) -> None:
        """Asks in the thread, looks at one account in full, and decides half."""
        dice = person.dice(day)
        await person.desk.ask(dice.choice(_QUESTIONS))
        names = self.accounts_of(person.crm.id)
        if names:
            await person.desk.review(dice.choice(names))
        for decision in person.desk.decisions():
            if dice.random() < 0.5:
                await person.desk.approve(decision)
        await person.desk.look_home()

    async def approving(self, person: Person, day: date) -> None:
        """Approves everything."""
        for decision in person.desk.decisions():
            await person.desk.approve(decision)

    async def fridays(self, person: Person, day: date) -> None:
        """Decides everything on Friday, and nothing before."""
        if day.weekday() == 4:
            await self.picky(person, day)

    async def undoing(self, person: Person, day: date) -> None:
        """Approves everything, and takes half of it back at once."""
        dice = person.dice(day)
        for decision in person.desk.decisions():
            await person.desk.approve(decision)
            if dice.random() < 0.5:
                await person.desk.undo(decision.proposal_id)

    async def declining(self, person: Person, day: date) -> None:
        """Says of everything that it isn't theirs."""
        for decision in person.desk.decisions():
            await person.desk.reject(decision, RejectReason.NOT_MINE)

    async def refusing(self, person: Person, day: date) -> None:
        """Rejects everything, for another reason each time."""
        dice = person.dice(day)
        for decision in person.desk.decisions():
            await person.desk.reject(decision, dice.choice(sorted(RejectReason)), log=dice.random() < 0.5)

    async def writing(self, person: Person, day: date) -> None:
        """Answers in the thread, in words, and never presses anything."""
        dice = person.dice(day)
        if person.desk.decisions():
            await person.desk.ask(dice.choice(_REPLIES))

    async def returning(self, person: Person, day: date) -> None:
        """As the diligent, but for two weeks in which they see nothing, and no one knows."""
        if not _GONE_FROM <= _number(self._cast.days, day) < _GONE_FROM + _GONE_DAYS:
            await self.diligent(person, day)

    async def newcomer(self, person: Person, day: date) -> None:
        """Takes over the accounts handed over, and is diligent then."""
        await person.desk.take_over()
        await self.diligent(person, day)

    async def manager(self, person: Person, day: date) -> None:
        """Gives away the accounts that someone left behind, and answers offers."""
        dice = person.dice(day)
        now = self._stage.clock.now()

        def choose(offered: Sequence[str]) -> str:
            known = [each for each in offered if self._is_there(each)]
            return dice.choice(known or list(offered))

        given = await person.desk.give_away(choose)
        if given is not None:
            self.given.append(Given(at=now, manager_id=person.crm.id, taker_id=given[0], accounts=given[1]))
        for decision in person.desk.decisions():
            chance = dice.random()
            if chance < 0.5:
                await person.desk.approve(decision)
            elif chance < 0.65:
                await person.desk.reject(decision, dice.choice(sorted(RejectReason)))
        await person.desk.look_home()

    async def ignoring(self, person: Person, day: date) -> None:
        """Never presses anything, but opens the Home now and then."""
        if person.dice(day).random() < 0.3:
            await person.desk.look_home()

    def _is_there(self, person_id: str) -> bool:
        """Whether someone has a seat, works with accounts and hasn't left or given them away."""
        person = self.by_crm.get(person_id)
        gone = (Habit.MANAGER, Habit.HANDING_OVER, Habit.LEAVER)
        return person is not None and person.habit not in gone

    def accounts_of(self, person_id: str) -> list[str]:
        """The names of the accounts that this person owns in the CRM now."""
        return sorted(str(each["Account_Name"]) for each in self._accounts() if each["Owner"]["id"] == person_id)

    def accounts(self) -> dict[str, str]:
        """The names of all accounts in the CRM, by id."""
        return {str(each["id"]): str(each["Account_Name"]) for each in self._accounts()}

    def _accounts(self) -> Iterator[Mapping[str, Any]]:
        created = (event for event in self._cast.company.events if event.module == "Accounts" and event.op == "create")
        records = (self._stage.zoho.record("Accounts", event.id) for event in created)
        return (each for each in records if each)

    def completing(self) -> set[str]:
        """The CRM ids of those who do the tasks that were approved for them."""
        return {
            each.crm.id for each in self.everyone if each.habit not in (Habit.IGNORING, Habit.LEAVER, Habit.RETURNING)
        }


def _number(days: tuple[date, ...], day: date) -> int:
    return days.index(day) if day in days else -1


_HABITS: Mapping[Habit, Callable[[People, Person, date], Awaitable[None]]] = {
    Habit.DILIGENT: People.diligent,
    Habit.PICKY: People.picky,
    Habit.IGNORING: People.ignoring,
    Habit.ASKING: People.asking,
    Habit.ABSENT: People.absent,
    Habit.HANDING_OVER: People.diligent,
    Habit.LEAVER: People.diligent,
    Habit.NEWCOMER: People.newcomer,
    Habit.MANAGER: People.manager,
    Habit.APPROVING: People.approving,
    Habit.FRIDAYS: People.fridays,
    Habit.UNDOING: People.undoing,
    Habit.DECLINING: People.declining,
    Habit.REFUSING: People.refusing,
    Habit.WRITING: People.writing,
    Habit.RETURNING: People.returning,
    Habit.LATE: People.diligent,
    Habit.FAR_EAST: People.diligent,
    Habit.FAR_WEST: People.diligent,
}
