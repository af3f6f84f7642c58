"""What brings the bot to a place: what people do, and what the clock says. Each arms the kill when it begins to matter."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta

from tests.crash.askers import Asker, Batcher, Commander, Reader
from tests.crash.child import Word
from tests.crash.people import Card, Decider, Deed, cards, someone, until_killed
from tests.crash.world import Somebody, World
from tests.faults.troubles import reset_after, reset_before
from tests.flows.company import ANNA, DELTA, MIA, happens

Arm = Callable[[], Awaitable[None]]
Act = Callable[[World, Arm], Awaitable[None]]

TASK, NOTE, UPDATE = "create_task", "add_note", "update_account"
TIMEOUT, SETTLE = timedelta(seconds=6), timedelta(seconds=91)
LIFETIME = timedelta(hours=72)
LOOKED_FOR = (timedelta(), TIMEOUT, timedelta(seconds=60), SETTLE)
PARK = timedelta(minutes=62)


async def approving(world: World, arm: Arm) -> None:
    """Somebody approves a write of any kind; now and then another card at the same time."""
    await arm()
    _decides(world, "approve", world.random.choice(["", TASK, NOTE, UPDATE]))


async def approving_new(world: World, arm: Arm) -> None:
    """Somebody approves a task or a note: a request by POST."""
    await arm()
    _decides(world, "approve", world.random.choice([TASK, NOTE]))


async def adjusting(world: World, arm: Arm) -> None:
    await arm()
    _decides(world, "adjust", TASK)


async def rejecting(world: World, arm: Arm) -> None:
    await arm()
    _decides(world, "reject", "")


async def endorsing(world: World, arm: Arm) -> None:
    """The first of two approves; the other, who is asked, has not looked yet."""
    await arm()
    card = world.random.choice([each for each in cards(world, tool=TASK) if each.owner_id == ANNA])
    world.people.append(Reader(world, kind="offer", person_id=MIA))
    _starts(world, Decider(world, "approve", card, card.reader, comes_to="pending"))


async def batching(world: World, arm: Arm) -> None:
    await arm()
    _starts(world, Batcher(world))


async def undoing(world: World, arm: Arm) -> None:
    """Somebody takes back what was written a moment ago."""
    card = await _written(world, world.random.choice([TASK, NOTE]))
    await arm()
    _starts(world, Decider(world, "undo", card, card.reader))


async def drifting(world: World, arm: Arm) -> None:
    """What a proposal rests on was changed in the CRM before somebody approves it."""
    card = next(each for each in cards(world, tool=TASK) if each.write["parent_id"] == DELTA)
    at = world.clock.now()
    world.zoho.happens(happens("Tasks", "4150868000005000090", at, user=MIA, Due_Date="2026-03-30"))
    await arm()
    _starts(world, Decider(world, "approve", card, someone(world, card), comes_to="superseded"))


async def asking(world: World, arm: Arm) -> None:
    await arm()
    _starts(world, Asker(world))


async def commanding(world: World, arm: Arm) -> None:
    await arm()
    _starts(world, Commander(world))


async def losing_the_answer(world: World, arm: Arm) -> None:
    """The write arrives or does not, and either way its answer is lost."""
    await arm()
    _starts(world, _unlucky(world, arrives=world.random.random() < 0.5))


async def reconciling(world: World, arm: Arm) -> None:
    """A write of unknown fate, which did arrive, is looked for."""
    await _looked_for(world, arm, _unlucky(world, arrives=True))


async def proving_absent(world: World, arm: Arm) -> None:
    """A write of unknown fate, which never arrived, is looked for after the settle time."""
    await _looked_for(world, arm, _unlucky(world, arrives=False))


async def parking(world: World, arm: Arm) -> None:
    """A write of unknown fate can be looked for nowhere, until it is left to an operator."""
    person = _unlucky(world, arrives=True)
    person.comes_to = "unknown"
    world.zoho.faults.answer("GET", r"/\d+/(Tasks|Notes)$", status=403, body={"code": "NO_PERMISSION"}, times=1_000)
    await _looked_for(world, arm, person, steps=(timedelta(), PARK, TIMEOUT))


async def expiring(world: World, arm: Arm) -> None:
    await arm()
    world.advance(LIFETIME)
    _has_done(world, "sweep")


async def reminding(world: World, arm: Arm) -> None:
    """The day before it expires, in Anna's working hours."""
    world.people.append(Reader(world, kind="reminder"))
    world.advance(LIFETIME - timedelta(hours=21))
    await arm()
    _has_done(world, "remind")


async def offering(world: World, arm: Arm) -> None:
    """It expires before the manager begins to work on the next day: they are asked in the last hour of this one."""
    world.people.append(Reader(world, kind="offer", owners=(MIA,), person_id=MIA))
    world.advance(LIFETIME - timedelta(hours=15, minutes=30))
    await arm()
    _has_done(world, "remind")


async def anchoring(world: World, arm: Arm) -> None:
    await arm()
    _has_done(world, "anchor")


async def morning(world: World, arm: Arm) -> None:
    await arm()
    _has_done(world, "tick")


async def syncing(world: World, arm: Arm) -> None:
    await arm()
    _has_done(world, "sync")


def _starts(world: World, *people: Somebody) -> None:
    world.people += people
    for person in people:
        world.act(person.act())


def _has_done(world: World, word: Word) -> None:
    world.act(until_killed(world.life.do(word)))


def _decides(world: World, deed: Deed, tool: str) -> None:
    found = cards(world, tool=tool)
    chosen, *others = world.random.sample(found, len(found))
    people = [Decider(world, deed, chosen, someone(world, chosen))]
    if others and deed == "approve" and world.random.random() < 0.3:
        people.append(Decider(world, "approve", others[0], others[0].reader))
    _starts(world, *people)


def _unlucky(world: World, *, arrives: bool) -> Decider:
    card = world.random.choice([*cards(world, tool=TASK), *cards(world, tool=NOTE)])
    world.proxies["zoho"].strike("POST", r"/(Tasks|Notes)$", reset_after if arrives else reset_before)
    return Decider(world, "approve", card, someone(world, card))


async def _looked_for(world: World, arm: Arm, person: Decider, *, steps: tuple[timedelta, ...] = LOOKED_FOR) -> None:
    await arm()
    _starts(world, person)
    await world.acted()

    async def look() -> None:
        for step in steps:
            await world.quiet()
            world.advance(step)
            await world.life.do("sweep")

    world.act(until_killed(look()))


async def _written(world: World, tool: str) -> Card:
    """A card of Anna's that was approved and written."""
    card = world.random.choice([each for each in cards(world, tool=tool) if each.owner_id == ANNA])
    person = Decider(world, "approve", card, card.reader)
    await person.act()
    await world.quiet()  # a slow approval is acknowledged before it is kept
    await world.life.do("sweep")
    await world.quiet()
    assert not list(person.lost())
    return card
