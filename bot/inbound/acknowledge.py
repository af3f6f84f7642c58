"""Acknowledge in time: after storing the decision if that is quick, otherwise while the work is still running.

Slack shows a press as failed after three seconds. The press itself was stored before any listener ran (`admission`), so a
slow decision, for example because the CRM is slow, isn't lost by acknowledging it first. A dialog waits longer: what it shows
next is part of its acknowledgement.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from typing import Any, TypeVar

from slack_bolt.context.ack.async_ack import AsyncAck

T = TypeVar("T")
PATIENCE_SECONDS, DIALOG_SECONDS = 0.1, 2.0


async def in_time(
    ack: AsyncAck,
    work: Coroutine[Any, Any, T],
    *,
    patience: float = PATIENCE_SECONDS,
    reply: Callable[[T], Mapping[str, Any]] | None = None,
) -> T:
    """Do the work and acknowledge afterwards, or after `patience` seconds if the work takes longer. `reply` makes what the
    acknowledgement says of the work's result; it is not called if the work takes longer.

    Errors of the work pass through. If one comes in time, nothing is acknowledged here.
    """
    task = asyncio.ensure_future(work)
    try:
        done, _ = await asyncio.wait({task}, timeout=patience)
        if not done:
            await ack()
        result = await task
    except asyncio.CancelledError:
        task.cancel()
        raise
    if done:
        await ack(**(reply(result) if reply else {}))
    return result
