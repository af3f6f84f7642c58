"""Compute beside the event loop.

Checking an answer or a review against its sources takes tenths of a second, in which the loop would acknowledge no press. The
thread is a single one of its own: checks wait for each other, and never fill the pool that everything else uses.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")
_ONE_BY_ONE = ThreadPoolExecutor(max_workers=1, thread_name_prefix="checks")


async def computed(work: Callable[[], T]) -> T:
    """Return the result of work that only computes, on data that no one else changes meanwhile."""
    return await asyncio.get_running_loop().run_in_executor(_ONE_BY_ONE, work)
