"""Serve an ASGI application on a socket of this machine for the duration of a block."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from functools import partial
from typing import Any

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol

from integrations.doors.keeper import Doorkeeper
from integrations.doors.limits import DOOR, DoorLimits
from integrations.doors.on_asgi import AtTheDoor
from store.domain.errors import BadInput

HEAD_LIMIT = 16 * 1024  # bytes of a request's line and headers
GRACE = 5  # seconds that running requests have to finish when the server stops


@asynccontextmanager
async def serving(
    build: Callable[[int], ASGIApp], *, host: str, port: int, limits: DoorLimits = DOOR
) -> AsyncIterator[str]:
    """Listen and yield the address, e.g. `http://127.0.0.1:8765`; port 0 takes a free one. `build` is given the port.

    Accepts requests from the start of the block and lets running ones finish at its end. Raises: BadInput if the port is
    not available.
    """
    listening = _listening(host, port)
    actual: int = listening.getsockname()[1]
    keeper = Doorkeeper("mcp", limits)
    config = uvicorn.Config(
        AtTheDoor(build(actual), keeper),
        http=partial(_behind, keeper),  # type: ignore[arg-type]  # uvicorn only calls it, for each connection
        h11_max_incomplete_event_size=HEAD_LIMIT,
        proxy_headers=False,  # or a caller could name another's connection as its own
        log_config=None,
        access_log=False,
        server_header=False,
        ws="none",
        lifespan="on",
        timeout_graceful_shutdown=GRACE,
    )
    server = _Server(config)
    running = asyncio.create_task(server.serve(sockets=[listening]))
    try:
        yield f"http://{f'[{host}]' if ':' in host else host}:{actual}"
    finally:
        server.should_exit = True
        await running


class _Server(uvicorn.Server):
    """Leaves signals to the caller: uvicorn would end the process before the store is closed."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def _behind(keeper: Doorkeeper, **given: Any) -> asyncio.Protocol:
    return keeper.watched(lambda: H11Protocol(**given))


def _listening(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family)
    except OSError as exc:
        raise BadInput(f"Port {port} of {host} is not available: {exc.strerror}. Choose another.") from exc
