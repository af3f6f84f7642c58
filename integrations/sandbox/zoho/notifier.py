"""Notifications: Zoho's POSTs to a channel's address when records change (Zoho: Notification APIs v8, Callback).

Each change is sent once, in the background; related changes at one moment share a notification. A receiver that is down,
slow or answers with an error has missed it: nothing is sent again. Only addresses on this machine are called.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import aiohttp
import structlog

from integrations.sandbox.zoho.channels import Channel
from integrations.sandbox.zoho.faults import Faults

log = structlog.get_logger()
MOST_IDS = 100
_TIMEOUT = aiohttp.ClientTimeout(total=5)


@dataclass(slots=True, kw_only=True)
class Notice:
    """One notification in the making: changes of the same kind to records of one module."""

    channel: Channel
    module: str
    operation: str
    at: datetime
    fields: dict[str, list[str]] = field(default_factory=dict)
    values: dict[str, Mapping[str, Any]] = field(default_factory=dict)

    def add(self, key: str, fields: list[str], values: Mapping[str, Any]) -> None:
        self.fields[key] = list(dict.fromkeys([*self.fields.get(key, []), *fields]))
        self.values[key] = {**self.values.get(key, {}), **values}

    def body(self, resource_uri: str) -> dict[str, Any]:
        """Return the JSON to POST; `affected_fields` only for updates, `affected_values` only if the channel asked for
        them."""
        told = {"affected_values": [{"record_id": key, "values": values} for key, values in self.values.items()]}
        return (told if self.channel.values else {}) | {
            "server_time": int(self.at.timestamp() * 1000),
            "query_params": dict(parse_qsl(urlsplit(self.channel.notify_url).query)),
            "module": self.module,
            "resource_uri": resource_uri,
            "ids": list(self.fields),
            "affected_fields": [{key: names} for key, names in self.fields.items() if names],
            "operation": self.operation,
            "channel_id": self.channel.id,
            "token": self.channel.token,
        }


class Notifier:
    """Sends notices `gather` seconds of real time after the first change of a batch. `resource_uri` is the API's address of
    a module."""

    def __init__(self, faults: Faults, *, resource_uri: Callable[[str], str], gather: float) -> None:
        self._faults = faults
        self._resource_uri = resource_uri
        self._gather = gather
        self._waiting: list[Notice] = []
        self._given = asyncio.Event()
        self._idle = asyncio.Event()
        self._idle.set()
        self._running: asyncio.Task[None] | None = None

    def notice(self, channel: Channel, module: str, operation: str, at: datetime) -> Notice:
        """Return the notification that a change joins: the last one of its kind with room, or a new one."""
        self._given.set()
        self._idle.clear()
        for notice in reversed(self._waiting):
            if (notice.channel, notice.module) == (channel, module):
                if notice.operation == operation and len(notice.fields) < MOST_IDS:
                    return notice
                break  # an update does not overtake the insert of another record
        made = Notice(channel=channel, module=module, operation=operation, at=at)
        self._waiting.append(made)
        return made

    def start(self) -> None:
        self._running = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """Stop; notifications not sent yet are lost."""
        if self._running is not None:
            self._running.cancel()
            with suppress(asyncio.CancelledError):
                await self._running

    async def settled(self) -> None:
        """Return once everything that happened so far was sent, whether or not it arrived."""
        await self._idle.wait()

    async def _run(self) -> None:
        async with aiohttp.ClientSession(timeout=_TIMEOUT, trust_env=False) as http:
            while True:
                await self._given.wait()
                await asyncio.sleep(self._gather)
                self._given.clear()
                notices, self._waiting = self._waiting, []
                for notice in notices:
                    await self._send(http, notice)
                if not self._waiting:
                    self._idle.set()

    async def _send(self, http: aiohttp.ClientSession, notice: Notice) -> None:
        told = {"channel": notice.channel.id, "module": notice.module, "operation": notice.operation}
        if self._faults.take_lost_notification():
            log.debug("sandbox.zoho.notification_lost", **told)
            return
        body = notice.body(self._resource_uri(notice.module))
        try:
            async with http.post(notice.channel.notify_url, json=body, allow_redirects=False) as answer:
                log.debug("sandbox.zoho.notified", status=answer.status, **told)
        except (aiohttp.ClientError, TimeoutError, OSError) as exc:
            log.info("sandbox.zoho.notification_missed", error=type(exc).__name__, **told)
