"""Faults on demand: what a network and a busy service do to a client, one call at a time."""

from __future__ import annotations

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What happens to one call. `answer`: `status` and `body` instead of the real answer, nothing is done. `drop`: the
    connection breaks before anything is done. `drop_after`: it is done, then the connection breaks. `slow`: it is done
    after `seconds`."""

    kind: Literal["answer", "drop", "drop_after", "slow"]
    status: int = 500
    body: Mapping[str, Any] | str = ""
    seconds: float = 0.0


class Faults:
    """A queue of faults; each is taken by the first call whose method is the same and whose path matches.

    `search_lag`, in seconds of the sandbox's clock, is how long lists, related lists, searches, COQL and timelines do not know
    yet of what was written; reading a record by its id knows at once. It lasts until it is set again.
    """

    search_lag: float = 0.0

    def __init__(self) -> None:
        self._waiting: list[tuple[str, re.Pattern[str], Fault]] = []
        self._bulk_failures = 0
        self._lost_notifications = 0

    def add(self, method: str, path: str, fault: Fault, *, times: int = 1) -> None:
        """`path` is a regular expression, searched for in the path, e.g. `/Tasks$`; `method` "*" is any."""
        self._waiting += [(method.upper(), re.compile(path), fault)] * times

    def answer(
        self, method: str, path: str, *, status: int, body: Mapping[str, Any] | str = "", times: int = 1
    ) -> None:
        self.add(method, path, Fault(kind="answer", status=status, body=body), times=times)

    def throttle(self, method: str, path: str, *, times: int = 1) -> None:
        self.answer(method, path, status=429, body=TOO_MANY, times=times)

    def refuse_token(self, method: str, path: str, *, times: int = 1) -> None:
        self.answer(method, path, status=401, body=invalid_token().body(), times=times)

    def drop(self, method: str, path: str, *, times: int = 1) -> None:
        self.add(method, path, Fault(kind="drop"), times=times)

    def drop_after(self, method: str, path: str, *, times: int = 1) -> None:
        self.add(method, path, Fault(kind="drop_after"), times=times)

    def slow(self, method: str, path: str, *, seconds: float, times: int = 1) -> None:
        self.add(method, path, Fault(kind="slow", seconds=seconds), times=times)

    def fail_bulk(self, *, times: int = 1) -> None:
        """The next bulk read job that is created ends as a FAILURE."""
        self._bulk_failures += times

    def take_bulk_failure(self) -> bool:
        """Whether the job made now is one that fails."""
        fails = self._bulk_failures > 0
        self._bulk_failures -= fails
        return fails

    def lose_notification(self, *, times: int = 1) -> None:
        """The next notification to a channel is not sent."""
        self._lost_notifications += times

    def take_lost_notification(self) -> bool:
        """Whether the notification that would be sent now is lost."""
        lost = self._lost_notifications > 0
        self._lost_notifications -= lost
        return lost

    def clear(self) -> None:
        """No fault strikes any more; `search_lag` stays."""
        self._waiting.clear()
        self._bulk_failures = 0
        self._lost_notifications = 0

    def take(self, method: str, path: str) -> Fault | None:
        """The next fault for this call, which is then gone from the queue."""
        for position, (wanted, pattern, fault) in enumerate(self._waiting):
            if wanted in ("*", method) and pattern.search(path):
                del self._waiting[position]
                return fault
        return None
