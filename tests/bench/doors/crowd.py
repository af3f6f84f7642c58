"""The hostile side, in a process of its own: connections that hold a server up in five ways and come back when they are cut off."""

from __future__ import annotations

import asyncio
import contextlib
from multiprocessing.connection import Connection

from tests.bench.doors.servers import SERVERS

BODY = 1 << 20
_HALF = b"POST /slack/events HTTP/1.1\r\nHost: loc"
_PIECE = b"x" * 65_536
PAUSE = 1.0  # seconds before a connection that was cut off is opened again


async def _idle(_reader: asyncio.StreamReader, _writer: asyncio.StreamWriter, _opening: bytes) -> None: ...


async def _half_a_head(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter, _opening: bytes) -> None:
    writer.write(_HALF)


async def _slow_body(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter, opening: bytes) -> None:
    writer.write(opening)
    while not writer.is_closing():
        writer.write(b"x")
        await asyncio.sleep(0.5)


async def _big_body(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter, opening: bytes) -> None:
    """All of it but the last byte."""
    writer.write(opening)
    for _ in range(BODY // len(_PIECE) - 1):
        writer.write(_PIECE)
        await writer.drain()
    writer.write(_PIECE[1:])


async def _refused(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, opening: bytes) -> None:
    """Whole requests, one after the other, that are refused."""
    while not writer.is_closing():
        writer.write(b"GET /nowhere HTTP/1.1\r\nHost: localhost\r\n\r\n")
        await reader.readuntil(b"\r\n\r\n")
        await asyncio.sleep(1)


WAYS = (_idle, _half_a_head, _slow_body, _big_body, _refused)


def run(name: str, port: int, count: int, pipe: Connection) -> None:
    """Says when every connection was opened once, and how often one was in all, when anything comes back."""
    asyncio.run(_besiege(SERVERS[name].opening(BODY), port, count, pipe))


async def _besiege(opening: bytes, port: int, count: int, pipe: Connection) -> None:
    opened = [0] * count
    everywhere = asyncio.Event()

    async def come_back(number: int) -> None:
        while True:
            with contextlib.suppress(OSError, asyncio.IncompleteReadError):
                reader, writer = await asyncio.open_connection("127.0.0.1", port)
                opened[number] += 1
                if all(opened):
                    everywhere.set()
                try:
                    await WAYS[number % len(WAYS)](reader, writer, opening)
                    while await reader.read(1 << 16):
                        pass
                finally:
                    writer.close()
            await asyncio.sleep(PAUSE)

    tasks = [asyncio.create_task(come_back(number)) for number in range(count)]
    await everywhere.wait()
    pipe.send(count)
    await asyncio.to_thread(pipe.recv)
    pipe.send(sum(opened))
    for task in tasks:
        task.cancel()
