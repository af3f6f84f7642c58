"""Run the bot, connected to Slack, for the length of a block."""

from __future__ import annotations

import asyncio
import errno
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta

import structlog
from aiohttp import web
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp

from bot.app import build_app
from bot.inbound.drain import finishing
from bot.inbound.gateway import build_gateway
from bot.inbound.zoho_changes import ChangesHeard
from bot.jobs import execute_write, night
from bot.jobs.job import RESTART, Job, ProcessRole
from bot.jobs.scheduler import running_jobs
from bot.settings.http import HttpSettings
from bot.settings.slack import SlackSettings
from bot.wiring.answers import answers_of
from bot.wiring.overview import log_metrics, look
from bot.wiring.parts.jobs import notify_channel
from bot.wiring.root import Bot
from store.domain.crm import public_holidays
from store.domain.errors import BadInput

log = structlog.get_logger()


@asynccontextmanager
async def running(bot: Bot, *, role: ProcessRole = ProcessRole.ALL, scheduled: bool = True) -> AsyncIterator[None]:
    """Run the bot in this role; `scheduled` leaves out the clock's work.

    On exit, pending requests from Slack are answered first; then the jobs end, then the engine's current steps, and last
    the card updates.
    """
    async with AsyncExitStack() as stack:
        stack.push_async_callback(bot.cards.drain)
        if role.covers(ProcessRole.CLOCK) and scheduled:
            stack.push_async_callback(bot.jobs.watching.last)
            stack.push_async_callback(bot.jobs.anchoring.last)  # after everything that writes entries has ended
        await stack.enter_async_context(bot.engine.running(role))
        due = [
            job for job in jobs_of(bot) if role.covers(job.role) and (scheduled or job.role is not ProcessRole.CLOCK)
        ]
        await stack.enter_async_context(running_jobs(due))
        if role.covers(ProcessRole.SLACK):
            await stack.enter_async_context(_listening(bot))
        yield


def jobs_of(bot: Bot) -> list[Job]:
    """All jobs by name, in the one place that lists them; `bot.jobs` says how they run."""
    often = timedelta(seconds=15)
    anchor_every = timedelta(seconds=bot.services.settings.audit.anchor_seconds)
    return [
        *bot.engine.upkeep(),
        Job("proposals.expire", bot.jobs.writes.expire, often, ProcessRole.WORKER),
        Job("proposals.wake", bot.gate.snooze.wake, often, ProcessRole.WORKER),
        Job("proposals.remind", bot.gate.remind, timedelta(minutes=1), ProcessRole.WORKER),
        Job("teams", bot.jobs.teams.start, timedelta(minutes=1), ProcessRole.CLOCK),
        Job("accounts.orphaned", bot.accounts.tell_orphans, timedelta(minutes=10), ProcessRole.CLOCK),
        Job("links.look_ahead", bot.directory.look_ahead, timedelta(minutes=10), ProcessRole.CLOCK),
        Job("links.refused", bot.people.tell_refusals, timedelta(minutes=1), ProcessRole.WORKER),
        Job("signals.question", bot.people.question, timedelta(minutes=1), ProcessRole.WORKER),
        Job("pilot.survey", bot.pilot.survey, timedelta(minutes=1), ProcessRole.WORKER),
        Job("pilot.purge", bot.pilot.purge, timedelta(hours=1), ProcessRole.CLOCK),
        Job("memory.remember", bot.jobs.remember, often, ProcessRole.WORKER),
        Job("outcomes.measure", bot.jobs.measure, timedelta(minutes=10), ProcessRole.WORKER),
        Job("audit.anchor", bot.jobs.anchoring, anchor_every, ProcessRole.CLOCK),
        Job("zoho.watch", bot.jobs.watching, timedelta(minutes=10), ProcessRole.CLOCK),
        Job("messages.catch_up", bot.delivery.catch_up, often, ProcessRole.WORKER),
        Job("messages.purge", bot.outbox.purge, timedelta(hours=1), ProcessRole.CLOCK),
        Job("refusals.settle", bot.jobs.refusals, timedelta(minutes=1), ProcessRole.CLOCK),
        Job("inbox.replay", bot.inbox.replay, often, ProcessRole.SLACK),
        Job("inbox.purge", bot.inbox.purge, timedelta(hours=1), ProcessRole.CLOCK),
        Job("writes.start", bot.jobs.writes.start, execute_write.EVERY, ProcessRole.WORKER),
        Job("writes.hear", bot.jobs.writes.hear, RESTART, ProcessRole.ALL),
        Job("calendars.load", _calendars, timedelta(hours=1), ProcessRole.ALL),
        Job("crm.refresh", bot.jobs.syncs.refreshing, RESTART, ProcessRole.SLACK),
        Job("store.checkpoint", bot.services.database.checkpoint, timedelta(minutes=10), ProcessRole.CLOCK),
        Job("clock", bot.jobs.due.start, timedelta(minutes=1), ProcessRole.CLOCK),
        *_night(bot),
        *_mails(bot),
        *_metrics(bot),
        *_memory(bot),
        *_models(bot),
    ]


