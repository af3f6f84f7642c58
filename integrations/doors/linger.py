"""Give an answer that the client didn't wait for the time to arrive.

A socket that is closed while the client still sends breaks the connection off, and the answer is lost with it.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
from collections.abc import Callable

SECONDS = 1.0
_PIECE = 1 << 16


def end_of(transport: asyncio.Transport) -> int | None:
    """End our side of a connection; the file descriptor on which its other side can be read. None if something is unsent."""
    if transport.is_closing() or transport.get_write_buffer_size():
        return None
    other = socket.socket(fileno=os.dup(transport.get_extra_info("socket").fileno()))
    with contextlib.suppress(OSError):  # the client is gone
        other.shutdown(socket.SHUT_WR)
    return other.detach()


def linger(descriptor: int, ended: Callable[[], None]) -> None:
    """Read and forget for a moment, then close."""
    loop = asyncio.get_running_loop()

    def close() -> None:
        loop.remove_reader(descriptor)
        os.close(descriptor)
        timer.cancel()
        ended()

    def read() -> None:
        try:
            if not os.read(descriptor, _PIECE):
                close()
        except BlockingIOError:
            return
        except OSError:
            close()

    timer = loop.call_later(SECONDS, close)
    loop.add_reader(descriptor, read)
