"""The door in front of aiohttp's servers."""

from __future__ import annotations

import logging
from asyncio import Protocol
from collections.abc import Awaitable, Callable, Collection
from typing import Any, cast

import structlog
from aiohttp import hdrs, web
from aiohttp.http import HttpProcessingError

from integrations.doors.keeper import Doorkeeper
from integrations.doors.names import refusal

log = structlog.get_logger()
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
STRANGE = "This server answers only by its own name."
Low = Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]


class GuardedServer(web.Server):
    """A low-level server behind a door. `serves_well` says whether an answer shows that its client may be here."""

    def __init__(
        self, answer: Low, *, keeper: Doorkeeper, serves_well: Callable[[web.BaseRequest, int], bool], **given: Any
    ) -> None:
        async def watched(request: web.BaseRequest) -> web.StreamResponse:
            return await _visited(keeper, request, answer, serves_well)

        super().__init__(watched, **given)
        self._keeper = keeper

    def __call__(self) -> Any:
        return self._keeper.watched(cast(Callable[[], Protocol], super().__call__))


class GuardedRunner(web.AppRunner):
    """An application behind a door; its routes are those of `app`, whose first middleware is `at_the_door`."""

    def __init__(self, app: web.Application, keeper: Doorkeeper, **given: Any) -> None:
        super().__init__(app, access_log=None, logger=quiet_logger(f"{__name__}.{keeper.name}"), **given)
        self._keeper = keeper

    @property
    def server(self) -> Any:
        """What a site listens with."""
        server = super().server
        return None if server is None else lambda: self._keeper.watched(cast(Callable[[], Protocol], server))


def at_the_door(keeper: Doorkeeper, *, names: Collection[str] = ()) -> Any:
    """A middleware, to be the first, for an application of this machine; `names` are its other names."""

    async def named(request: web.Request, handler: Handler) -> web.StreamResponse:
        headers = request.headers
        status = refusal(headers.getall(hdrs.HOST, []), headers.getall(hdrs.ORIGIN, []), names=names)
        return await handler(request) if status is None else web.Response(status=status, text=STRANGE)

    @web.middleware
    async def visited(request: web.Request, handler: Handler) -> web.StreamResponse:
        return await _visited(keeper, request, lambda asked: named(asked, handler), lambda _, status: status < 400)

    return visited


async def body_of(request: web.BaseRequest, *, most: int) -> bytes:
    """A request's body. Raises: HTTPRequestEntityTooLarge, ConnectionError, RequestPayloadError.

    aiohttp's own `read` grows one buffer again and again and leaves it to the traceback of a broken connection; in a siege that
    costs many times what is held.
    """
    pieces: list[bytes] = []
    held = 0
    try:
        while piece := await request.content.readany():
            held += len(piece)
            if held > most:
                raise web.HTTPRequestEntityTooLarge(max_size=most, actual_size=held)
            pieces.append(piece)
        return b"".join(pieces)
    finally:
        pieces.clear()


def quiet_logger(name: str) -> logging.Logger:
    """A server's log, without a traceback for each request that isn't HTTP or whose client hung up."""
    logger = logging.getLogger(name)
    logger.addFilter(_no_trace_of_strangers)
    return logger


def _no_trace_of_strangers(record: logging.LogRecord) -> bool:
    failure = record.exc_info[1] if record.exc_info else None
    if isinstance(failure, HttpProcessingError):
        log.info("http.refused", why="no HTTP")
        return False
    hung_up = isinstance(failure, ConnectionResetError | ConnectionAbortedError)
    return not (hung_up or (isinstance(failure, RuntimeError) and str(failure) == "Connection closed."))


async def _visited(
    keeper: Doorkeeper, request: Any, handler: Callable[[Any], Awaitable[web.StreamResponse]], serves_well: Any
) -> web.StreamResponse:
    visit = keeper.visit(request.transport.get_extra_info("peername") if request.transport else None)
    request.content.on_eof(visit.received)
    status = 500
    try:
        response = await handler(request)
        status = response.status
        return response
    except web.HTTPException as exc:
        status = exc.status
        raise
    finally:
        visit.answered(well=serves_well(request, status))
