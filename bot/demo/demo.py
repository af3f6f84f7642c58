"""The demo: sandboxes of a CRM with a company, of Slack with its people, of Claude and of a mail server, with the real bot between.

The clock is simulated: the demo replays the weeks before night by night, then the last mornings, each owner at their local
time. After that the clock keeps running, but nothing more happens in the CRM, and no further morning comes.
Everything crosses real sockets.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from bot.clock import SimulatedClock
from bot.demo.inspector import Inspector
from bot.demo.replay import TellStage, first_night, replay_mornings, replay_nights, working_days
from bot.demo.settings_file import leave_settings
from bot.jobs.job import ProcessRole
from bot.jobs.policy import engine_policy
from bot.running import running
from bot.settings import load_settings
from bot.views.confirm_link import CONFIRM_LINK
from bot.wiring.author import called
from bot.wiring.resources import Services, open_services, owners_of
from bot.wiring.root import Bot, build_bot
from integrations.sandbox.history import Company, CrmEvent
from integrations.sandbox.mail import MailSandbox
from integrations.sandbox.slack import SlackSandbox, SlackUser
from integrations.sandbox.slack.rates import Rates
from integrations.sandbox.zoho import ZohoSandbox
from integrations.sandbox.zoho.people import ADMIN_PROFILE_ID

Author = Literal["claude", "playbook"]
PATIENCE_SECONDS = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Demo:
    """A running demo. `seconds_to_brief` is the longest time from an owner's brief being due to its arrival in Slack, including
    the sync."""

    bot: Bot
    zoho: ZohoSandbox
    slack: SlackSandbox
    mails: MailSandbox
    clock: SimulatedClock
    briefs: int
    seconds_to_brief: float
    author: str


@asynccontextmanager
async def running_demo(
    company: Company,
    *,
    home: Path,
    port: int,
    days: int,
    author: Author = "claude",
    progress: TellStage = lambda *_: None,
) -> AsyncIterator[Demo]:
    """Start everything, replay, and keep it running inside the block. Uses the real Claude if `ANTHROPIC_API_KEY` is set, else a
    sandbox with a competent character."""
    from bot.jobs.engine import DurableEngine  # half a second that only the demo should pay

    mornings = working_days(company.as_of, days)
    clock = SimulatedClock(first_night(mornings[0]))
    async with AsyncExitStack() as stack:
        progress("Starting the stand-ins for the CRM and Slack", 0, 0)
        zoho = ZohoSandbox(company, clock=clock.now)
        await zoho.start()
        stack.push_async_callback(zoho.stop)
        slack = SlackSandbox(users=slack_users(company), clock=clock.now, rates=Rates.of_a_simulation())
        await slack.start(port=port)
        stack.push_async_callback(slack.stop)
        mails = await MailSandbox(clock=clock.now, caught=lambda _: slack.touch()).start()
        stack.push_async_callback(mails.stop)
        written_by = await stack.enter_async_context(_claude(author, clock, progress))
        overrides = _sandbox_settings(zoho, slack, mails, home) | written_by
        settings = load_settings(overrides, env_file=None)
        progress("Starting the bot", 0, 0)
        services = await stack.enter_async_context(open_services(settings, clock))
        bot = build_bot(services, DurableEngine(engine_policy(settings.engine, settings.storage, ProcessRole.ALL)))
        inspector = Inspector(services, zoho, mails)
        slack.inspector, slack.mailbox = inspector, inspector.letter
        await replay_nights(zoho, bot, clock, until=mornings[0], progress=progress)
        progress("Connecting the bot to Slack", 0, 0)
        await _ask_for_mail(slack.workspace.installation.users[0].email, services)
        await stack.enter_async_context(running(bot, scheduled=False))
        sent = []
        async for each in replay_mornings(zoho, bot, clock, mornings, progress=progress):
            sent.append(each)
            await _confirm(slack, services)
            if bot.jobs.mails is not None:
                await bot.jobs.mails()  # before the simulated clock goes on to the next morning
        clock.show_to_commands(home)
        leave_settings(home, overrides)
        yield Demo(
            bot=bot,
            zoho=zoho,
            slack=slack,
            mails=mails,
            clock=clock,
            briefs=sum(len(each.brief_ids) for each in sent),
            seconds_to_brief=max((each.seconds for each in sent), default=0.0),
            author=called(settings.claude) if services.models else "rules",
        )


@asynccontextmanager
async def _claude(author: Author, clock: SimulatedClock, progress: TellStage) -> AsyncIterator[dict[str, object]]:
    """The settings for the author."""
    if author == "playbook":
        yield {"author": "playbook"}
        return
    if os.environ.get("ANTHROPIC_API_KEY"):
        yield {"author": "claude"}
        return
    from integrations.sandbox.claude import ClaudeSandbox

    progress("Starting the stand-in for Claude", 0, 0)
    claude = await ClaudeSandbox("competent", clock=clock.now).start()
    try:
        yield {"author": "claude", "anthropic_url": claude.url, "anthropic_api_key": claude.api_key}
    finally:
        await claude.stop()


async def _confirm(slack: SlackSandbox, services: Services) -> None:
    """Each person who is asked says that it is them, and so gets the brief that waits; return when it is there."""
    for user in slack.workspace.installation.users:
        if any(CONFIRM_LINK in str(message.get("blocks")) for message in slack.dm(user.id)):
            await slack.click(user.id, CONFIRM_LINK)
    await slack.settled()
    with suppress(TimeoutError):  # the page shows a late one when it comes
        await asyncio.wait_for(_posted(services), PATIENCE_SECONDS)


async def _ask_for_mail(email: str, services: Services) -> None:
    """One person has asked for their brief by e-mail, too, so that the page shows one."""
    async with services.database.transaction() as tx:
        person = await tx.people.by_email(email)
        if person is not None:
            own = replace(person.settings, by_mail=True)
            await tx.settings.keep(person.id, own, before=person.settings, at=services.clock.now())


async def _posted(services: Services) -> None:
    people = await owners_of(services)
    while True:
        async with services.database.reading() as tx:
            if not any([await tx.held.on_their_way(person.id) for person in people]):
                return
        await asyncio.sleep(0.05)


def slack_users(company: Company) -> list[SlackUser]:
    """The company's people as members of the sandbox Slack, owners of accounts first, since they get briefs."""
    owning = {owner_of(event) for event in company.events if event.module in ("Accounts", "Deals")}
    people = sorted((user for user in company.users if user.active), key=lambda user: user.id not in owning)
    return [
        SlackUser(id=f"U{number:05d}SAM", name=user.full_name, email=user.email, tz=user.time_zone, title=user.role)
        for number, user in enumerate(people, start=1)
    ]


