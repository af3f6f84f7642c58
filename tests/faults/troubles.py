"""The eight things a network does to a write, by name."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from tests.faults.proxy import Exchange, Trouble

_BETWEEN_BYTES = 0.02  # seconds: each byte in time, the whole far too late
_NO_HTTP = b"\x00\x01\x02\xff not HTTP at all\r\n\r\n"


async def reset_before(exchange: Exchange) -> None:
    """Nobody reads the request."""
    exchange.reset()


async def reset_after(exchange: Exchange) -> None:
    await exchange.forward()
    exchange.reset()


async def close_after(exchange: Exchange) -> None:
    await exchange.forward()
    exchange.close()


async def truncate(exchange: Exchange) -> None:
    """Half of the body is missing."""
    answer = await exchange.forward()
    head, _, body = answer.partition(b"\r\n\r\n")
    await exchange.reply(head + b"\r\n\r\n" + body[: len(body) // 2])
    exchange.close()


async def drip(exchange: Exchange) -> None:
    """It is written, and the answer comes byte by byte, until nobody waits for the rest."""
    answer = await exchange.forward()
    hung_up = asyncio.create_task(exchange.abandoned())
    for position in range(len(answer)):
        await exchange.reply(answer[position : position + 1])
        await asyncio.wait({hung_up}, timeout=_BETWEEN_BYTES)
        if hung_up.done():
            break
    hung_up.cancel()


async def garbage(exchange: Exchange) -> None:
    await exchange.forward()
    await exchange.reply(_NO_HTTP)
    exchange.close()


async def commit_late(exchange: Exchange) -> None:
    """The request lies about until the bot has given up waiting, and is carried out then."""
    await exchange.abandoned()
    await exchange.forward()


# What strikes a request; "refused" strikes the connection itself, before there is one.
TROUBLES: Mapping[str, Trouble | None] = {
    "refused": None,
    "reset before it is read": reset_before,
    "reset after the commit": reset_after,
    "closed after the commit": close_after,
    "answer cut in half": truncate,
    "answer byte by byte": drip,
    "answer is no HTTP": garbage,
    "committed after the time-out": commit_late,
}
