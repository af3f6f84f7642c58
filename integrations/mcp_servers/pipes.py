"""Standard input and output on the event loop, for MCP servers that a host starts.

For each line and each flush, the SDK hands over to a thread and back, which takes a tenth of a search's time. We do that
only for streams the loop cannot poll, such as files.
"""

from __future__ import annotations

import asyncio
import os
import stat
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

from mcp.server.stdio import stdio_server

LINE_LIMIT = 256 * 1024 * 1024  # bytes; the protocol sets no limit, and the host could end us anyway

Streams = tuple[Any, Any]  # as `stdio_server` yields them


@asynccontextmanager
async def standard_streams() -> AsyncIterator[Streams]:
    """Yield the streams of an MCP server. Meanwhile, other readers find standard input empty, and other prints go to
    standard error."""
    if not all(map(_can_be_waited_for, (0, 1))):
        async with stdio_server() as streams:
            yield streams
        return
    with _taken(0) as coming, _taken(1) as going:
        async with (
            _reader(coming) as lines,
            _writer(going) as sent,
            stdio_server(stdin=_Lines(lines), stdout=_Sent(sent)) as streams,  # type: ignore[arg-type]  # has the two methods that are called
        ):
            yield streams


def _can_be_waited_for(descriptor: int) -> bool:
    """Whether the loop can poll it. It could poll a terminal too, but that would change the terminal for our parent as
    well."""
    try:
        mode = os.fstat(descriptor).st_mode
    except OSError:
        return False
    return stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode)


@contextmanager
def _taken(descriptor: int) -> Iterator[int]:
    """Yield a private copy; meanwhile standard input reads empty, and standard output goes to standard error."""
    private = os.dup(descriptor)
    instead = os.open(os.devnull, os.O_RDONLY) if descriptor == 0 else os.dup(2)
    try:
        os.dup2(instead, descriptor)
        yield private
    finally:
        os.set_blocking(private, True)
        os.dup2(private, descriptor)
        os.close(instead)
        os.close(private)


@asynccontextmanager
async def _reader(descriptor: int) -> AsyncIterator[asyncio.StreamReader]:
    reader, pipe = asyncio.StreamReader(limit=LINE_LIMIT), os.fdopen(os.dup(descriptor), "rb", buffering=0)
    loop = asyncio.get_running_loop()
    transport, _ = await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), pipe)
    try:
        yield reader
    finally:
        transport.close()


@asynccontextmanager
async def _writer(descriptor: int) -> AsyncIterator[asyncio.StreamWriter]:
    loop, pipe = asyncio.get_running_loop(), os.fdopen(os.dup(descriptor), "wb", buffering=0)
    unread = asyncio.StreamReader()
    transport, protocol = await loop.connect_write_pipe(lambda: asyncio.StreamReaderProtocol(unread), pipe)
    transport.set_write_buffer_limits(high=0)  # flushed output survives even an immediate exit
    writer = asyncio.StreamWriter(transport, protocol, None, loop)
    try:
        yield writer
    finally:
        writer.close()


class _Lines:
    """As much of an input file as `stdio_server` uses."""

    def __init__(self, reader: asyncio.StreamReader) -> None:
        self._reader = reader

    async def __aiter__(self) -> AsyncIterator[str]:
        while line := await self._reader.readline():
            yield line.decode("utf-8", "replace")


class _Sent:
    """As much of an output file as `stdio_server` uses."""

    def __init__(self, writer: asyncio.StreamWriter) -> None:
        self._writer = writer

    async def write(self, text: str) -> None:
        self._writer.write(text.encode())

    async def flush(self) -> None:
        await self._writer.drain()
