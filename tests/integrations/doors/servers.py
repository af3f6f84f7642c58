"""A small server behind a door, with each of our two server libraries, and clients that keep it waiting."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlsplit

from aiohttp import web
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from integrations.doors.keeper import Doorkeeper
from integrations.doors.limits import DoorLimits
from integrations.doors.on_aiohttp import GuardedRunner, at_the_door
from integrations.mcp_servers.asgi_server import serving

HEAD = b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n"
ASK = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"
HALF = b"POST / HTTP/1.1\r\nHost: loc"
CHUNK = b"x" * 100_000


class Work:
    """What the server does: answers the length of a body, waits at `/wait` until `go`, drips at `/drip` and pours at `/pour`."""

    def __init__(self) -> None:
        self.go = asyncio.Event()
        self.full = asyncio.Event()  # four are waiting
        self._waiting = 0

    async def wait(self) -> None:
        self._waiting += 1
        if self._waiting == 4:
            self.full.set()
        await self.go.wait()

    async def drops(self) -> AsyncIterator[bytes]:
        for _ in range(6):
            await asyncio.sleep(0.1)
            yield b"drop"

    async def floods(self) -> AsyncIterator[bytes]:
        while True:
            await asyncio.sleep(0)  # as anything does that has to read what it sends
            yield CHUNK


@asynccontextmanager
async def on_aiohttp(work: Work, limits: DoorLimits) -> AsyncIterator[int]:
    async def length(request: web.Request) -> web.Response:
        return web.Response(text=str(len(await request.read())))

    async def wait(_: web.Request) -> web.Response:
        await work.wait()
        return web.Response(text="done")

    def streams(pieces: Callable[[], AsyncIterator[bytes]]) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        async def stream(request: web.Request) -> web.StreamResponse:
            response = web.StreamResponse()
            await response.prepare(request)
            async for piece in pieces():
                await response.write(piece)
            return response

        return stream

    keeper = Doorkeeper("test", limits)
    app = web.Application(middlewares=[at_the_door(keeper)], client_max_size=1 << 24)
    app.add_routes([web.route("*", "/", length), web.get("/wait", wait)])
    app.add_routes([web.get("/drip", streams(work.drops)), web.get("/pour", streams(work.floods))])
    runner = GuardedRunner(app, keeper, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield runner.addresses[0][1]
    work.go.set()
    await runner.cleanup()


@asynccontextmanager
async def on_uvicorn(work: Work, limits: DoorLimits) -> AsyncIterator[int]:
    async def length(request: Request) -> Response:
        return PlainTextResponse(str(len(await request.body())))

    async def wait(_: Request) -> Response:
        await work.wait()
        return PlainTextResponse("done")

    app = Starlette(
        routes=[
            Route("/", length, methods=["GET", "POST"]),
            Route("/wait", wait),
            Route("/drip", lambda _: StreamingResponse(work.drops())),
            Route("/pour", lambda _: StreamingResponse(work.floods())),
        ]
    )
    async with serving(lambda _: app, host="127.0.0.1", port=0, limits=limits) as url:
        yield urlsplit(url).port or 0
        work.go.set()


LIBRARIES: dict[str, Any] = {"aiohttp": on_aiohttp, "uvicorn": on_uvicorn}


class Caller:
    """One connection, from the client's side."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    @classmethod
    async def to(cls, port: int, data: bytes = b"") -> Caller:
        caller = cls(*await asyncio.open_connection("127.0.0.1", port))
        caller.writer.write(data)
        return caller

    async def answer(self) -> tuple[int, dict[str, str]]:
        """The next answer's status and headers; its body is read."""
        async with asyncio.timeout(10):
            head = (await self.reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
            headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in head[1:] if line)}
            await self.reader.readexactly(int(headers.get("content-length", 0)))
        return int(head[0].split(" ")[1]), headers

    async def rest(self) -> bytes:
        """Everything until the server hangs up. Raises: TimeoutError if it doesn't."""
        async with asyncio.timeout(10):
            try:
                return await self.reader.read()
            except ConnectionError:
                return b""

    async def asks(self, data: bytes = ASK) -> int:
        self.writer.write(data)
        return (await self.answer())[0]

    def leave(self) -> None:
        self.writer.close()
