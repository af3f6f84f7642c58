"""Things that go wrong with the real Slack, on demand. Each fault strikes `times` times and is then spent."""

from __future__ import annotations

from collections import defaultdict, deque
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What happens to one call: an answer instead of the real one, or the real one done and its answer lost."""

    status: int = 200
    error: str = "internal_error"
    retry_after: int | None = None
    drops_answer: bool = False


class Faults:
    """`method` is a Web API method such as `chat.postMessage`."""

    def __init__(self) -> None:
        self._calls: defaultdict[str, deque[Fault]] = defaultdict(deque)
        self._lost_acks = 0
        self._duplicates = 0

    def rate_limit(self, method: str, *, retry_after: int = 1, times: int = 1) -> None:
        """HTTP 429 with Retry-After in seconds."""
        self._calls[method].extend([Fault(status=429, error="ratelimited", retry_after=retry_after)] * times)

    def server_error(self, method: str, *, status: int = 500, times: int = 1) -> None:
        """An HTTP error with nothing done."""
        self._calls[method].extend([Fault(status=status)] * times)

    def error(self, method: str, code: str, *, times: int = 1) -> None:
        """`ok: false` with this error code, nothing done."""
        self._calls[method].extend([Fault(error=code)] * times)

    def drop_answer(self, method: str, *, times: int = 1) -> None:
        """Do what was asked, then close the connection without an answer."""
        self._calls[method].extend([Fault(drops_answer=True)] * times)

    def lose_ack(self, *, times: int = 1) -> None:
        """The app's next acknowledgements are lost on their way, as if they had never come."""
        self._lost_acks += times

    def duplicate(self, *, times: int = 1) -> None:
        """The next deliveries reach the app twice."""
        self._duplicates += times

    def of_call(self, method: str) -> Fault | None:
        """The fault that strikes this call, if one does."""
        waiting = self._calls[method]
        return waiting.popleft() if waiting else None

    def loses_ack(self) -> bool:
        self._lost_acks, struck = max(0, self._lost_acks - 1), self._lost_acks > 0
        return struck

    def duplicates(self) -> bool:
        self._duplicates, struck = max(0, self._duplicates - 1), self._duplicates > 0
        return struck
