"""The open channels, which notify receivers of the journal's changes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from integrations.sandbox.zoho.channels import Channel
from integrations.sandbox.zoho.fields import Module, in_use
from integrations.sandbox.zoho.ids import module_id
from integrations.sandbox.zoho.journal import Change
from integrations.sandbox.zoho.notifier import Notifier
from integrations.sandbox.zoho.tables import Tables
from integrations.sandbox.zoho.wire import Renderer


class Watch:
    def __init__(
        self,
        notifier: Notifier,
        *,
        tables: Tables,
        modules: Mapping[str, Module],
        render: Renderer,
        clock: Callable[[], datetime],
        resource_uri: Callable[[str], str],
    ) -> None:
        self._notifier = notifier
        self._tables = tables
        self._modules = modules
        self._render = render
        self._clock = clock
        self._resource_uri = resource_uri
        self._channels: dict[str, Channel] = {}

    def open(self, channel: Channel) -> dict[str, Any]:
        """Open a channel or replace the one with its id; return the answer's part about it."""
        self._channels[channel.id] = channel
        return {"events": [self._resource(channel, module) | self._until(channel) for module in channel.modules]}

    def get(self, key: str) -> Channel | None:
        """Return the channel with this id while it lasts."""
        channel = self._channels.get(key)
        return channel if channel is not None and self._clock() < channel.expires else None

    def close(self, channel: Channel) -> dict[str, Any]:
        """Close a channel; return the answer's part about it."""
        del self._channels[channel.id]
        told = self._resource(channel, channel.modules[0])
        return {name: told[name] for name in ("resource_uri", "resource_id", "channel_id")}

    def listed(self, *, module: str | None, key: str | None) -> list[dict[str, Any]]:
        """Return the open channels, each once for every module it watches."""
        return [
            self._listed(channel, of)
            for channel in self._channels.values()
            if self.get(channel.id) is not None and key in (None, channel.id)
            for of in channel.modules
            if module in (None, of)
        ]

    def wants(self, module: str) -> bool:
        """Whether any channel watches a module."""
        return any(module in channel.modules for channel in self._channels.values())

    def hear(self, changes: Sequence[Change]) -> None:
        """Notify the channels of committed changes."""
        now = self._clock()
        for change in changes:
            for channel in self._channels.values():
                if now < channel.expires and self._heard(channel, change):
                    notice = self._notifier.notice(channel, change.module, change.operation, now)
                    names = self._shown(change)
                    values = self._values(change, names) if channel.values else {}
                    notice.add(str(change.id), names if change.operation == "update" else [], values)

    def _heard(self, channel: Channel, change: Change) -> bool:
        return in_use(self._modules, change.module) is not None and channel.hears(change.module, change.operation)

    def _shown(self, change: Change) -> list[str]:
        fields = self._modules[change.module].fields
        return [name for name in change.fields if name in fields and not fields[name].hidden]

    def _values(self, change: Change, names: list[str]) -> dict[str, Any]:
        row = self._tables.row(change.module, change.id)
        if row is None:
            return {}
        record = self._render.records(self._modules[change.module], [row], names)[0]
        return {name: record[name] for name in names}

    def _listed(self, channel: Channel, module: str) -> dict[str, Any]:
        return {
            **self._resource(channel, module),
            **self._until(channel),
            "notify_url": channel.notify_url,
            "events": channel.of(module),
            "token": channel.token,
            "return_affected_field_values": channel.values,
            "notify_on_related_action": channel.related,
            "notification_condition": None,
            "fields": None,
        }

    def _resource(self, channel: Channel, module: str) -> dict[str, Any]:
        return {
            "resource_uri": self._resource_uri(module),
            "resource_id": module_id(self._modules, module),
            "resource_name": module,
            "channel_id": channel.id,
        }

    def _until(self, channel: Channel) -> dict[str, Any]:
        return {"channel_expiry": self._render.time(int(channel.expires.timestamp()))}
