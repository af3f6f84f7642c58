"""Deliver payloads to the app, expecting acknowledgement within three seconds, and retry events.

Interactions and commands are never retried; events are, three times (https://docs.slack.dev/apis/events-api).
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

import structlog

from integrations.sandbox.slack.faults import Faults, ParcelKind
from integrations.sandbox.slack.installation import Json

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """One attempt to deliver a payload; `attempt` counts retries, `reason` names the problem with the attempt before."""

    kind: ParcelKind
    payload: Json
    attempt: int = 0
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """The outcome of a delivery. `payload` is the app's answer with its acknowledgement; `reason` explains a missing one."""

    acknowledged: bool
    payload: Json | None = None
    reason: str | None = None
    attempts: int = 1


class Carrier(Protocol):
    """A way to reach the app: Socket Mode or signed HTTP."""

    async def carry(self, parcel: Parcel) -> Receipt: ...


class Courier:
    """`retry_delays` are the seconds before each retry of an event."""

    def __init__(self, carrier: Carrier, faults: Faults, *, retry_delays: Sequence[float]) -> None:
        self.deliveries: list[tuple[Parcel, Receipt]] = []
        self._carrier = carrier
        self._faults = faults
        self._retry_delays = tuple(retry_delays)
        self._running: set[asyncio.Task[Any]] = set()

    async def deliver(self, kind: ParcelKind, payload: Json) -> Receipt:
        """Deliver, and retry an event until it is acknowledged or the retries are used up."""
        parcel = Parcel(kind=kind, payload=payload)
        receipt = await self._attempt(parcel)
        for delay in self._retry_delays if kind == "events_api" else ():
            if receipt.acknowledged or receipt.reason == "no_retry":
                break
            await asyncio.sleep(delay)
            parcel = replace(parcel, attempt=parcel.attempt + 1, reason=receipt.reason)
            receipt = replace(await self._attempt(parcel), attempts=parcel.attempt + 1)
        return receipt

    def send(self, kind: ParcelKind, payload: Json) -> None:
        """Deliver in the background."""
        self.start(self.deliver(kind, payload))

    def start(self, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        task = asyncio.create_task(work)
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return task

    async def settled(self) -> None:
        """Wait for deliveries in progress."""
        while self._running:
            await asyncio.wait(set(self._running))

    async def stop(self) -> None:
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)

    async def _attempt(self, parcel: Parcel) -> Receipt:
        if self._faults.duplicates(parcel.kind):
            self.start(self._carried(parcel))
        return await self._carried(parcel)

    async def _carried(self, parcel: Parcel) -> Receipt:
        receipt = await self._carrier.carry(parcel)
        if receipt.acknowledged and self._faults.loses_ack(parcel.kind):
            receipt = Receipt(acknowledged=False, reason="timeout")
        self.deliveries.append((parcel, receipt))
        if not receipt.acknowledged:
            log.info("slack_sandbox.not_acknowledged", kind=parcel.kind, attempt=parcel.attempt, reason=receipt.reason)
        return receipt
