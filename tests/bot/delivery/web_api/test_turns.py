"""Who calls Slack next, and when: people before the bot's own work, never more than Slack takes. A minute lasts a second."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable

import pytest

from bot.delivery.web_api.ledgers import Clock, OwnLedger
from bot.delivery.web_api.turns import Busy, Turns
from store.lanes import Rank

SPEED = 60.0
MINUTE = 60 / SPEED


def turns_of(*, percent: int = 100) -> Turns:
    clock = Clock(SPEED)
    return Turns(OwnLedger(clock), percent=percent, clock=clock)


async def seconds(work: Awaitable[object]) -> float:
    """How long it takes."""
    began = time.monotonic()
    await work
    return time.monotonic() - began


async def many(of: Turns, method: str, number: int, *, rank: Rank = Rank.QUESTION, channel: str = "") -> None:
    assert len(await of.take(method, rank=rank, channel=channel, count=number)) == number


async def test_a_tiers_calls_leave_at_once_and_the_next_one_a_minute_later() -> None:
    of = turns_of()
    assert await seconds(many(of, "chat.update", 50)) < MINUTE / 2
    assert await seconds(of.take("chat.update", rank=Rank.PRESS)) > MINUTE / 2


async def test_the_bots_own_work_leaves_a_tenth_to_people() -> None:
    of = turns_of()
    await many(of, "chat.update", 45, rank=Rank.OWN)
    own = asyncio.create_task(of.take("chat.update", rank=Rank.OWN))
    assert await seconds(many(of, "chat.update", 5, rank=Rank.PRESS)) < MINUTE / 2
    assert not own.done()
    await own


async def test_a_press_goes_before_those_who_waited_longer() -> None:
    of, order = turns_of(), []
    await many(of, "chat.update", 50, rank=Rank.PRESS)

    async def wait(rank: Rank) -> None:
        await of.take("chat.update", rank=rank)
        order.append(rank)

    ranks = [Rank.OWN, Rank.OWN, Rank.QUESTION, Rank.PRESS]
    async with asyncio.TaskGroup() as group:
        for rank in ranks:
            group.create_task(wait(rank))
            await asyncio.sleep(0)

    assert order == sorted(ranks)


async def test_a_channel_takes_a_message_a_second_and_keeps_no_other_waiting() -> None:
    of = turns_of()
    await many(of, "chat.postMessage", 4, channel="D0ANNA")
    fifth = asyncio.create_task(seconds(of.take("chat.postMessage", rank=Rank.PRESS, channel="D0ANNA")))
    await asyncio.sleep(0)
    await of.take("chat.postMessage", rank=Rank.OWN, channel="D0BOB")
    assert not fifth.done()
    assert await fifth > 3 / SPEED


async def test_a_call_that_is_only_worth_making_now_never_waits() -> None:
    of = turns_of()
    await many(of, "chat.startStream", 20)
    with pytest.raises(Busy):
        await of.take("chat.startStream", rank=Rank.PRESS)


async def test_a_dialog_that_would_open_too_late_is_given_up() -> None:
    of = turns_of()
    await many(of, "views.open", 100)
    with pytest.raises(Busy) as busy:
        await of.take("views.open", rank=Rank.PRESS)
    assert busy.value.seconds > 2


async def test_a_pause_that_slack_asks_for_holds_for_everyone_even_if_nothing_is_counted() -> None:
    of = turns_of(percent=0)
    await many(of, "chat.update", 500)
    await of.pause("chat.update", 30)
    waited = await asyncio.gather(*(seconds(of.take("chat.update", rank=rank)) for rank in Rank))
    assert all(each > 25 / SPEED for each in waited)
    assert await seconds(of.take("chat.delete", rank=Rank.OWN)) < 25 / SPEED


async def test_a_call_that_is_cancelled_keeps_no_other_waiting() -> None:
    of = turns_of()
    await many(of, "chat.update", 50)
    gone = asyncio.create_task(of.take("chat.update", rank=Rank.PRESS))
    await asyncio.sleep(0)
    gone.cancel()
    await asyncio.gather(gone, return_exceptions=True)
    assert await seconds(of.take("chat.update", rank=Rank.OWN)) < 2 * MINUTE
