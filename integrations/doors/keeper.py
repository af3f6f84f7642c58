"""Keeps the connections of one server within its limits.

When it is full, a newcomer doesn't have to go: someone who keeps us waiting does, and first one who never sent a request that was
answered well, at the address that holds most. So a crowd that opens connections and says nothing pushes out itself, and a caller
who sends a request and takes the answer is served. Only if all connections are busy on our side is the newcomer turned away.
"""

from __future__ import annotations

import asyncio
import os
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Protocol

import structlog

from integrations.doors.connection import Connection, Peer, Phase, peer_of
from integrations.doors.limits import DOOR, DoorLimits
from integrations.doors.linger import linger

log = structlog.get_logger()
_STRANGERS = 4  # how much more a byte of an unknown connection counts
_LINGERING = 32  # connections turned away that may still read the answer


class Visit(Protocol):
    """One request, for the application that answers it."""

    def received(self) -> None:
        """Its body is complete: from now on we are the one who takes time."""

    def answered(self, *, well: bool) -> None:
        """Its answer is written; `well` if it was a request that we serve."""


class Doorkeeper:
    """`name` is the server's in the log."""

    def __init__(self, name: str, limits: DoorLimits = DOOR) -> None:
        self.name = name
        self.limits = limits
        self._inside: dict[Connection, None] = {}  # oldest first
        self._by_peer: dict[Peer | None, Connection] = {}
        self.unread_bytes = 0  # what requests hold that aren't complete yet
        self._lingering = 0
        self._turned_away: Counter[str] = Counter()
        self._round: asyncio.TimerHandle | None = None

    @property
    def connections(self) -> int:
        return len(self._inside)

    def watched(self, build: Callable[[], asyncio.Protocol]) -> asyncio.Protocol:
        """A protocol for one connection, in front of the server's own, which `build` makes once the connection is admitted."""
        return Connection(self, build)

    def visit(self, peer: object) -> Visit:
        """The request that has just been read from the connection of this peer."""
        connection = self._by_peer.get(peer_of(peer))
        if connection is None:
            return _Unseen()
        connection.asked()
        return connection

    def admit(self, newcomer: Connection) -> bool:
        """Let a new connection in, at the expense of one that keeps us waiting if need be."""
        if len(self._inside) >= self.limits.connections:
            leaving = _most_dispensable(self._inside)
            if leaving is None:
                self._turn_away(newcomer, "full")
                return False
            self._turn_away(leaving, "full")
        self._inside[newcomer] = None
        if newcomer.peer is not None:
            self._by_peer[newcomer.peer] = newcomer
        self._go_round_later()
        return True

    def holds(self, more: int) -> None:
        """A connection holds so many bytes more: if all hold too much, the one that holds most goes."""
        self.unread_bytes += more
        if self.unread_bytes > self.limits.unread_bytes:
            self._turn_away(max(self._inside, key=_weight), "too many bytes")

    def forget(self, connection: Connection) -> None:
        if connection in self._inside:
            del self._inside[connection]
            self.unread_bytes -= connection.held
        if self._by_peer.get(connection.peer) is connection:
            del self._by_peer[connection.peer]

    def _turn_away(self, connection: Connection, why: str, *, status: str = "503 Service Unavailable") -> None:
        self._turned_away[why] += 1
        self.forget(connection)
        retry = f"Retry-After: {self.limits.retry_seconds}\r\n" if status.startswith("503") else ""
        lingering = connection.turn_away(f"HTTP/1.1 {status}\r\n{retry}")
        if lingering is None:
            return
        if self._lingering >= _LINGERING:
            os.close(lingering)
            return
        self._lingering += 1
        linger(lingering, self._has_left)

    def _has_left(self) -> None:
        self._lingering -= 1

    def _go_round_later(self) -> None:
        if self._round is None and self._inside:
            shortest = min(self.limits.head_seconds, self.limits.body_seconds, self.limits.idle_seconds)
            loop = asyncio.get_running_loop()
            self._round = loop.call_later(min(1.0, shortest / 4), self._go_round)

    def _go_round(self) -> None:
        """Close what kept us waiting for too long, and say in one line how many had to go."""
        self._round = None
        now = asyncio.get_running_loop().time()
        for each in list(self._inside):
            if each.is_late(now, self.limits):
                self._turn_away(each, "too slow", status="408 Request Timeout")
        if self._turned_away:
            log.warning("door.turned_away", server=self.name, inside=len(self._inside), **_plain(self._turned_away))
            self._turned_away.clear()
        self._go_round_later()


class _Unseen:
    """A request over something other than a connection of ours, as in tests without a socket."""

    def received(self) -> None: ...

    def answered(self, *, well: bool) -> None: ...


def _most_dispensable(connections: Iterable[Connection]) -> Connection | None:
    waiting = [each for each in connections if each.keeps_us_waiting]
    crowd = [each for each in waiting if not each.known] or waiting
    if not crowd:
        return None
    by_address = Counter(each.address for each in crowd)
    # The client of a known connection may be about to send its next request: it goes last.
    return max(
        crowd, key=lambda each: (each.known and each.phase is not Phase.BETWEEN, by_address[each.address], -each.since)
    )


def _weight(connection: Connection) -> int:
    """What it holds; a stranger's counts more, yet a small request of a stranger never goes for a large one of someone known."""
    return connection.held if connection.known else _STRANGERS * connection.held


def _plain(turned_away: Counter[str]) -> dict[str, int]:
    return {why.replace(" ", "_"): count for why, count in turned_away.items()}
