"""`sergas serve`: listeners, clock and worker in one process, until it is told to stop."""

from __future__ import annotations

import asyncio
import signal

import structlog

from bot.bootstrap import build_bot, open_services
from bot.clock import SystemClock
from bot.running import running
from bot.settings import load_settings, require
from bot.telemetry import configure_logging

log = structlog.get_logger()


async def run_serve() -> int:
    """Raises: SettingError where a setting for the chosen way to Slack is missing."""
    settings = load_settings()
    configure_logging(level=settings.log_level, form=settings.log_format)
    require(
        settings, "slack_bot_token", "slack_app_token" if settings.slack_mode == "socket" else "slack_signing_secret"
    )
    stop = asyncio.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    async with open_services(settings, SystemClock()) as services:
        bot = build_bot(services)
        async with running(bot):
            log.info("serve.started", mode=settings.slack_mode)
            await stop.wait()
            log.info("serve.stopping")
    return 0
