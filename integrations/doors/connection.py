"""One connection of a server, between asyncio's transport and the server library's own protocol."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from enum import Enum, auto
from typing import Protocol, cast

from integrations.doors.limits import DoorLimits
from integrations.doors.linger import end_of

PIECE = 1 << 14  # bytes read from one connection before the others have their turn
Peer = tuple[str, int]
_END = "Connection: close\r\nContent-Length: 0\r\n\r\n"


def peer_of(name: object) -> Peer | None:
    """The other side's address and port, however many parts its family has."""
    return (str(name[0]), int(name[1])) if isinstance(name, (tuple, list)) and len(name) > 1 else None


class Phase(Enum):
    """Who takes time, and for what."""

    HEAD = auto()  # the client: a request's first line and headers
    BODY = auto()  # the client: the rest of it
    OURS = auto()  # we: the answer
    BETWEEN = auto()  # the client: its next request


class Keeper(Protocol):
    """Decides who stays."""

    def admit(self, newcomer: Connection, /) -> bool: ...

    def holds(self, more: int, /) -> None:
        """A connection holds so many bytes more, or fewer."""

    def forget(self, connection: Connection, /) -> None: ...


class Connection(asyncio.Protocol):
    """`known` says that a request on it was answered well; `held` counts the bytes of a request that isn't complete."""

    def __init__(self, keeper: Keeper, build: Callable[[], asyncio.Protocol]) -> None:
        self._keeper = keeper
        self._build = build
        self._server: asyncio.Protocol | None = None
        self._loop = asyncio.get_running_loop()
        self.phase = Phase.HEAD
        self.since = self._loop.time()
        self.held = 0
        self.known = False
        self.peer: Peer | None = None
        self.address = ""
        self._stuck_since: float | None = None

    # The server's side

    def asked(self) -> None:
        self._enter(Phase.BODY)

    def received(self) -> None:
        if self.phase is Phase.BODY:
            self._enter(Phase.OURS)
            self._hold(0)

    def answered(self, *, well: bool) -> None:
        self._enter(Phase.BETWEEN)
        self._hold(0)
        self.known = self.known or well

    @property
    def keeps_us_waiting(self) -> bool:
        return self.phase is not Phase.OURS or self._stuck_since is not None

    def is_late(self, now: float, limits: DoorLimits) -> bool:
        if self._stuck_since is not None:
            return now - self._stuck_since > limits.answer_seconds
        allowed = {
            Phase.HEAD: limits.head_seconds,
            Phase.BODY: limits.body_seconds,
            Phase.BETWEEN: limits.idle_seconds,
        }
        return self.phase in allowed and now - self.since > allowed[self.phase]

    def turn_away(self, head: str) -> int | None:
        """Close it, with an answer if one is due; then the file descriptor that has to linger so that the answer arrives."""
        is_due = self._stuck_since is None and (
            self.phase is Phase.BODY or (self.phase is Phase.HEAD and self._is_asking)
        )
        server, self._server = self._server, None
        lingering = None
        if is_due:
            self._transport.write((head + _END).encode())
            lingering = end_of(self._transport)
        self._transport.abort()
        if server is not None:
            server.connection_lost(ConnectionAbortedError("it was turned away"))
        return lingering

    # The transport's side

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        if hasattr(
            transport, "max_size"
        ):  # asyncio reads 256 KiB at a time from each of all connections before we can refuse
            transport.max_size = PIECE
        self.peer = peer_of(transport.get_extra_info("peername"))
        self.address = str(self.peer[0]) if self.peer else ""
        if self._keeper.admit(self):
            self._server = self._build()
            self._server.connection_made(transport)

    def data_received(self, data: bytes) -> None:
        if self._server is None:
            return
        if self.phase is Phase.BETWEEN:
            self._enter(Phase.HEAD)
        if self.phase is not Phase.OURS:
            self._hold(self.held + len(data))
        if self._server is not None:
            self._server.data_received(data)

    def eof_received(self) -> bool | None:
        return self._server.eof_received() if self._server is not None else None

    def connection_lost(self, exc: Exception | None) -> None:
        self._keeper.forget(self)
        server, self._server = self._server, None
        if server is not None:
            server.connection_lost(exc)

    def pause_writing(self) -> None:
        self._stuck_since = self._loop.time()
        if self._server is not None:
            self._server.pause_writing()

    def resume_writing(self) -> None:
        self._stuck_since = None
        if self._server is not None:
            self._server.resume_writing()

    def _hold(self, held: int) -> None:
        more, self.held = held - self.held, held
        if self._server is not None:  # or the keeper no longer counts it
            self._keeper.holds(more)

    @property
    def _is_asking(self) -> bool:
        """Whether an answer would be one to a request: to its first bytes, or to one that is on its way to a full server."""
        return self.held > 0 or self._server is None

    def _enter(self, phase: Phase) -> None:
        self.phase, self.since = phase, self._loop.time()
