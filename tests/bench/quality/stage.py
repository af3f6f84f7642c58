"""The real bot between a sandbox CRM and a sandbox Slack, over a company's last mornings."""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from bot.clock import SimulatedClock
from bot.demo.demo import Author, slack_users
from bot.demo.replay import first_night, replay_mornings, replay_nights
from bot.views.blocks import Block
from bot.wiring.resources import open_services
from bot.wiring.root import Bot, build_bot
from integrations.sandbox.claude import ClaudeSandbox
from integrations.sandbox.history import Company
from integrations.sandbox.slack import SlackSandbox
from integrations.sandbox.slack.rates import Rates
from integrations.sandbox.zoho import ZohoSandbox
from tests.bench.company import settings_for
from tests.bench.quality.seen import Seen
from tests.links import confirm_everyone


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    bot: Bot
    zoho: ZohoSandbox
    slack: SlackSandbox
    clock: SimulatedClock

    async def mornings(self, days: Sequence[date]) -> AsyncIterator[list[Seen]]:
        """Replay the weeks before and then these mornings. Yield, each time briefs went out, what their owners see then.

        Everyone has confirmed before that they are who the bot takes them for, and owners answer nothing else.
        """
        await replay_nights(self.zoho, self.bot, self.clock, until=days[0])
        users = self.slack.workspace.installation.users
        await confirm_everyone(self.bot.services.database, users, self.clock.now())
        async for sent in replay_mornings(self.zoho, self.bot, self.clock, days):
            seen = [await self._seen(brief_id) for brief_id in sent.brief_ids]
            yield [each for each in seen if each]
            await self.bot.delivery.catch_up()

    async def _seen(self, brief_id: str) -> Seen | None:
        """None if the brief did not arrive."""
        async with self.bot.services.database.reading() as tx:
            brief, messages = await tx.briefs.get(brief_id), await tx.messages.of_brief(brief_id)
            main = next((each for each in messages if each.thread_of is None and each.ts and each.channel), None)
            if brief is None or main is None:
                return None
            link = await tx.links.of_person(brief.owner_id)
            ledger = await tx.attention.last(brief.owner_id)
            proposals = await tx.proposals.in_force([each for card in brief.cards for each in card.proposal_ids])
        posted = self.slack.messages(str(main.channel))
        return Seen(
            day=brief.local_date,
            owner_id=brief.owner_id,
            brief=brief,
            entries=ledger.by_account() if ledger and ledger.brief_id == brief_id else {},
            proposals=proposals | {each.id: each for each in proposals.values()},
            blocks=_blocks(each for each in posted if each["ts"] == main.ts),
            thread=_blocks(each for each in posted if each.get("thread_ts") == main.ts != each["ts"]),
            user_id=link.user_id if link else "",
            ts=str(main.ts),
        )


@asynccontextmanager
async def staged(company: Company, *, days: Sequence[date], author: Author = "playbook") -> AsyncIterator[Stage]:
    """Everything at the first of the nights before these mornings. Claude is always the sandbox's."""
    clock = SimulatedClock(first_night(days[0]))
    async with AsyncExitStack() as stack:
        zoho = ZohoSandbox(company, clock=clock.now)
        await zoho.start()
        stack.push_async_callback(zoho.stop)
        slack = SlackSandbox(users=slack_users(company), clock=clock.now, rates=Rates.of_a_simulation())
        await slack.start()
        stack.push_async_callback(slack.stop)
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="sergas-quality-")))
        more: dict[str, object] = {
            "zoho_ui_url": f"{slack.url}/_sandbox/record",
            "brief_everyone": True,
            "author": author,
        }
        if author == "claude":
            claude = await ClaudeSandbox(clock=clock.now).start()
            stack.push_async_callback(claude.stop)
            more |= {"anthropic_url": claude.url, "anthropic_api_key": claude.api_key}
        chosen = settings_for(zoho, home, slack_api_url=slack.api_url, **more)
        services = await stack.enter_async_context(open_services(chosen, clock))
        yield Stage(bot=build_bot(services), zoho=zoho, slack=slack, clock=clock)


def _blocks(messages: Iterable[Mapping[str, Any]]) -> tuple[Block, ...]:
    return tuple(block for message in messages for block in message.get("blocks") or ())
