"""Faults on demand: network and service failures that strike one call at a time."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from integrations.sandbox.zoho.errors import invalid_token

TOO_MANY: dict[str, Any] = {
    "code": "TOO_MANY_REQUESTS",
    "details": {},
    "message": "You have crossed the maximum number of requests allowed per minute. Please try again later.",
    "status": "error",
}


CROWDED: dict[str, Any] = TOO_MANY | {
    "message": "You have reached the maximum number of concurrent API calls. Please try again later."
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """A fault for one call. `answer`: replies with `status` and `body` and does nothing. `drop`: the connection breaks
    before anything is done. `drop_after`: the call is done, then the connection breaks. `slow`: it is done after `seconds`.
    `hold`: it is done once released. `expire`: all access tokens end just before it.
    """

    kind: Literal["answer", "drop", "drop_after", "slow", "hold", "expire"]
    status: int = 500
    body: Mapping[str, Any] | str = ""
    seconds: float = 0.0


class Faults:
    """A queue of faults; each strikes the first call with the same method and a matching path.

    `search_lag`, in seconds of the sandbox's clock, delays when lists, related lists, searches, COQL and timelines see a
    write; reads by id see it at once. It lasts until it is set again.
    """

    search_lag: float = 0.0

    def __init__(self) -> None:
        self._waiting: list[_Waiting] = []
        self._bulk_failures = 0
        self._lost_notifications = 0
        self._held = 0
        self._released = 0
        self._changed = asyncio.Condition()

    def add(self, method: str, path: str, fault: Fault, *, times: int = 1, after: int = 0) -> None:
        """`path` is a regular expression to search for in the path, e.g. `/Tasks$`; `method` "*" is any. The first `after`
        such calls are spared: the third page of a list breaks with `after=2`."""
        kind = re.compile(path)
        self._waiting += [_Waiting(method.upper(), kind, fault, after) for _ in range(times)]

    def answer(
        self,
        method: str,
        path: str,
        *,
        status: int,
        body: Mapping[str, Any] | str = "",
        times: int = 1,
        after: int = 0,
    ) -> None:
        self.add(method, path, Fault(kind="answer", status=status, body=body), times=times, after=after)

    def throttle(self, method: str, path: str, *, times: int = 1, after: int = 0) -> None:
        self.answer(method, path, status=429, body=TOO_MANY, times=times, after=after)

    def refuse_token(self, method: str, path: str, *, times: int = 1, after: int = 0) -> None:
        self.answer(method, path, status=401, body=invalid_token().body(), times=times, after=after)

    def expire_tokens(self, method: str, path: str, *, times: int = 1, after: int = 0) -> None:
        """End every access token just before the call: it and all that follow are refused until the client fetches a new
        one."""
        self.add(method, path, Fault(kind="expire"), times=times, after=after)

    def drop(self, method: str, path: str, *, times: int = 1, after: int = 0) -> None:
        self.add(method, path, Fault(kind="drop"), times=times, after=after)

    def drop_after(self, method: str, path: str, *, times: int = 1, after: int = 0) -> None:
        self.add(method, path, Fault(kind="drop_after"), times=times, after=after)

    def slow(self, method: str, path: str, *, seconds: float, times: int = 1, after: int = 0) -> None:
        self.add(method, path, Fault(kind="slow", seconds=seconds), times=times, after=after)

    def hold(self, method: str, path: str, *, times: int = 1, after: int = 0) -> None:
        """Make the call wait until `release`; meanwhile it counts as being served."""
        self.add(method, path, Fault(kind="hold"), times=times, after=after)

    async def held(self, calls: int) -> None:
        """Return once this many calls wait."""
        async with self._changed:
            await self._changed.wait_for(lambda: self._held >= calls)

    async def release(self) -> None:
        """Let every waiting call continue."""
        async with self._changed:
            self._released += 1
            self._changed.notify_all()

    async def wait(self) -> None:
        """Wait, as a held call does."""
        async with self._changed:
            self._held += 1
            self._changed.notify_all()
            before = self._released
            try:
                await self._changed.wait_for(lambda: self._released > before)
            finally:
                self._held -= 1

    def fail_bulk(self, *, times: int = 1) -> None:
        """Let the next bulk read job end as a FAILURE."""
        self._bulk_failures += times

    def take_bulk_failure(self) -> bool:
        """Whether the job created now should fail."""
        fails = self._bulk_failures > 0
        self._bulk_failures -= fails
        return fails

    def lose_notification(self, *, times: int = 1) -> None:
        """Don't send the next notification to a channel."""
        self._lost_notifications += times

    def take_lost_notification(self) -> bool:
        """Whether to lose the notification that is about to be sent."""
        lost = self._lost_notifications > 0
        self._lost_notifications -= lost
        return lost

    def clear(self) -> None:
        """Remove all faults; `search_lag` stays."""
        self._waiting.clear()
        self._bulk_failures = 0
        self._lost_notifications = 0

    def take(self, method: str, path: str) -> Fault | None:
        """Take the next fault for this call out of the queue."""
        for position, waiting in enumerate(self._waiting):
            if waiting.method not in ("*", method) or not waiting.path.search(path):
                continue
            if waiting.spared == 0:
                del self._waiting[position]
                return waiting.fault
            waiting.spared -= 1
        return None


@dataclass(slots=True)
class _Waiting:
    """A fault in the queue, with the number of calls it still spares."""

    method: str
    path: re.Pattern[str]
    fault: Fault
    spared: int
