"""Acknowledging in time: after the decision is kept where that is quick, else while it is still being worked on.

Slack shows a press as failed after three seconds. The press itself was kept before any listener ran (`admission`), so that a
decision that takes longer, because the CRM answers slowly, is not lost by acknowledging it first.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

from slack_bolt.context.ack.async_ack import AsyncAck

T = TypeVar("T")
PATIENCE_SECONDS = 2.0


async def in_time(ack: AsyncAck, work: Coroutine[Any, Any, T], *, patience: float = PATIENCE_SECONDS) -> T:
    """Do the work and acknowledge: after it, or after `patience` seconds where it takes longer than that.

    What the work raises comes through, and is not acknowledged here where it came in time.
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
        await ack()
    return result
