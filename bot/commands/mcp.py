"""`sergas mcp crm`: our CRM tools for other MCP hosts, over standard input and output or streamable HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

import structlog
from starlette.types import ASGIApp

from bot.clock import SystemClock
from bot.commands.names import find_owner
from bot.commands.setup import serving_settings
from bot.commands.stop_signal import Wait, until_stopped
from bot.settings import Settings, require
from bot.settings.mcp import McpSettings
from bot.wiring.resources import open_services
from bot.wiring.root import build_bot
from integrations.loopback import LOOPBACK
from integrations.mcp_servers.asgi_server import serving
from integrations.mcp_servers.crm import build_crm_server
from integrations.mcp_servers.http import PATH, http_app, loopback_names
from integrations.mcp_servers.plain_errors import PlainErrorServer
from store.domain.access.rules import EVERYONE, Reach
from store.domain.errors import SettingError

log = structlog.get_logger()

TOKEN_LENGTH = 32  # characters, as many as `openssl rand -hex 16` prints


async def run_crm(*, owner: str | None) -> int:
    """Serve until the host closes the pipe. Logs go to standard error; standard output carries the protocol."""
    settings = serving_settings()
    async with _crm_server(settings, owner) as server:
        await server.run_stdio_async()
    return 0


async def run_crm_http(*, owner: str | None, host: str, port: int) -> int:
    """Serve until SIGTERM or SIGINT. Raises: SettingError for an invalid token or host names; BadInput for the port."""
    settings = serving_settings()
    _check(settings.mcp, host)
    token = settings.mcp.token.get_secret_value()

    async def serve(stopped: Wait) -> None:
        async with _crm_server(settings, owner) as server:

            def build(actual: int) -> ASGIApp:
                own = loopback_names(actual) if host in LOOPBACK else ()
                return http_app(server, token=token, names=[*own, *settings.mcp.names])

            async with serving(build, host=host, port=port) as url:
                log.info("mcp.listening", url=url + PATH, owner=owner or "all")
                await stopped()
                log.info("mcp.stopping")

    await until_stopped(serve)
    return 0


def _check(mcp: McpSettings, host: str) -> None:
    """Check the settings first. Raises: SettingError."""
    require(mcp, "token")
    if len(mcp.token.get_secret_value()) < TOKEN_LENGTH:
        raise SettingError(
            "SERGAS_MCP_TOKEN",
            f"is too short: give at least {TOKEN_LENGTH} characters, such as `openssl rand -hex 16`.",
        )
    if host not in LOOPBACK and not mcp.names:
        raise SettingError(
            "SERGAS_MCP_ALLOWED_HOSTS",
            f"is missing: to serve on {host}, list the host names that clients use.",
        )


@asynccontextmanager
async def _crm_server(settings: Settings, owner: str | None) -> AsyncIterator[PlainErrorServer]:
    """The CRM tools over these settings' services, for one owner's accounts or all."""
    async with open_services(settings, SystemClock()) as services:
        reach = EVERYONE if owner is None else Reach.of((await find_owner(services.database, owner)).id)
        bot = build_bot(services)
        execute = partial(bot.gate.execute.of_kind, reach=reach)
        try:
            yield build_crm_server(reader=services.crm, execute=execute, reach=reach)
        finally:
            await bot.cards.drain()
