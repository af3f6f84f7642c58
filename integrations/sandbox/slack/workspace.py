"""The whole state of the sandbox Slack, shared by the app's API and the people's actions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from integrations.sandbox.slack.changes import Changes
from integrations.sandbox.slack.conversations import Conversations
from integrations.sandbox.slack.courier import Courier
from integrations.sandbox.slack.faults import Faults
from integrations.sandbox.slack.installation import Clock, Installation
from integrations.sandbox.slack.rates import Rates
from integrations.sandbox.slack.rotation import Rotation
from integrations.sandbox.slack.socket_mode import SocketMode
from integrations.sandbox.slack.tickets import ResponseTickets, Triggers
from integrations.sandbox.slack.views import Views


@dataclass(slots=True, kw_only=True)
class Workspace:
    """`commands` are the app's slash commands with their usage hint; `url` is set once the server listens."""

    installation: Installation
    clock: Clock
    changes: Changes
    faults: Faults
    rates: Rates
    conversations: Conversations
    views: Views
    triggers: Triggers
    response_tickets: ResponseTickets
    sockets: SocketMode
    courier: Courier
    commands: Mapping[str, str]
    rotation: Rotation | None = None
    url: str = ""
    calls: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
