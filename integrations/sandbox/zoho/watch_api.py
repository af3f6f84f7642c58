"""The routes of `/crm/v8/actions/watch`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from aiohttp import web

from integrations.sandbox.history import Json
from integrations.sandbox.zoho.call import CheckScope, answer, json_body, written
from integrations.sandbox.zoho.channels import MOST_CHANNELS, Channel, ChannelReader, channel_id, refused
from integrations.sandbox.zoho.errors import ZohoRefusal
from integrations.sandbox.zoho.fields import Module
from integrations.sandbox.zoho.paging import positive
from integrations.sandbox.zoho.watch import Watch

_SUBSCRIBED = "Successfully subscribed"
Act = Callable[[Json, str], Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class WatchApi:
    """The handlers. `allow` raises unless the caller's token carries a scope: that of notifications and each module's."""

    watch: Watch
    modules: Mapping[str, Module]
    clock: Callable[[], datetime]
    allow: CheckScope

    def routes(self) -> list[web.RouteDef]:
        path = "/crm/v8/actions/watch"
        return [
            web.get(path, self.listed),
            web.post(path, self.enable),
            web.put(path, self.replaced),
            web.patch(path, self.changed),
            web.delete(path, self.disable),
        ]

    async def listed(self, request: web.Request) -> web.Response:
        self.allow(request, "ZohoCRM.notifications.READ")
        found = self.watch.listed(module=request.query.get("module"), key=request.query.get("channel_id"))
        page, size = positive(request.query, "page", 1), positive(request.query, "per_page", 200)
        shown = found[(page - 1) * size : page * size]
        info = {"per_page": size, "count": len(shown), "page": page, "more_records": page * size < len(found)}
        return answer({"watch": shown, "info": info} if shown else None)

    async def enable(self, request: web.Request) -> web.Response:
        reader = self._reader(request, "CREATE")
        return _each(
            _given(await json_body(request)), lambda given, at: self.watch.open(reader.channel(given, at)), 201
        )

    async def replaced(self, request: web.Request) -> web.Response:
        """Set the given values, and omitted ones to their defaults."""
        reader = self._reader(request, "UPDATE")

        def replace_it(given: Json, at: str) -> Mapping[str, Any]:
            self._known(given, at)
            return self.watch.open(reader.channel(given, at))

        return _each(_given(await json_body(request)), replace_it, 200)

    async def changed(self, request: web.Request) -> web.Response:
        """Set the given values and keep omitted ones; with `_delete_events`, remove the given events."""
        reader = self._reader(request, "UPDATE")

        def change(given: Json, at: str) -> Mapping[str, Any]:
            before = self._known(given, at)
            channel = reader.channel(given, at, before=before)
            if isinstance(given, Mapping) and given.get("_delete_events") is True:
                left = tuple(event for event in before.events if event not in channel.events)
                channel = replace(channel, events=left)
                if not left:
                    self.watch.close(before)
                    return {"events": []}
            return self.watch.open(channel)

        body = await json_body(request)
        flat = isinstance(body, Mapping) and "watch" not in body and "channel_id" in body
        return _each([body] if flat else _given(body), change, 200)

    async def disable(self, request: web.Request) -> web.Response:
        self.allow(request, "ZohoCRM.notifications.DELETE")
        keys = [key.strip() for key in request.query.get("channel_ids", "").split(",") if key.strip()]
        if not keys:
            raise ZohoRefusal("EXPECTED_PARAM_MISSING", "channel_ids is missing", {"api_name": "channel_ids"})

        def close(given: Json, at: str) -> Mapping[str, Any]:
            return self.watch.close(self._known({"channel_id": given}, at))

        return _each(list(keys), close, 200, done="Successfully un-subscribed")

    def _reader(self, request: web.Request, right: str) -> ChannelReader:
        self.allow(request, f"ZohoCRM.notifications.{right}")

        def may_read(module: str) -> None:
            self.allow(request, f"ZohoCRM.modules.{module}.READ")

        return ChannelReader(modules=self.modules, now=self.clock(), may_read=may_read)

    def _known(self, given: Json, at: str) -> Channel:
        """Return the open channel that a request names. Raises: ZohoRefusal NOT_SUBSCRIBED if there is none."""
        key = channel_id(given.get("channel_id") if isinstance(given, Mapping) else None, at)
        channel = self.watch.get(key)
        if channel is None:
            raise refused("NOT_SUBSCRIBED", "channel_id", f"{at}.channel_id")
        return channel


def _given(body: Json) -> list[Json]:
    """Return the channels in a request. Raises: ZohoRefusal if there are none or too many."""
    watch = body.get("watch") if isinstance(body, Mapping) else None
    if watch is None:
        raise refused("MANDATORY_NOT_FOUND", "watch", "$.watch")
    if not isinstance(watch, list) or not watch:
        raise refused("INVALID_DATA", "watch", "$.watch", expected_data_type="jsonarray")
    if len(watch) > MOST_CHANNELS:
        raise refused("LIMIT_REACHED", "watch", "$.watch", maximum_length=MOST_CHANNELS)
    return watch


def _each(given: list[Json], act: Act, status: int, *, done: str = _SUBSCRIBED) -> web.Response:
    """Accept or refuse each channel separately; a missing scope refuses them all."""
    results: list[Mapping[str, Any]] = []
    statuses: set[int] = set()
    for place, one in enumerate(given):
        try:
            details = act(one, f"$.watch[{place}]")
            results.append({"code": "SUCCESS", "details": dict(details), "message": done, "status": "success"})
            statuses.add(status)
        except ZohoRefusal as refusal:
            if refusal.status == 401:
                raise
            results.append(refusal.body())
            statuses.add(refusal.status)
    return written(statuses.pop() if len(statuses) == 1 else 207, {"watch": results})
