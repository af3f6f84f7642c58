"""A company between its two sandboxes, and processes of the bot that come and go over one database."""

from __future__ import annotations

import asyncio
import multiprocessing
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from multiprocessing.process import BaseProcess
from pathlib import Path
from time import monotonic

from bot.demo.demo import slack_users
from bot.jobs.job import ProcessRole
from bot.wiring.resources import owners_of
from integrations.sandbox.slack import SlackSandbox
from integrations.sandbox.slack.forms import elements
from integrations.sandbox.zoho import ZohoSandbox
from store.database import Database
from store.domain.people.mornings import is_due
from tests.bench.company import END, company_of
from tests.engine.child import Life, live
from tests.flows.stage import stage

PATIENCE = 90.0
# How long a message belongs to a process that was killed as it posted it.
OUTBOX = {"slack_timeout_seconds": 3, "slack_settle_seconds": 1}


@dataclass
class Office:
    """`owners` all wait for the brief of one morning; what a process of the bot needs to send it is in `settings`, and `now` is
    the time in Slack and as it was opened."""

    zoho: ZohoSandbox
    slack: SlackSandbox
    settings: Mapping[str, object]
    owners: Sequence[str]
    users: Sequence[str]
    now: datetime
    _children: list[BaseProcess] = field(default_factory=list)
    _opened: float = field(default_factory=monotonic)

    async def child(
        self,
        *,
        role: ProcessRole = ProcessRole.ALL,
        dies_at: int | None = None,
        owners: Sequence[str] | None = None,
        **settings: object,
    ) -> BaseProcess:
        """Another process of the bot at work; its ticks start the morning of these owners (default: of all)."""
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(["tests.engine.child"])
        ours, theirs = context.Pipe()
        mine = self.owners if owners is None else owners
        now = self.now + timedelta(seconds=monotonic() - self._opened)
        life = Life(settings={**self.settings, **settings}, role=role, now=now, owners=mine, dies_at=dies_at)
        child = context.Process(target=live, args=(life, theirs))
        await asyncio.to_thread(child.start)
        theirs.close()
        self._children.append(child)
        try:
            assert await asyncio.to_thread(ours.recv) == "ready"
        except EOFError:
            assert dies_at is not None, "it ended before it was at work"
        return child

    async def until(self, briefs: int) -> None:
        """Wait until so many of the owners have a brief."""
        await self.slack.until(
            lambda: len([user for user in self.users if self.messages(user)]) >= briefs, timeout=PATIENCE
        )

    async def approve(self, user: str) -> None:
        """Press the first Approve in somebody's direct messages."""
        for message in self.slack.dm(user):
            for block, element in elements(message.get("blocks") or []):
                if element["action_id"] == "approve_proposal":
                    await self.slack.click(user, "approve_proposal", ts=message["ts"], block_id=block["block_id"])
                    return
        raise AssertionError("there is nothing to approve")

    def messages(self, user: str) -> list[str]:
        """The keys of the pieces that stand in somebody's direct messages."""
        return [each["metadata"]["event_payload"]["key"] for each in self.slack.dm(user) if each.get("metadata")]

    async def prepared(self) -> list[str]:
        """The ids of the briefs that were prepared, once for each time."""
        database = Database(str(self.settings["database_url"]))
        try:
            async with database.reading() as tx:
                return [entry.subject for entry in await tx.audit.entries() if entry.action == "brief.prepared"]
        finally:
            await database.close()

    async def ended(self, child: BaseProcess) -> int | None:
        """Wait for its end; its exit code, or the signal that killed it, negative."""
        await asyncio.to_thread(child.join, PATIENCE)
        return child.exitcode

    async def kill(self, child: BaseProcess) -> None:
        child.kill()
        await self.ended(child)

    async def stop(self, child: BaseProcess) -> None:
        """Tell it to stop, and let it end in good order."""
        child.terminate()
        assert await self.ended(child) == 0

    async def end(self) -> None:
        for child in self._children:
            await self.kill(child)


@asynccontextmanager
async def office(url: str, home: Path, *, owners: int, accounts_each: int = 2) -> AsyncIterator[Office]:
    """The night's changes are read, and nobody has a brief; those owners count whose time has come."""
    company = company_of(owners=owners, accounts=accounts_each * owners)
    users = slack_users(company)
    async with AsyncExitStack() as stack:
        made = await stack.enter_async_context(stage(url, home, of=company, people=users))
        assert await made.look(END)
        made.clock.moment = now = END.replace(hour=15)  # Slack's time too
        people = await owners_of(made.bot.services)
        ids = [each.id for each in people if is_due(each, now=now, brief_time=time(8))]
        await made.stop()
        emails = {user.id: user.email for user in company.users}
        by_email = {user.email: user.id for user in users}
        standing = Office(
            zoho=made.zoho,
            slack=made.slack,
            settings={**made.settings, **OUTBOX},
            owners=ids,
            users=[by_email[emails[owner_id]] for owner_id in ids],
            now=now,
        )
        stack.push_async_callback(standing.end)
        yield standing
