"""Stand-ins for the inbox and for the bot's own messages."""

from __future__ import annotations

from datetime import UTC, datetime

from agents.flows.access.identity import Caller
from store.domain.running.fair_use import Allowance, Errand, Turn, ask, full
from store.domain.running.messages import Saying
from tests.bot.stand_ins.stand_in import StandIn

UNLIMITED = Allowance()


class Requests(StandIn):
    async def keep(self, key: str, body: str | None) -> bool:
        if self.desk.inbox_down:
            self.desk.refused.set()
            raise ConnectionError("the database is away")
        fresh = key not in self.desk.kept
        self.desk.kept[key] = body
        return fresh

    async def ask(self, key: str, body: str, errand: Errand, caller: Caller) -> Turn | None:
        now = datetime.now(UTC)
        return ask(full(UNLIMITED, now), UNLIMITED, running=0, now=now) if await self.keep(key, body) else None

    async def done(self, key: str) -> None:
        self.desk.kept[key] = None
        self.desk.handled.set()


class Mouth(StandIn):
    async def __call__(self, saying: Saying) -> None:
        client = self.desk.client
        opened = await client.conversations_open(users=[saying.user_id])
        try:
            await client.chat_postMessage(
                channel=saying.channel or opened["channel"]["id"],
                thread_ts=saying.thread_ts,
                text=saying.text,
                blocks=saying.blocks,
            )
        finally:
            self.desk.spoke.set()
