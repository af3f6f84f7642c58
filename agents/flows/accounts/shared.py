"""Work that several people ask for at once is done once, for all of them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

K = TypeVar("K")
T = TypeVar("T")


class Shared(Generic[K, T]):
    """Shares running work within this process. Work that has ended is started again."""

    def __init__(self) -> None:
        self._under_way: dict[K, _Work[T]] = {}

    async def of(self, key: K, work: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """The result of the work under way for this key, or else of this one. It goes on as long as someone waits for it.

        Raises: what the work raises, to everyone who waits for it.
        """
        shared = self._under_way.get(key)
        if shared is None:
            begun = shared = self._under_way[key] = _Work(asyncio.create_task(work()))
            shared.task.add_done_callback(lambda _: self._forget(key, begun))
        shared.waiting += 1
        try:
            return await asyncio.shield(shared.task)
        finally:
            shared.waiting -= 1
            if not shared.waiting and not shared.task.done():
                self._forget(key, shared)
                shared.task.cancel()
                await asyncio.wait({shared.task})

    def _forget(self, key: K, shared: _Work[T]) -> None:
        if self._under_way.get(key) is shared:
            del self._under_way[key]


@dataclass(slots=True)
class _Work(Generic[T]):
    task: asyncio.Task[T]
    waiting: int = 0
