"""Serving an ASGI application on a socket of this machine for as long as a block lasts."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager

import uvicorn
from starlette.types import ASGIApp

from store.domain.errors import BadInput

GRACE = 5  # seconds that a request under way has to end when the server stops


@asynccontextmanager
async def serving(build: Callable[[int], ASGIApp], *, host: str, port: int) -> AsyncIterator[str]:
    """Listen and yield the address, e.g. `http://127.0.0.1:8765`; port 0 takes a free one. `build` is given the port.

    Requests are taken from the first moment of the block; on leaving, those under way may end. Raises: BadInput where the
    port cannot be had.
    """
    listening = _listening(host, port)
    actual: int = listening.getsockname()[1]
    config = uvicorn.Config(
        build(actual),
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
    """Leaves signals to whoever started it: uvicorn would end the process before the store is closed."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def _listening(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family)
    except OSError as exc:
        raise BadInput(f"Port {port} of {host} cannot be used: {exc.strerror}. Choose another.") from exc
