"""Requests as bytes on a socket, whether they are HTTP or not, and the status that comes back."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

CLOSED, UNFINISHED = 0, -1  # ended without an answer; still waiting for the rest of what was sent
PATIENCE_SECONDS = 10.0
GLIMPSE_SECONDS = 0.2
Headers = Sequence[tuple[str, str | bytes]]


class Hung(Exception):
    """A whole request got no answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """`whole` says that it is complete HTTP, which has to be answered; others may be waited for or hung up on. `signed` says
    that the gateway has to take its signature for good; `body` is then what was signed."""

    label: str
    data: bytes
    signed: bool
    whole: bool = True
    alone: bool = False
    body: bytes = b""
    media_type: str = ""


def http(
    headers: Headers,
    body: bytes = b"",
    *,
    method: str = "POST",
    target: str = "/slack/events",
    version: str = "HTTP/1.1",
    length: str | None = "",
) -> bytes:
    """An HTTP request; `length` is what Content-Length claims, the truth where it is "", None for none at all."""
    lines = [f"{method} {target} {version}".encode("utf-8", errors="surrogateescape"), b"Host: localhost"]
    lines += [
        name.encode() + b": " + (value if isinstance(value, bytes) else value.encode()) for name, value in headers
    ]
    if length is not None:
        lines.append(f"Content-Length: {length or len(body)}".encode())
    return b"\r\n".join([*lines, b"", body])


def chunked(body: bytes, *, size: int) -> bytes:
    """The body in chunks of this many bytes."""
    pieces = [body[at : at + size] for at in range(0, len(body), size)]
    return b"".join(b"%x\r\n%b\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"


class Line:
    """A connection to the gateway that is opened again whenever it was closed."""

    def __init__(self, host: str, port: int) -> None:
        self._address = (host, port)
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(self, request: Request) -> int:
        """Its status, CLOSED or UNFINISHED. Raises: Hung."""
        if request.alone or not request.whole:
            await self.close()
        try:
            async with asyncio.timeout(PATIENCE_SECONDS if request.whole else GLIMPSE_SECONDS):
                return await self._exchange(request)
        except TimeoutError as exc:
            await self.close()
            if request.whole:
                raise Hung(request.label) from exc
            return UNFINISHED
        except (ConnectionError, asyncio.IncompleteReadError):
            await self.close()
            return CLOSED

    async def close(self) -> None:
        streams, self._streams = self._streams, None
        if streams:
            streams[1].close()

    async def _exchange(self, request: Request) -> int:
        reader, writer = self._streams or await asyncio.open_connection(*self._address)
        self._streams = reader, writer
        writer.write(request.data)
        head = await reader.readuntil(b"\r\n\r\n")
        status, headers = _parsed(head)
        assert b"server" not in headers, "the answer tells what serves it"
        if request.alone or not request.whole or headers.get(b"connection", b"").lower() == b"close":
            await self.close()
        else:
            await reader.readexactly(int(headers[b"content-length"]))
        return status


def _parsed(head: bytes) -> tuple[int, dict[bytes, bytes]]:
    first, *lines = head.split(b"\r\n")
    named = (line.partition(b":") for line in lines if line)
    return int(first.split(b" ")[1]), {name.strip().lower(): value.strip() for name, _, value in named}
