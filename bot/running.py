"""The bot connected to Slack and at work, for as long as a block lasts."""

from __future__ import annotations

import errno
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog
from aiohttp import web
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp

from bot.app import build_app
from bot.bootstrap import Bot
from bot.finishing import finishing
from bot.http_gateway import build_gateway
from bot.jobs.engine import running_jobs
from bot.listening import BotFlows
from bot.settings import Settings
from store.domain.errors import BadInput

log = structlog.get_logger()


@asynccontextmanager
async def running(bot: Bot, *, scheduled: bool = True) -> AsyncIterator[AsyncApp]:
    """The bot connected to Slack and at work; everything it started is ended on leaving."""
    settings = bot.services.settings
    app = build_app(
        BotFlows(bot), client=bot.services.slack, signing_secret=settings.slack_signing_secret.get_secret_value()
    )
    jobs = {"writes": bot.writes.run} | ({"clock": bot.scheduler.run} if scheduled else {})
    async with finishing(app), connected(app, settings), running_jobs(jobs):
        yield app


@asynccontextmanager
async def connected(app: AsyncApp, settings: Settings) -> AsyncIterator[None]:
    """Reachable by Slack, over Socket Mode or signed HTTP as the settings say. Raises: BadInput for a port in use."""
    if settings.slack_mode == "http":
        async with _served(app, settings):
            yield
        return
    handler = AsyncSocketModeHandler(app, app_token=settings.slack_app_token.get_secret_value())
    await handler.connect_async()  # type: ignore[no-untyped-call]  # slack_bolt leaves it unannotated
    try:
        yield
    finally:
        await handler.close_async()  # type: ignore[no-untyped-call]


@asynccontextmanager
async def _served(app: AsyncApp, settings: Settings) -> AsyncIterator[None]:
    gateway = build_gateway(app, signing_secret=settings.slack_signing_secret.get_secret_value())
    runner = web.AppRunner(gateway, access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, settings.http_host, settings.http_port).start()
        log.info("http.listening", addresses=[str(address) for address in runner.addresses])
        yield
    except OSError as exc:
        if exc.errno != errno.EADDRINUSE:
            raise
        raise BadInput(f"Port {settings.http_port} is in use; set SERGAS_HTTP_PORT to another.") from exc
    finally:
        await runner.cleanup()
