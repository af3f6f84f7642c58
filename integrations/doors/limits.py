"""The limits of a door."""

from __future__ import annotations

import resource
from dataclasses import dataclass, field

_MOST = 1024


def _connections() -> int:
    """At most half of the files that this process may open: the rest is for its database and its own calls."""
    files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return _MOST if files == resource.RLIM_INFINITY else max(16, min(_MOST, files // 2))


@dataclass(frozen=True, slots=True, kw_only=True)
class DoorLimits:
    """Seconds are those that the other side may take: for the first byte and the whole head of a request, for its body, for the
    next request on an open connection, and for taking an answer.

    `unread_bytes` is what all connections together may hold of requests that aren't complete yet.
    """

    connections: int = field(default_factory=_connections)
    unread_bytes: int = 8 << 20
    head_seconds: float = 10.0
    body_seconds: float = 10.0
    idle_seconds: float = 75.0
    answer_seconds: float = 30.0
    retry_seconds: int = 2  # after which a client that was turned away may try again


DOOR = DoorLimits()
