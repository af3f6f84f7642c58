"""Who goes first where many wait: presses, then questions, then the bot's own work; one person's first before another's second."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

from integrations.zoho.limits.throttle import Throttle
from store.database import Database
from store.lanes import Lanes, Rank, rank_of, ranked


async def order_of(lanes: Lanes, *wanted: tuple[str, Rank]) -> list[str]:
    """The order in which they get the one place, which is taken while they arrive."""
    served: list[str] = []

    async def want(name: str, rank: Rank) -> None:
        async with lanes.place(rank, of=name.partition(" ")[0] if " " in name else ""):
            served.append(name)

    async with asyncio.TaskGroup() as group, lanes.place(Rank.PRESS):
        for name, rank in wanted:
            group.create_task(want(name, rank))
        await asyncio.sleep(0)
    return served


async def test_a_press_goes_before_questions_and_a_question_before_the_bots_own_work() -> None:
    wanted = [("own", Rank.OWN), ("question", Rank.QUESTION), ("press", Rank.PRESS), ("second press", Rank.PRESS)]
    assert await order_of(Lanes(1), *wanted) == ["press", "second press", "question", "own"]


async def test_a_colleagues_first_question_goes_before_someones_second() -> None:
    wanted = [(f"anna {number}", Rank.QUESTION) for number in range(3)] + [("bob 0", Rank.QUESTION)]
    assert await order_of(Lanes(1), *wanted) == ["anna 0", "bob 0", "anna 1", "anna 2"]


async def test_a_spare_place_is_for_presses_alone() -> None:
    lanes = Lanes(2, spare=1)
    async with lanes.place(Rank.QUESTION):
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(0.01), lanes.place(Rank.QUESTION):
                raise AssertionError
        async with lanes.place(Rank.PRESS):
            pass


async def test_who_gives_up_waiting_leaves_the_place_to_the_next() -> None:
    lanes = Lanes(1)

    async def want() -> str:
        async with lanes.place(Rank.QUESTION):
            return "served"

    async with lanes.place(Rank.QUESTION):
        first, second = asyncio.create_task(want()), asyncio.create_task(want())
        await asyncio.sleep(0)
        first.cancel()
    assert await second == "served"
    assert await want() == "served"


async def test_one_who_gives_up_just_as_the_place_comes_free_gives_it_on() -> None:
    lanes = Lanes(1)

    async def want() -> str:
        async with lanes.place(Rank.QUESTION):
            return "served"

    async with lanes.place(Rank.QUESTION):
        first, second = asyncio.create_task(want()), asyncio.create_task(want())
        await asyncio.sleep(0)
    first.cancel()
    assert await second == "served"


def test_all_that_a_press_needs_goes_first() -> None:
    assert (rank_of(urgent=False), rank_of(urgent=True)) == (Rank.OWN, Rank.QUESTION)
    with ranked(Rank.QUESTION):
        assert (rank_of(urgent=False), rank_of(urgent=True)) == (Rank.OWN, Rank.QUESTION)
    with ranked(Rank.PRESS):
        assert (rank_of(urgent=False), rank_of(urgent=True)) == (Rank.PRESS, Rank.PRESS)


async def first_served(place: Callable[[], AbstractAsyncContextManager[object]], *, questions: int) -> str:
    """Who gets the only place first: a press that comes after so many questions, or one of them."""
    served: list[str] = []

    async def take(name: str, rank: Rank) -> None:
        with ranked(rank):
            async with place():
                served.append(name)

    async with asyncio.TaskGroup() as group, place():
        for _ in range(questions):
            group.create_task(take("question", Rank.QUESTION))
        await asyncio.sleep(0)
        group.create_task(take("press", Rank.PRESS))
        await asyncio.sleep(0)
    return served[0]


async def test_a_press_writes_before_sixty_questions_that_came_before_it(sqlite_database: Database) -> None:
    assert await first_served(lambda: sqlite_database.transaction(urgent=True), questions=60) == "press"


async def test_a_press_calls_zoho_before_questions_that_came_before_it() -> None:
    throttle = Throttle(concurrency=1, requests_per_minute=None)
    assert await first_served(lambda: throttle.slot(urgent=True), questions=25) == "press"


async def test_questions_leave_the_last_tenth_of_the_minutes_calls_to_presses() -> None:
    throttle = Throttle(concurrency=5, requests_per_minute=10, now=lambda: 0.0)
    with ranked(Rank.QUESTION):
        for _ in range(9):
            async with throttle.slot(urgent=True):
                pass
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(0.01), throttle.slot(urgent=True):
                raise AssertionError
    with ranked(Rank.PRESS):
        async with throttle.slot(urgent=True):
            pass
