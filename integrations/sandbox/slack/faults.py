"""Failures of the real Slack, on demand. Each fault strikes `times` times and is then used up."""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from dataclasses import dataclass
from typing import Literal

ParcelKind = Literal["events_api", "interactive", "slash_commands"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """A fault for one call: an answer instead of the real one, or the call done and its answer lost."""

    status: int = 200
    error: str = "internal_error"
    retry_after: int | None = None
    drops_answer: bool = False


class Faults:
    """`method` is a Web API method such as `chat.postMessage`."""

    def __init__(self) -> None:
        self._calls: defaultdict[str, deque[Fault]] = defaultdict(deque)
        self._lost_acks: Counter[ParcelKind] = Counter()
        self._duplicates: Counter[ParcelKind] = Counter()

    def rate_limit(self, method: str, *, retry_after: int = 1, times: int = 1) -> None:
        """Answer HTTP 429 with Retry-After in seconds."""
        self._calls[method].extend([Fault(status=429, error="ratelimited", retry_after=retry_after)] * times)

    def server_error(self, method: str, *, status: int = 500, times: int = 1) -> None:
        """Answer with an HTTP error and do nothing."""
        self._calls[method].extend([Fault(status=status)] * times)

    def error(self, method: str, code: str, *, times: int = 1) -> None:
        """Answer `ok: false` with this error code and do nothing."""
        self._calls[method].extend([Fault(error=code)] * times)

    def drop_answer(self, method: str, *, times: int = 1) -> None:
        """Carry out the call, then close the connection without an answer."""
        self._calls[method].extend([Fault(drops_answer=True)] * times)

    def lose_ack(self, *, kind: ParcelKind = "interactive", times: int = 1) -> None:
        """Lose the app's next acknowledgements of this kind on their way."""
        self._lost_acks[kind] += times

    def duplicate(self, *, kind: ParcelKind = "interactive", times: int = 1) -> None:
        """Deliver the next payloads of this kind to the app twice."""
        self._duplicates[kind] += times

    def clear(self, method: str) -> None:
        """From now on this method works again."""
        self._calls[method].clear()

    def of_call(self, method: str) -> Fault | None:
        """Return the fault that strikes this call, if any."""
        waiting = self._calls[method]
        return waiting.popleft() if waiting else None

    def loses_ack(self, kind: ParcelKind) -> bool:
        return _spent(self._lost_acks, kind)

    def duplicates(self, kind: ParcelKind) -> bool:
        return _spent(self._duplicates, kind)


def _spent(waiting: Counter[ParcelKind], kind: ParcelKind) -> bool:
    """Whether a fault waited for this kind; uses it up."""
    struck = waiting[kind] > 0
    waiting[kind] -= struck
    return struck
