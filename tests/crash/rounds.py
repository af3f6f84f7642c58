"""One round: the bot is killed at a point, perhaps twice, comes back, and is judged when it has come to rest."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

from tests.crash.child import Word
from tests.crash.judge import Verdict, at_rest, judge
from tests.crash.life import Killed
from tests.crash.points import Point
from tests.crash.scenes import Scene, Scenes
from tests.crash.world import World, world

LAGS = (0.0, 5.0, 60.0)
AGAIN = 0.25  # how often the next life is ended at the same point, too
# How the clock goes on after a kill: past the time-out, past the settle time, past the pauses between tries.
STEPS = tuple(timedelta(seconds=each) for each in (0, 7, 60, 31, 60, 120, 240, 600))
# What the bot's own clocks would have it do then.
JOBS: Mapping[Scene, tuple[Word, ...]] = {
    Scene.EVENING: ("sync", "sweep"),
    Scene.NIGHT: ("tick", "sweep"),
    Scene.MORNING: ("replay", "remind", "sweep"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """`reached` is False where the bot never came to the point: then nothing was shown."""

    reached: bool
    kills: int
    verdict: Verdict


async def play(
    point: Point, scenes: Scenes, *, number: int, seed: int = 0, lag: float | None = None, **settings: object
) -> Outcome:
    """Round `number` of a point; the same number and seed give the same people, cards and lag."""
    async with world(scenes, point.scene, seed=f"{seed}:{point.name}:{number}", **point.settings, **settings) as made:
        made.zoho.faults.search_lag = LAGS[number % len(LAGS)] if lag is None else lag
        passage = made.random.randint(1, point.passages) + point.skips
        with suppress(Killed):
            await point.act(made, lambda: made.arm(point.place, passage=passage))
        try:
            await made.died()
        except TimeoutError:
            return Outcome(reached=False, kills=0, verdict=Verdict())
        try:
            await _recover(made, point)
        except (Killed, TimeoutError) as exc:
            verdict = Verdict(stuck=[f"the bot did not come back to life: {exc!r}"])
            return Outcome(reached=True, kills=made.kills, verdict=verdict)
        return Outcome(reached=True, kills=made.kills, verdict=await judge(made, scenes))


async def at_rest_after(made: World) -> None:
    """Let time go on until nothing is left to do, or for as long as anything may take."""
    for step in STEPS:
        await surviving(made, made.quiet)
        made.advance(step)
        for job in JOBS[made.scene]:
            await surviving(made, lambda job=job: made.life.do(job))  # type: ignore[misc]  # mypy cannot infer the lambda
        await surviving(made, made.quiet)
        if at_rest(made):
            return


async def surviving(made: World, work: Callable[[], Awaitable[object]]) -> None:
    """Do it, and where the bot dies of it do it again with the next life."""
    with suppress(Killed):
        await work()
    if not await made.life.alive():
        await made.died()
        await made.start()
        await work()


async def _recover(made: World, point: Point) -> None:
    """The bot comes back, people insist on what did not seem to work, and time goes on."""
    made.advance(timedelta(seconds=made.random.choice([0, 4, 20])))
    await made.start()
    if point.then is not None:
        await made.arm(point.then)
    elif made.random.random() < AGAIN:
        await made.arm(point.place)
    await made.acted()
    for person in made.people:
        await surviving(made, person.insist)
    await at_rest_after(made)
