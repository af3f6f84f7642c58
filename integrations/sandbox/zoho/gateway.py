"""Work around every route: counting, faults, latency, turning refusals into answers."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import structlog
from aiohttp import web

from integrations.sandbox.zoho.call import CREDITS, WRAPPED
from integrations.sandbox.zoho.errors import ZohoRefusal, invalid_url
from integrations.sandbox.zoho.faults import CROWDED, TOO_MANY, Fault, Faults

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
log = structlog.get_logger()
_DAY = timedelta(hours=24)
_MINUTE = 60.0
# Calls at one moment, by edition, and the limit for expensive ones: COQL and sorted lists (second-hand).
CONCURRENCY = {"free": 5, "standard": 10, "professional": 15, "enterprise": 20, "ultimate": 25}
HEAVY_CONCURRENCY = 10
# Rolling allowance of a paid organisation (Zoho: API Limits).
DAILY_CREDITS = 50_000


class Gateway:
    """`calls` and `credits` count everything that reached the API, refused or not; sign-in and calls answered by a fault
    are free. `most_at_once` and `most_in_a_minute` are the peaks of arrivals, by real time."""

    def __init__(
        self,
        faults: Faults,
        *,
        clock: Callable[[], datetime],
        latency: float,
        daily_credits: int = DAILY_CREDITS,
        concurrency: int | None = None,
        expire_tokens: Callable[[], None],
    ) -> None:
        self._faults = faults
        self._most = concurrency
        self._expire_tokens = expire_tokens
        self._served = 0
        self._heavy = 0
        self._clock = clock
        self._latency = latency
        self._daily = daily_credits
        self._spent: deque[tuple[datetime, int]] = deque()
        self._spent_today = 0
        self._arrived: deque[float] = deque()
        self.calls = 0
        self.credits = 0
        self.most_at_once = 0
        self.most_in_a_minute = 0

    @web.middleware
    async def pass_through(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        if not request.path.startswith("/crm/"):
            return await self._faulty(request, handler)
        self._count_arrival()
        heavy = _is_heavy(request)
        if self._most is not None and (self._served >= self._most or (heavy and self._heavy >= HEAVY_CONCURRENCY)):
            self.calls += 1
            return web.json_response(CROWDED, status=429)
        self._served += 1
        self.most_at_once = max(self.most_at_once, self._served)
        self._heavy += heavy
        try:
            return await self._faulty(request, handler)
        finally:
            self._served -= 1
            self._heavy -= heavy

    def _count_arrival(self) -> None:
        now = time.monotonic()
        self._arrived.append(now)
        while self._arrived[0] <= now - _MINUTE:
            self._arrived.popleft()
        self.most_in_a_minute = max(self.most_in_a_minute, len(self._arrived))

    async def _faulty(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        fault = self._faults.take(request.method, request.path)
        if self._latency or (fault and fault.seconds):
            await asyncio.sleep(self._latency + (fault.seconds if fault else 0.0))
        if fault and fault.kind == "drop":
            return _hung_up(request)
        if fault and fault.kind == "hold":
            await self._faults.wait()
        if fault and fault.kind == "expire":
            self._expire_tokens()
        response = _made_up(fault) if fault and fault.kind == "answer" else await self._answer(request, handler)
        return _hung_up(request) if fault and fault.kind == "drop_after" else response

    async def _answer(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Return the route's answer; for the API, only while the day's credits last."""
        if not request.path.startswith("/crm/"):
            return await _routed(request, handler)
        now = self._clock()
        while self._spent and self._spent[0][0] <= now - _DAY:
            self._spent_today -= self._spent.popleft()[1]
        self.calls += 1
        if self._spent_today >= self._daily:
            return web.json_response(TOO_MANY, status=429)
        response = await _routed(request, handler)
        spent = request.get(CREDITS, 1)
        self.credits += spent
        self._spent_today += spent
        self._spent.append((now, spent))
        if 2 * self._spent_today >= self._daily:  # Zoho reports the rest once half is spent
            response.headers["X-API-CREDITS-REMAINING"] = str(max(0, self._daily - self._spent_today))
        return response


def _is_heavy(request: web.Request) -> bool:
    return request.path == "/crm/v8/coql" or "sort_by" in request.query


async def _routed(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        return await handler(request)
    except ZohoRefusal as refusal:
        log.debug("sandbox.zoho.refused", method=request.method, path=request.path, code=refusal.code)
        body = refusal.wrapped() if request.get(WRAPPED) and refusal.status != 401 else refusal.body()
        return web.json_response(body, status=refusal.status)
    except (web.HTTPNotFound, web.HTTPMethodNotAllowed):
        unknown = invalid_url()
        return web.json_response(unknown.body(), status=unknown.status)


def _made_up(fault: Fault) -> web.Response:
    if isinstance(fault.body, str):
        return web.Response(status=fault.status, text=fault.body)
    return web.json_response(fault.body, status=fault.status)


def _hung_up(request: web.Request) -> web.Response:
    """Break the connection: the response returned here reaches no one."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()
