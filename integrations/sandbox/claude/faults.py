"""Failures of the real service, on demand. Each fault strikes `times` times and is then used up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

FaultKind = Literal[
    "error", "drop", "stall", "slow", "garble", "cut", "error_event", "truncate", "refuse", "no_json", "no_usage"
]
Route = Literal["messages", "count_tokens", "batches", "models"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """A fault for one call. `error`: an answer with `status`. `drop`: the connection breaks before the answer. `stall`:
    silence for `seconds`, then the connection breaks. `slow`: the answer comes `seconds` late. `garble`: status 200 and a
    body that is not JSON. `cut`: the connection breaks in the middle of the answer. `error_event`: a stream ends with an
    error of `status` in the middle; an answer that is not streamed becomes that error. In the model's answer: `truncate`
    ends half-way with `max_tokens`, `refuse` is a refusal, `no_json` breaks the requested JSON. `no_usage`: a gateway leaves
    out what the answer cost.
    """

    kind: FaultKind
    status: int = 500
    seconds: float = 0.0
    retry_after: int | None = None


class Faults:
    """`agent` strikes only calls for this agent, e.g. "Recommendation Author"; the first `after` such calls are spared."""

    def __init__(self) -> None:
        self._waiting: list[_Waiting] = []
        self._outage: Fault | None = None

    def add(
        self, fault: Fault, *, times: int = 1, after: int = 0, agent: str | None = None, route: Route = "messages"
    ) -> None:
        self._waiting += [_Waiting(route, agent, fault, after) for _ in range(times)]

    def rate_limit(self, *, retry_after: int = 1, times: int = 1, after: int = 0, agent: str | None = None) -> None:
        """429 with Retry-After in seconds."""
        self.add(Fault(kind="error", status=429, retry_after=retry_after), times=times, after=after, agent=agent)

    def overload(self, *, times: int = 1, after: int = 0, agent: str | None = None) -> None:
        """529."""
        self.add(Fault(kind="error", status=529), times=times, after=after, agent=agent)

    def server_error(self, *, status: int = 500, times: int = 1, after: int = 0, agent: str | None = None) -> None:
        self.add(Fault(kind="error", status=status), times=times, after=after, agent=agent)

    def drop(self, *, times: int = 1, after: int = 0, agent: str | None = None) -> None:
        """Break the connection before the answer."""
        self.add(Fault(kind="drop"), times=times, after=after, agent=agent)

    def stall(self, *, seconds: float = 600.0, times: int = 1, after: int = 0, agent: str | None = None) -> None:
        """Send nothing, so that the client runs into its time limit."""
        self.add(Fault(kind="stall", seconds=seconds), times=times, after=after, agent=agent)

    def slow(self, *, seconds: float, times: int = 1, after: int = 0, agent: str | None = None) -> None:
        self.add(Fault(kind="slow", seconds=seconds), times=times, after=after, agent=agent)

    def garble(self, *, times: int = 1, after: int = 0, agent: str | None = None) -> None:
        """Send a body, or an event of a stream, that is not JSON."""
        self.add(Fault(kind="garble"), times=times, after=after, agent=agent)

    def cut(self, *, times: int = 1, after: int = 0, agent: str | None = None) -> None:
        """Break the connection in the middle of the answer."""
        self.add(Fault(kind="cut"), times=times, after=after, agent=agent)

    def error_event(self, *, status: int = 529, times: int = 1, after: int = 0, agent: str | None = None) -> None:
        """End a stream that began well with an error event."""
        self.add(Fault(kind="error_event", status=status), times=times, after=after, agent=agent)

    def truncate(self, *, times: int = 1, after: int = 0, agent: str | None = None) -> None:
        """Stop the model half-way: `max_tokens`."""
        self.add(Fault(kind="truncate"), times=times, after=after, agent=agent)

    def refuse(self, *, times: int = 1, after: int = 0, agent: str | None = None) -> None:
        """Let the model decline: stop reason `refusal`, no content."""
        self.add(Fault(kind="refuse"), times=times, after=after, agent=agent)

    def break_json(self, *, times: int = 1, after: int = 0, agent: str | None = None) -> None:
        """Let the model write broken JSON although a shape was requested."""
        self.add(Fault(kind="no_json"), times=times, after=after, agent=agent)

    def no_usage(self, *, times: int = 1, after: int = 0, agent: str | None = None) -> None:
        """Leave out `usage`, as gateways in front of the service have been seen to."""
        self.add(Fault(kind="no_usage"), times=times, after=after, agent=agent)

    def outage(self, fault: Fault | None = None) -> None:
        """Fail every call in this way (529 by default) until `clear`."""
        self._outage = fault or Fault(kind="error", status=529)

    def clear(self) -> None:
        """Remove all faults."""
        self._waiting.clear()
        self._outage = None

    def take(self, route: Route, agent: str = "") -> Fault | None:
        """Take the fault for this call out of the queue."""
        if self._outage is not None:
            return self._outage
        for position, waiting in enumerate(self._waiting):
            if waiting.route != route or waiting.agent not in (None, agent):
                continue
            if waiting.spared == 0:
                del self._waiting[position]
                return waiting.fault
            waiting.spared -= 1
        return None


@dataclass(slots=True)
class _Waiting:
    """A fault in the queue, with the number of calls it still spares."""

    route: Route
    agent: str | None
    fault: Fault
    spared: int
