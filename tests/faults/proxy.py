"""A TCP proxy between a real client and a sandbox, which does to chosen requests what networks do to them.

It knows just enough of HTTP/1.1 to tell one exchange from the next: a head, and a body of Content-Length bytes.
"""

from __future__ import annotations

import asyncio
import re
import socket
import struct
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from urllib.parse import urlsplit

_LENGTH = re.compile(rb"\r\ncontent-length:\s*(\d+)", re.IGNORECASE)
_HEAD_LIMIT = 2**20


@dataclass(slots=True)
class Exchange:
    """One request that has reached the proxy whole, and what becomes of it."""

    method: str
    path: str
    request: bytes
    _target: tuple[str, int]
    _hears: asyncio.StreamReader
    _client: asyncio.StreamWriter

    async def forward(self) -> bytes:
        """Bring the request to the server and return its whole answer. Raises: OSError, EOFError where it gives none."""
        reader, writer = await asyncio.open_connection(*self._target, limit=_HEAD_LIMIT)
        try:
            writer.write(self.request)
            await writer.drain()
            return await _message(reader)
        finally:
            writer.close()

    async def reply(self, answer: bytes) -> None:
        """Send this to the client, who may be gone."""
        with suppress(ConnectionError):
            self._client.write(answer)
            await self._client.drain()

    async def abandoned(self) -> None:
        """Wait until the client hangs up."""
        with suppress(ConnectionError):
            while await self._hears.read(_HEAD_LIMIT):
                pass

    def close(self) -> None:
        """End the connection in order (FIN)."""
        self._client.close()

    def reset(self) -> None:
        """Break the connection (RST)."""
        end: socket.socket = self._client.get_extra_info("socket")
        with suppress(OSError):
            end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._client.transport.abort()


Trouble = Callable[[Exchange], Awaitable[None]]


@dataclass(slots=True)
class Proxy:
    """In front of the server at `target`; a trouble strikes the first request that it was laid for, and is then spent."""

    target: str
    _troubles: list[tuple[str, re.Pattern[str], Trouble]] = field(default_factory=list)
    _server: asyncio.Server | None = None
    _port: int = 0
    _serving: set[asyncio.Task[None]] = field(default_factory=set)
    _exchanges: int = 0

    async def start(self) -> None:
        """Listen on a port of its own, the same one again after `refuse`."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self._port, limit=_HEAD_LIMIT)
        self._port = self._server.sockets[0].getsockname()[1]

    async def refuse(self) -> None:
        """Take no connection and drop those there are, until `start`."""
        if self._server is not None:
            self._server.close()
        for task in self._serving:
            task.cancel()
        await asyncio.gather(*self._serving, return_exceptions=True)
        self._server = None

    stop = refuse

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    def strike(self, method: str, path: str, trouble: Trouble, *, times: int = 1) -> None:
        """Lay a trouble for the next requests of this method whose path fits the regular expression."""
        self._troubles += [(method, re.compile(path), trouble)] * times

    @property
    def at_work(self) -> bool:
        """Whether a request is on its way, or its answer."""
        return self._exchanges > 0

    @property
    def waiting(self) -> int:
        """Troubles that have not struck yet."""
        return len(self._troubles)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._serving.add(task)
        try:
            with suppress(ConnectionError, EOFError):
                while not writer.is_closing():
                    exchange = await self._read(reader, writer)
                    self._exchanges += 1
                    try:
                        await (self._trouble_for(exchange) or _pass_on)(exchange)
                    finally:
                        self._exchanges -= 1
        except asyncio.CancelledError:
            writer.transport.abort()  # the streams of the standard library would report the cancellation as an error
        finally:
            self._serving.discard(task)
            writer.close()

    async def _read(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> Exchange:
        request = await _message(reader)
        method, path, _ = request.split(b"\r\n", 1)[0].decode().split(" ")
        address = urlsplit(self.target)
        assert address.hostname
        assert address.port
        return Exchange(method, path.partition("?")[0], request, (address.hostname, address.port), reader, writer)

    def _trouble_for(self, exchange: Exchange) -> Trouble | None:
        for position, (method, pattern, trouble) in enumerate(self._troubles):
            if method == exchange.method and pattern.search(exchange.path):
                del self._troubles[position]
                return trouble
        return None


async def _pass_on(exchange: Exchange) -> None:
    await exchange.reply(await exchange.forward())


async def _message(reader: asyncio.StreamReader) -> bytes:
    """One request or answer, whole. Raises: EOFError where the other side ends before."""
    head = await reader.readuntil(b"\r\n\r\n")
    length = _LENGTH.search(head)
    return head + (await reader.readexactly(int(length[1])) if length else b"")
