"""`sergas serve`: listeners, clock and worker in one process, or one of them, until it is stopped."""

from __future__ import annotations

import structlog

from bot.clock import SystemClock
from bot.commands.stop_signal import Wait, until_stopped
from bot.heap import settle
from bot.jobs.job import ProcessRole
from bot.jobs.policy import engine_policy
from bot.running import running
from bot.settings import load_settings, require
from bot.settings.slack import SlackSettings
from bot.telemetry import configure_logging
from bot.wiring.resources import open_services
from bot.wiring.root import build_bot

log = structlog.get_logger()


async def run_serve(*, role: str) -> int:
    """Raises: SettingError if a setting for the chosen connection to Slack is missing; BadInput if this part of the bot
    can't run here, or is already running."""
    settings, part = load_settings(), ProcessRole(role)
    configure_logging(level=settings.log.level, form=settings.log.format)
    require(settings.slack, *_needed(settings.slack, part))
    policy = engine_policy(settings.engine, settings.storage, part)
    from bot.jobs.engine import DurableEngine  # half a second, which only those who serve pay

    async def serve(stopped: Wait) -> None:
        async with open_services(settings, SystemClock()) as services:
            bot = build_bot(services, DurableEngine(policy))
            async with running(bot, role=part):
                settle()
                log.info("serve.started", mode=settings.slack.mode, role=role)
                await stopped()
                log.info("serve.stopping")

    await until_stopped(serve)
    return 0


def _needed(slack: SlackSettings, role: ProcessRole) -> list[str]:
    if not role.covers(ProcessRole.SLACK):
        return [*slack.credentials]
    return [*slack.credentials, "app_token" if slack.mode == "socket" else "signing_secret"]
