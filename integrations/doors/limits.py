"""The limits of a door."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class DoorLimits:
    """Seconds are those that the other side may take: for the first byte and the whole head of a request, for its body, for the
    next request on an open connection, and for taking an answer.

    `unread_bytes` is what all connections together may hold of requests that aren't complete yet.
    """

    connections: int = 256
    unread_bytes: int = 16 << 20
    head_seconds: float = 10.0
    body_seconds: float = 10.0
    idle_seconds: float = 75.0
    answer_seconds: float = 30.0
    retry_seconds: int = 2  # after which a client that was turned away may try again


DOOR = DoorLimits()
