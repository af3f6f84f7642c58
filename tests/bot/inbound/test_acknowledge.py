"""A press is acknowledged in time, before or after what it asked for is done."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from slack_bolt.context.ack.async_ack import AsyncAck

from bot.inbound.acknowledge import in_time
from tests.bot.conftest import Scene
from tests.bot.desk import ANNA

FIRST = f"{0:032x}"
VALUE = f"{FIRST}:1"


class Acks(AsyncAck):
    """Counts the acknowledgements, and says when there is one."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # slack_bolt leaves it unannotated
        self.count, self.given = 0, asyncio.Event()

    async def __call__(self, *args: Any, **kwargs: Any) -> Any:
        self.count += 1
        self.given.set()
        return await super().__call__(*args, **kwargs)


async def test_what_is_done_quickly_is_acknowledged_after_it_and_once() -> None:
    ack = Acks()

    async def work() -> int:
        return ack.count

    assert await in_time(ack, work(), patience=60) == 0
    assert ack.count == 1


async def test_what_takes_long_is_acknowledged_meanwhile_and_still_done() -> None:
    ack = Acks()

    async def work() -> str:
        await ack.given.wait()
        return "done"

    assert await in_time(ack, work(), patience=0) == "done"
    assert ack.count == 1


async def test_what_fails_in_time_is_not_acknowledged_here() -> None:
    ack = Acks()

    async def work() -> None:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        await in_time(ack, work(), patience=60)
    assert ack.count == 0


async def test_who_is_cancelled_leaves_no_work_behind() -> None:
    cancelled = asyncio.Event()

    async def work() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            cancelled.set()

    pressing = asyncio.create_task(in_time(Acks(), work(), patience=0))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    pressing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await pressing
    await asyncio.wait_for(cancelled.wait(), 5)


async def test_a_press_whose_decision_takes_long_is_acknowledged_all_the_same(scene: Scene) -> None:
    scene.desk.may_keep.clear()
    press = asyncio.create_task(scene.slack.click(ANNA, "approve_proposal", value=VALUE))
    await scene.desk.asked.wait()
    assert (await press).acknowledged  # after two seconds, while the decision still waits
    assert scene.desk.approvals == []
    scene.desk.may_keep.set()
    await scene.slack.until(lambda: "approved; writing to Zoho…" in scene.card())
    assert scene.desk.approvals == [FIRST]
    assert not scene.slack.warnings(ANNA)
