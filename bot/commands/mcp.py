"""`sergas mcp crm`: our CRM tools over standard input and output, for other MCP hosts."""

from __future__ import annotations

from functools import partial

from bot.bootstrap import build_bot, open_services
from bot.clock import SystemClock
from bot.commands.operate import find_owner
from bot.settings import load_settings
from bot.telemetry import configure_logging
from integrations.mcp_servers.crm import build_crm_server


async def run_crm(*, owner: str | None) -> int:
    """Serve until the host closes the pipe. Log lines go to standard error; standard output is the protocol's."""
    settings = load_settings()
    configure_logging(level=settings.log_level, form=settings.log_format)
    async with open_services(settings, SystemClock()) as services:
        scope = frozenset({(await find_owner(services.database, owner)).id}) if owner else None
        execute = build_bot(services).execute
        server = build_crm_server(reader=services.crm, execute=partial(execute.by_tool, scope=scope), scope=scope)
        await server.run_stdio_async()
    return 0
