"""The bot between its sandboxes, with its own list of jobs run at each tick of a clock that stands still in between."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from time import process_time
from typing import Any

from sqlalchemy import RowMapping, Select, create_engine
from sqlalchemy.pool import NullPool

from bot.demo.demo import slack_users
from bot.jobs.job import RESTART, Job, ProcessRole
from bot.jobs.local import LocalEngine
from bot.jobs.work import LOWEST, Ending
from bot.running import jobs_of, running
from bot.settings import load_settings
from bot.wiring.resources import open_services
from bot.wiring.root import Bot, build_bot
from integrations.sandbox.history import CrmEvent
from integrations.sandbox.slack import SlackSandbox
from integrations.sandbox.slack.rates import Rates
from integrations.sandbox.zoho import ZohoSandbox
from tests.flows.stage import StillClock, settings_of
from tests.month.company import Cast
from tests.month.days import Moment

PATIENCE_SECONDS = 120.0  # of real time: a busy machine must not change what happens
_MEMORY = Path("/dev/shm")
_WHERE = _MEMORY if _MEMORY.is_dir() else None
_ASKING = frozenset(
    {"proposals.expire", "proposals.wake", "proposals.remind", "messages.catch_up", "accounts.orphaned"}
)
_READ_ONCE = "syncs"  # work whose name says when it is done, and which the engine of `sergas serve` does once


class Engine(LocalEngine):
    """The engine of plain tasks, which remembers what it began, so that a tick can wait for it."""

    def __init__(self) -> None:
        super().__init__()
        self._begun: list[Ending] = []
        self._read: set[str] = set()

    async def start(
        self, name: str, key: str, *arguments: str, priority: int = LOWEST, urgent: bool = False
    ) -> Ending | None:
        if key in self._read:
            return None
        ending = await super().start(name, key, *arguments, priority=priority, urgent=urgent)
        if ending:
            self._begun.append(ending)
            if name == _READ_ONCE:
                self._read.add(key)
        return ending

    async def settled(self) -> bool:
        """Wait for everything that was begun; whether there was anything."""
        begun, self._begun = self._begun, []
        await asyncio.gather(*(ending() for ending in begun))
        return bool(begun)


class Rows:
    """The store's file, read beside the bot."""

    def __init__(self, path: Path) -> None:
        self._engine = create_engine(f"sqlite:///{path}", poolclass=NullPool)

    def __call__(self, statement: Select[Any]) -> Sequence[RowMapping]:
        with self._engine.connect() as connection:
            return connection.execute(statement).mappings().all()


@dataclass(slots=True, kw_only=True)
class Stage:
    """`took` are the processor's seconds that each job took at each tick, the sandboxes' part included;
    `failures` what failed in one."""

    cast: Cast
    bot: Bot
    engine: Engine
    zoho: ZohoSandbox
    slack: SlackSandbox
    clock: StillClock
    rows: Rows
    took: list[tuple[datetime, str, float]] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    _last: dict[str, datetime] = field(default_factory=dict)
    _has_left: bool = False

    async def tick(self, moment: Moment) -> None:
        """Let it become this moment, and run the jobs that are due by then, in the order of the bot's own list."""
        self.clock.moment = at = moment.at
        self.zoho.play(at)
        self._leave(at)
        for job in self._due(at):
            if not moment.asks or job.name in _ASKING:
                await self._run(job)
        await self.quiet()

    async def read_at(self, at: datetime) -> None:
        """Let it become this moment and read the CRM, as in the weeks before anyone got a brief."""
        self.clock.moment = at
        self.zoho.play(at)
        await self.bot.jobs.syncs()

    def happens(self, event: CrmEvent) -> None:
        """Somebody's action in the CRM's own pages."""
        self.zoho.happens(event)

    async def quiet(self) -> None:
        """Wait until the bot is done with all that it was sent and all that it began."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while True:
                await self.slack.settled()
                worked = await self.engine.settled()
                if not worked and not await self._at_work():
                    break
                await asyncio.sleep(0.002)
            await self.bot.cards.settled()

    async def _at_work(self) -> bool:
        async with self.bot.services.database.reading() as tx:
            left = await tx.inbox.left_over(taken_before=self.clock.now() + timedelta(days=1))
        return bool(left)

    def _due(self, at: datetime) -> list[Job]:
        """Jobs that are meant to run for ever run beside; all others by their own interval."""
        due = [job for job in jobs_of(self.bot) if job.every != RESTART]
        return [job for job in due if job.name not in self._last or at - self._last[job.name] >= job.every]

    async def _run(self, job: Job) -> None:
        self._last[job.name] = self.clock.now()
        began = process_time()
        try:
            await job.run()
        except Exception as exc:  # as the bot's own runner: the next tick runs it again
            self.failures.append(f"{job.name} at {self.clock.now():%a %d %b %H:%M}: {type(exc).__name__}: {exc}")
        await self.engine.settled()
        self.took.append((self.clock.now(), job.name, process_time() - began))

    def _leave(self, at: datetime) -> None:
        """Close the leaver's accounts in the CRM and in Slack once it is time."""
        if (leaver := self.cast.left(at)) and not self._has_left:
            self.zoho.keep_user(replace(leaver, active=False))
            self.slack.deactivate(self.slack.workspace.installation.by_email(leaver.email).id)
            self._has_left = True


@asynccontextmanager
async def staged(cast: Cast, start: datetime) -> AsyncIterator[Stage]:
    """Everything at this moment, nothing read yet. The bot listens to Slack; its other jobs run at ticks alone."""
    clock = StillClock(start)
    async with AsyncExitStack() as stack:
        zoho = ZohoSandbox(cast.company, clock=clock.now)
        await zoho.start()
        stack.push_async_callback(zoho.stop)
        slack = SlackSandbox(
            users=slack_users(cast.company),
            clock=clock.now,
            ack_timeout=PATIENCE_SECONDS,
            rates=Rates.of_a_simulation(),
        )
        await slack.start()
        stack.push_async_callback(slack.stop)
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="sergas-month-", dir=_WHERE)))
        more: dict[str, object] = {
            "database_url": f"sqlite+aiosqlite:///{home / 'sergas.db'}",
            "zoho_timeout_seconds": PATIENCE_SECONDS,
            "author": "playbook",
            "slack_mode": "socket",
            "metrics_seconds": 0,
        }
        settings = load_settings(settings_of(zoho, slack, home) | more, env_file=None)
        services = await stack.enter_async_context(open_services(settings, clock))
        engine = Engine()
        bot = build_bot(services, engine)
        await stack.enter_async_context(running(bot, role=ProcessRole.SLACK, scheduled=False))
        await slack.connected()
        rows = Rows(home / "sergas.db")
        yield Stage(cast=cast, bot=bot, engine=engine, zoho=zoho, slack=slack, clock=clock, rows=rows)