def _metrics(bot: Bot) -> list[Job]:
    services, seconds = bot.services, bot.services.settings.log.metrics_seconds

    async def run() -> None:
        settings = services.settings
        seen = await look(
            settings.zoho,
            settings.engine,
            settings.signals,
            services.database,
            now=services.clock.now(),
            brief_time=settings.brief.time,
            most=0,
        )
        log_metrics(seen)

    return [Job("metrics", run, timedelta(seconds=seconds), ProcessRole.CLOCK)] if seconds else []


def _night(bot: Bot) -> list[Job]:
    """A batch may take hours, and owners of another zone don't wait for it."""
    return [Job("night", bot.jobs.night.once, night.EVERY, ProcessRole.CLOCK, overlap=True)] if bot.jobs.night else []


async def _calendars() -> None:
    """Load the public holidays at the start, so that no press waits for it."""
    await asyncio.to_thread(public_holidays.load)


def _mails(bot: Bot) -> list[Job]:
    if bot.jobs.mails is None:
        return []
    return [
        Job("mails.send", bot.jobs.mails, timedelta(seconds=15), ProcessRole.WORKER),
        Job("mails.purge", bot.jobs.mails.purge, timedelta(hours=1), ProcessRole.CLOCK),
    ]


def _memory(bot: Bot) -> list[Job]:
    """A status request starts the memory, and restarts it after it died."""
    memory = bot.services.memory
    return [Job("memory.watch", memory.watch, timedelta(seconds=30), ProcessRole.WORKER)] if memory else []


def _models(bot: Bot) -> list[Job]:
    """Load the SDK at the start, so that the first question doesn't wait for it."""
    desk = bot.services.models
    if desk is None:
        return []
    hourly = timedelta(hours=1)
    return [
        Job("models.load", desk.api.ready, hourly, ProcessRole.ALL),
        Job("models.purge", desk.ledger.purge, hourly, ProcessRole.CLOCK),
    ]


@asynccontextmanager
async def _listening(bot: Bot) -> AsyncIterator[None]:
    settings = bot.services.settings
    app = build_app(
        answers_of(bot), client=bot.services.slack, signing_secret=settings.slack.signing_secret.get_secret_value()
    )
    bot.inbox.connect(app.async_dispatch)
    channel = notify_channel(settings.zoho)
    changes = ChangesHeard(channel, bot.jobs.syncs.hasten) if channel else None
    async with finishing(app), connected(app, settings.slack, settings.http, changes):
        yield


@asynccontextmanager
async def connected(
    app: AsyncApp, slack: SlackSettings, http: HttpSettings, changes: ChangesHeard | None = None
) -> AsyncIterator[None]:
    """Listen to Slack, over Socket Mode or signed HTTP, and to Zoho's notifications if they are on. Raises: BadInput for a port
    in use."""
    async with AsyncExitStack() as stack:
        by_http = app if slack.mode == "http" else None
        if by_http is not None or changes is not None:
            await stack.enter_async_context(_served(by_http, slack, http, changes))
        if by_http is None:
            await stack.enter_async_context(_socket(app, slack))
        yield


@asynccontextmanager
async def _socket(app: AsyncApp, slack: SlackSettings) -> AsyncIterator[None]:
    handler = AsyncSocketModeHandler(app, app_token=slack.app_token.get_secret_value())
    try:
        await handler.connect_async()  # type: ignore[no-untyped-call]  # slack_bolt leaves it unannotated
        yield
    finally:
        await handler.close_async()  # type: ignore[no-untyped-call]  # slack_bolt leaves it unannotated


@asynccontextmanager
async def _served(
    app: AsyncApp | None, slack: SlackSettings, http: HttpSettings, changes: ChangesHeard | None
) -> AsyncIterator[None]:
    secret = slack.signing_secret.get_secret_value()
    runner = build_gateway(app, signing_secret=secret, changes=changes)
    await runner.setup()
    try:
        await web.TCPSite(runner, http.host, http.port).start()
        log.info("http.listening", addresses=[str(address) for address in runner.addresses])
        yield
    except OSError as exc:
        if exc.errno != errno.EADDRINUSE:
            raise
        raise BadInput(f"Port {http.port} is in use; set SERGAS_HTTP_PORT to another.") from exc
    finally:
        await runner.cleanup()