def owner_of(event: CrmEvent) -> str | None:
    """The id of the new owner that an event gives its record; None if it doesn't change the owner."""
    owner = event.fields.get("Owner")
    return str(owner["id"]) if isinstance(owner, Mapping) else None


def _sandbox_settings(zoho: ZohoSandbox, slack: SlackSandbox, mails: MailSandbox, home: Path) -> dict[str, object]:
    return {
        "home": home,
        "database_url": f"sqlite+aiosqlite:///{home / 'sergas.db'}",
        "zoho_accounts_url": zoho.url,
        "zoho_ui_url": slack.url + "/_sandbox/record",
        "zoho_client_id": zoho.credentials.client_id,
        "zoho_client_secret": zoho.credentials.client_secret,
        "zoho_refresh_token": zoho.credentials.refresh_token,
        "admin_profile_ids": ADMIN_PROFILE_ID,
        "zoho_requests_per_minute": 0,
        "brief_everyone": True,
        "slack_api_url": slack.api_url,
        "slack_rate_percent": 0,  # its clock jumps from morning to morning
        "slack_bot_token": slack.bot_token,
        "slack_app_token": slack.app_token,
        "slack_signing_secret": slack.signing_secret,
        "slack_mode": "socket",
        "mail_host": mails.host,
        "mail_port": mails.port,
        "mail_tls": "none",
        "mail_from": "sergas@example.com",
    }
