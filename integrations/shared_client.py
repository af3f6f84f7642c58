"""One MCP client shared by many callers."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from mcp import Client


class SharedClient:
    """One task enters and leaves the client, as its task group requires; other tasks use it in between. `broken` lists the
    exceptions of a lost or refused connection."""

    def __init__(self, connect: Callable[[], Client], *, broken: tuple[type[BaseException], ...]) -> None:
        self.client: asyncio.Future[Client] = asyncio.get_running_loop().create_future()
        self._broken = broken
        self._stop = asyncio.Event()
        self._task = asyncio.create_task(self._hold(connect()))

    @property
    def alive(self) -> bool:
        return not self._task.done() and not self._stop.is_set()

    async def close(self) -> None:
        self._stop.set()
        await asyncio.wait([self._task])

    async def _hold(self, client: Client) -> None:
        try:
            async with client:
                self.client.set_result(client)
                await self._stop.wait()
        except self._broken as exc:
            if not self.client.done():
                self.client.set_exception(exc)
        finally:
            self.client.cancel()
