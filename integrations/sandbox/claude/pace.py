"""How fast the sandbox answers: at once by default, or with delays before the first token and for each later one."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

Sleep = Callable[[float], Awaitable[object]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Latency:
    """`first_token` in seconds; `tokens_per_second` 0 means at once."""

    first_token: float = 0.0
    tokens_per_second: float = 0.0

    def of(self, tokens: int) -> float:
        """Return the seconds for this many tokens, without the wait for the first."""
        return tokens / self.tokens_per_second if self.tokens_per_second else 0.0


class Pace:
    """`latency` may be set at any time. `sleep` lets time pass: asyncio's, or that of a clock moved by hand."""

    def __init__(self, latency: Latency, sleep: Sleep = asyncio.sleep) -> None:
        self.latency = latency
        self._sleep = sleep

    async def begin(self) -> None:
        await self.wait(self.latency.first_token)

    async def say(self, tokens: int) -> None:
        await self.wait(self.latency.of(tokens))

    async def wait(self, seconds: float) -> None:
        if seconds > 0:
            await self._sleep(seconds)
