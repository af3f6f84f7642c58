"""The bench of the Zoho client, read through the stand-in for Zoho's hosted MCP server."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from tenacity import wait_none

from integrations.sandbox.zoho_mcp import HostedZohoSandbox
from integrations.zoho.reading.client import ZohoClient
from integrations.zoho_mcp.pins import Pins, pin
from integrations.zoho_mcp.session import HostedSession
from integrations.zoho_mcp.transport import HostedTransport
from tests.integrations.zoho.bench import Bench

FRESH = 61.0  # seconds after which the tools are asked for again


@dataclass
class Watch:
    """Seconds that pass when they are told to."""

    seconds: float = 0.0

    def __call__(self) -> float:
        return self.seconds

    def later(self) -> None:
        """By so much that the server is asked for its tools again."""
        self.seconds += FRESH


@dataclass(frozen=True, kw_only=True)
class Hosted:
    """`crm.client` reads by REST, `client` through the hosted server."""

    crm: Bench
    twin: HostedZohoSandbox
    session: HostedSession
    transport: HostedTransport
    client: ZohoClient
    watch: Watch


@asynccontextmanager
async def hosted(
    crm: Bench, *, pins: Pins | None = None, twin: HostedZohoSandbox | None = None
) -> AsyncIterator[Hosted]:
    """A hosted server before the bench's CRM and a client over it, with its own tools pinned unless others are given."""
    twin, watch = twin or HostedZohoSandbox(crm.sandbox), Watch()
    await twin.start()
    session = HostedSession(twin.url, timeout=10, now=watch)
    try:
        pinned = pin(await session.tools(), chosen={}) if pins is None else pins
        limits = crm.client.rest.limits
        transport = HostedTransport(session, pinned, limits=limits, wait=wait_none())
        client = crm.client.reading_through(transport)
        yield Hosted(crm=crm, twin=twin, session=session, transport=transport, client=client, watch=watch)
    finally:
        await session.close()
        await twin.stop()
