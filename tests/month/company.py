"""The company of a simulated month: its people with their habits, and what changes hands while it lasts.

An owner hands their accounts over to a newcomer after a third of the time; another leaves after two thirds.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from itertools import cycle, islice
from random import Random

from integrations.sandbox.history import STANDARD_STAGES, Company, CrmEvent, CrmUser
from integrations.sandbox.world import Story, build_world, stories

FIRST_MORNING = date(2026, 3, 2)  # clocks change in America a week later, then in Europe, then in Australia
_LOOKS = 120  # days of history before the last one


class Habit(StrEnum):
    """What a person does with what the bot shows them."""

    DILIGENT = "diligent"
    PICKY = "picky"
    IGNORING = "ignoring"
    ASKING = "asking"
    ABSENT = "absent"
    HANDING_OVER = "handing over"
    LEAVER = "leaver"
    NEWCOMER = "newcomer"
    MANAGER = "manager"
    APPROVING = "approving all"
    FRIDAYS = "deciding on Fridays"
    UNDOING = "undoing half"
    DECLINING = "calling all not theirs"
    REFUSING = "refusing all"
    WRITING = "writing only"
    RETURNING = "back after two weeks"
    LATE = "deciding at night"
    FAR_EAST = "far in the east"
    FAR_WEST = "far in the west"


FIRST_SEED = 1  # whose people are the plain ones
_PLAIN = (Habit.DILIGENT, Habit.ASKING, Habit.ABSENT)
_ODD = tuple(habit for habit in Habit if list(Habit).index(habit) > list(Habit).index(Habit.MANAGER))
_ZONES = {Habit.FAR_EAST: "Pacific/Auckland", Habit.FAR_WEST: "Pacific/Honolulu"}


def kinds(seed: int) -> Iterator[Habit]:
    """The kinds of owners in the order in which a company gets them. The first seed's are plain; every other seed draws who is
    there besides those whose accounts change hands, from all kinds."""
    drawn = list(_PLAIN)
    if seed != FIRST_SEED:
        drawn = [*_PLAIN, *_ODD]
        Random(f"{seed}:kinds").shuffle(drawn)
    first, second, third, *rest = drawn
    yield from (first, Habit.PICKY, Habit.IGNORING, second, third)
    yield from (Habit.HANDING_OVER, Habit.LEAVER, Habit.NEWCOMER)
    yield from cycle([*rest, *(drawn if rest else _ODD)])


@dataclass(frozen=True, slots=True, kw_only=True)
class Handover:
    """All accounts of one owner pass to another at one moment."""

    at: datetime
    giver: str
    taker: str
    accounts: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cast:
    """A company and its people. `habits` are by CRM id; `days` the working days to live; `leaves` is when the leaver's seat
    in the CRM is closed."""

    company: Company
    habits: Mapping[str, Habit]
    days: tuple[date, ...]
    handover: Handover | None = None
    leaves: datetime | None = None

    def who(self, habit: Habit) -> CrmUser | None:
        return next((user for user in self.company.users if self.habits.get(user.id) is habit), None)

    def left(self, now: datetime) -> CrmUser | None:
        """The leaver, once their seat is closed."""
        return self.who(Habit.LEAVER) if self.leaves is not None and now >= self.leaves else None


def cast(
    *,
    seed: int,
    owners: int,
    accounts: int,
    days: int,
    first: date = FIRST_MORNING,
    people: Sequence[Habit] = (),
) -> Cast:
    """A company of so many owners, each with so many accounts, and so many working days from the first. The owners are of these
    kinds, if any are given."""
    owners = len(people) or owners
    lived = tuple(_working_days(first, days))
    end = lived[-1] + timedelta(days=1)
    world = build_world(seed=seed, owners=owners, accounts_per_owner=1, days=_LOOKS, end=end).company
    habits = _habits(world.users, people or tuple(islice(kinds(seed), owners)))
    users = tuple(_in_zone(user, habits.get(user.id)) for user in world.users)
    handed, leaver = _moment(lived, days // 3), _moment(lived, 2 * days // 3)
    by_habit = {habit: user_id for user_id, habit in habits.items()}
    giver, taker = by_habit.get(Habit.HANDING_OVER), by_habit.get(Habit.NEWCOMER)
    told = [
        story
        for story in _stories(seed, owners=owners, accounts=accounts, first=lived[0], end=end)
        if story.owner_id != taker
    ]
    handover = None
    if giver and taker:
        given = tuple(story.account_id for story in told if story.owner_id == giver)
        handover = Handover(at=handed, giver=giver, taker=taker, accounts=given)
    leaves = leaver if Habit.LEAVER in by_habit else None
    events = [event for story in told for event in _events(story, handover, by_habit.get(Habit.LEAVER), leaves)]
    events.sort(key=lambda event: event.at)
    company = Company(name=world.name, users=users, stages=STANDARD_STAGES, events=events, as_of=end)
    return Cast(company=company, habits=habits, days=lived, handover=handover, leaves=leaves)


def _stories(seed: int, *, owners: int, accounts: int, first: date, end: date) -> Iterator[Story]:
    """Everyone's accounts. A world's live troubles come in its last days; so that they come all through the time, each such
    account is from a world that ends in another week, and nothing happens there afterwards."""
    ends = [*_fridays(first, end), end]
    worlds = [stories(seed=seed, owners=owners, accounts_per_owner=accounts, days=_LOOKS, end=each) for each in ends]
    for number, versions in enumerate(zip(*worlds, strict=True)):
        yield versions[number % len(ends)] if versions[-1].live else versions[-1]


def _fridays(first: date, end: date) -> Iterator[date]:
    day = first + timedelta(days=4 - first.weekday())
    while day < end - timedelta(days=7):
        yield day
        day += timedelta(days=7)


def _habits(users: tuple[CrmUser, ...], people: Sequence[Habit]) -> dict[str, Habit]:
    managers = {user.manager_id for user in users if user.manager_id}
    seats = [user.id for user in users if user.active and user.manager_id]
    found = dict(zip(seats, people, strict=False))
    return found | {user.id: Habit.MANAGER for user in users if user.id in managers}


def _in_zone(user: CrmUser, habit: Habit | None) -> CrmUser:
    return replace(user, time_zone=_ZONES[habit]) if habit in _ZONES else user


def _events(story: Story, handover: Handover | None, leaver: str | None, leaves: datetime | None) -> Iterator[CrmEvent]:
    if handover and story.account_id in handover.accounts:
        yield from _handed_over(story, handover)
    elif leaves and story.owner_id == leaver:
        yield from (event for event in story.events if event.at < leaves)
    else:
        yield from story.events


def _handed_over(story: Story, handover: Handover) -> Iterator[CrmEvent]:
    """The story with another owner from that moment: the account and its deals change hands, and the newcomer goes on."""
    for event in story.events:
        yield _by_another(event, handover) if event.at >= handover.at else event
    deals = [event.id for event in story.events if event.module == "Deals" and event.op == "create"]
    created = {event.id for event in story.events if event.op == "create" and event.at < handover.at}
    for module, record_id in [("Accounts", story.account_id), *(("Deals", deal) for deal in deals)]:
        if record_id in created:
            yield CrmEvent(
                at=handover.at,
                op="update",
                module=module,
                id=record_id,
                user_id=handover.giver,
                fields={"Owner": {"id": handover.taker}},
            )


def _by_another(event: CrmEvent, handover: Handover) -> CrmEvent:
    fields = dict(event.fields)
    if fields.get("Owner") == {"id": handover.giver}:
        fields["Owner"] = {"id": handover.taker}
    user_id = handover.taker if event.user_id == handover.giver else event.user_id
    return replace(event, user_id=user_id, fields=fields)


def _working_days(first: date, count: int) -> Iterator[date]:
    day = first
    while count:
        if day.weekday() < 5:
            yield day
            count -= 1
        day += timedelta(days=1)


def _moment(days: tuple[date, ...], number: int) -> datetime:
    """Before anyone's morning of that working day, and never on the first."""
    return datetime.combine(days[min(max(1, number), len(days) - 1)], time(0, 10), tzinfo=UTC) - timedelta(hours=5)
