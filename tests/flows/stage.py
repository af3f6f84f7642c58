"""The whole bot as it runs, between a sandbox CRM and a sandbox Slack, with a clock that stands still until it is moved."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping, Set
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from agents.flows.access.identity import Caller
from agents.flows.gate.decide_proposal import DecideProposal
from agents.flows.gate.drift import Drift
from bot.jobs.job import ProcessRole
from bot.jobs.policy import engine_policy
from bot.jobs.work import Engine
from bot.running import running
from bot.settings import Settings, load_settings
from bot.views.read_proposal import READ_MODAL
from bot.wiring.policies import decision_policy
from bot.wiring.resources import open_services
from bot.wiring.root import Bot, build_bot
from integrations.sandbox.history import Company
from integrations.sandbox.slack import SlackSandbox, SlackUser
from integrations.sandbox.slack.rates import Rates
from integrations.sandbox.zoho import ZohoSandbox
from integrations.sandbox.zoho.people import ADMIN_PROFILE_ID
from store.database import Database
from store.domain.gate.audit import AuditEntry
from store.domain.gate.proposals import Proposal, State
from store.domain.running.features import Feature
from tests.flows.company import ACME, FIRST_NIGHT, company
from tests.flows.openings import Opening, position
from tests.links import TEAM as TEAM
from tests.links import confirm_everyone

ANNAS, BOBS, CORAS, MIAS, EVES = "U0ANNA", "U0BOB", "U0CORA", "U0MIA", "U0EVE"
PEOPLE = (
    SlackUser(id=ANNAS, name="Anna Berg", email="anna@example.com", tz="Europe/Berlin"),
    SlackUser(id=BOBS, name="Bob Chan", email="bob@example.com", tz="Asia/Tokyo"),
    SlackUser(id=CORAS, name="Cora Diaz", email="cora@example.com", tz="America/New_York"),
    SlackUser(id=MIAS, name="Mia Lind", email="mia@example.com", tz="Europe/Berlin"),
    SlackUser(id=EVES, name="Eve Moss", email="eve@elsewhere.example"),
)
NIGHT = datetime(2026, 3, 24, 4, 0, tzinfo=UTC)
MORNING = datetime(2026, 3, 24, 7, 30, tzinfo=UTC)  # 8:30 in Berlin, 16:30 in Tokyo, 3:30 in New York
APPROVE, READ = "approve_proposal", "read_proposal"
HANDLED_SECONDS = 30.0


@dataclass
class StillClock:
    moment: datetime

    def now(self) -> datetime:
        return self.moment

    def advance(self, by: timedelta) -> None:
        self.moment += by


@dataclass
class Stage:
    """`bot` is the running one; `restart` puts another over the same database in its place. With `confirmed` everybody has
    said who they are as soon as the CRM was read; `durable` is over the engine of `sergas serve`."""

    zoho: ZohoSandbox
    slack: SlackSandbox
    clock: StillClock
    settings: Mapping[str, object]
    confirmed: bool = True
    durable: bool = False
    _running: AsyncExitStack = field(default_factory=AsyncExitStack)
    _bot: Bot | None = None

    @property
    def bot(self) -> Bot:
        assert self._bot is not None
        return self._bot

    @property
    def database_file(self) -> Path:
        """Where the rows stand, on SQLite."""
        return Path(str(self.settings["database_url"]).partition("///")[2])

    async def start(self) -> None:
        settings = load_settings(self.settings, env_file=None)
        services = await self._running.enter_async_context(open_services(settings, self.clock))
        self._bot = build_bot(services, _durable_engine(settings) if self.durable else None)
        await self._running.enter_async_context(running(self._bot, scheduled=False))
        if self.slack.request_url is None:
            await self.slack.connected()

    async def stop(self) -> None:
        await self._running.aclose()
        self._running, self._bot = AsyncExitStack(), None

    async def restart(self, **settings: object) -> None:
        await self.stop()
        self.settings = {**self.settings, **settings}
        await self.start()

    async def look(self, at: datetime) -> bool:
        """What happened in the CRM until then is read; whether that succeeded."""
        self.clock.moment = at
        self.zoho.play(at)
        read = await self.bot.jobs.syncs()
        if self.confirmed:
            users = self.slack.workspace.installation.users
            await confirm_everyone(self.bot.services.database, users, self.clock.now())
        return read

    async def morning(self, at: datetime = MORNING) -> int:
        """The tick of that moment; returns how many owners were due."""
        self.clock.moment = at
        return await self.bot.jobs.due.tick()

    def briefs(self, user_id: str) -> list[dict[str, Any]]:
        """The main messages of a person's briefs and reviews, without their threads."""
        own = [message for message in self.slack.dm(user_id) if message.get("bot_id")]
        return [message for message in own if message.get("thread_ts") in (None, message["ts"])]

    def shown(self, user_id: str) -> str:
        """All text that stands in a person's direct messages now."""
        return str([(message.get("text"), message.get("blocks")) for message in self.slack.dm(user_id)])

    async def proposal(self, account_id: str = ACME, *, kind: str | None = None) -> Proposal:
        """The newest proposal for an account."""
        return (await self.proposals(account_id, kind=kind))[-1]

    async def reviewed(self, account_id: str, *, kind: str | None = None, by: str = ANNAS) -> Proposal:
        """Have someone review an account now, and return its newest proposal: of low risks and of the second move, mornings don't
        ask."""
        await self.bot.accounts.review.by_id(Caller(team_id=TEAM, user_id=by, request_id="test"), account_id)
        await self.bot.cards.settled()
        return await self.proposal(account_id, kind=kind)

    async def proposals(self, account_id: str, *, kind: str | None = None) -> list[Proposal]:
        """All that were ever made for an account, in the order of the audit trail."""
        found: dict[str, Proposal] = {}
        async with self.bot.services.database.reading() as tx:
            for entry in await tx.audit.entries():
                for proposal_id in (*entry.detail.get("proposals", ()), entry.subject):
                    proposal = await tx.proposals.get(proposal_id)
                    if proposal and proposal.account_id == account_id and kind in (None, proposal.write.kind):
                        found[proposal.id] = proposal
        return list(found.values())

    async def state(self, proposal_id: str) -> State:
        async with self.bot.services.database.reading() as tx:
            proposal = await tx.proposals.get(proposal_id)
        assert proposal is not None
        return proposal.state

    async def trail(self, subject: str) -> list[AuditEntry]:
        """The audit entries about one proposal or brief."""
        async with self.bot.services.database.reading() as tx:
            return await tx.audit.entries(subject=subject)

    async def press(self, user_id: str, action: str, proposal: Proposal, *, at: str = ANNAS) -> None:
        """Press a button of a proposal's card where it stands, in the messages of `at`."""
        message = self._asking(proposal, at)
        await self.slack.click(
            user_id, action, ts=message["ts"], block_id=f"decide:{value_of(proposal)}", channel=self.slack.channel(at)
        )

    def _asking(self, proposal: Proposal, at: str) -> dict[str, Any]:
        """The last message with the proposal's buttons."""
        return next(
            each for each in reversed(self.slack.dm(at)) if f"decide:{value_of(proposal)}" in str(each.get("blocks"))
        )

    def _buttons(self, proposal: Proposal, at: str) -> set[str]:
        """The actions that its card offers."""
        asking = self._asking(proposal, at)["blocks"]
        blocks = [each for block in asking for each in (block, *block.get("child_blocks", ()))]
        card = next(each for each in blocks if each.get("block_id") == f"decide:{value_of(proposal)}")
        return {element["action_id"] for element in card["elements"]}

    async def open_modal(self, action: str, proposal: Proposal) -> None:
        """Press Adjust or Reject as the owner and wait for the modal."""
        await self.press(ANNAS, action, proposal)
        await self.slack.until(lambda: self.slack.modal(ANNAS) is not None)

    async def approve(self, proposal: Proposal, *, by: str = ANNAS, at: str = ANNAS) -> None:
        """Press Approve, on the card or in the view that shows the whole write, and wait until the bot is done with it: where
        the CRM is slow, it acknowledges long before."""
        before = await self._at_work()
        reads_first = READ in self._buttons(proposal, at)
        await self.press(by, READ if reads_first else APPROVE, proposal, at=at)
        await self.handled(but_for=before)
        view = self.slack.modal(by)
        if reads_first and view is not None and view["callback_id"] == READ_MODAL:
            await self.slack.submit(by, {})
            await self.handled(but_for=before)

    async def handled(self, *, but_for: Set[str] = frozenset()) -> None:
        """Wait until the bot is done with what Slack sent it, cards included, but for these requests, by their keys."""
        async with asyncio.timeout(HANDLED_SECONDS):
            while await self._at_work() - but_for:  # noqa: ASYNC110 - the database tells only when asked
                await asyncio.sleep(0.01)
            await self.bot.cards.settled()

    async def _at_work(self) -> set[str]:
        """The keys of what Slack sent and the bot has not ended."""
        async with self.bot.services.database.reading() as tx:
            left = await tx.inbox.left_over(taken_before=self.clock.now() + timedelta(days=1))
        return {kept.key for kept in left}

    async def approved(self, proposal: Proposal, *, says: str) -> None:
        """Press Approve as the owner and wait until the card says this."""
        await self.approve(proposal)
        await self.until(ANNAS, says)

    async def until(self, user_id: str, says: str) -> None:
        """Wait until this stands in a person's direct messages."""
        await self.slack.until(lambda: says in self.shown(user_id))

    async def answered(self, user_id: str, says: str) -> bool:
        """Wait until somebody is told this, in a message of their own or one that only they see."""
        await self.slack.until(lambda: says in self.shown(user_id) + str(self.slack.ephemerals(user_id)))
        return True

    async def whisper(self, user_id: str) -> str:
        """The first message that only this person sees."""
        await self.slack.until(lambda: bool(self.slack.ephemerals(user_id)))
        return str(self.slack.ephemerals(user_id)[-1]["text"])

    @asynccontextmanager
    async def elsewhere(self) -> AsyncIterator[Database]:
        """The database as another process has it: the bot here does not learn what is kept through it."""
        database = Database(str(self.settings["database_url"]), clock=self.clock.now)
        try:
            yield database
        finally:
            await database.close()

    async def approved_elsewhere(self, proposal: Proposal) -> None:
        """Approve as the owner, in a process that dies as soon as the approval is kept."""
        services = self.bot.services
        drift = Drift(services.crm.hurried(), services.sync, self.clock)
        async with self.elsewhere() as database:
            decide = DecideProposal(
                database, drift, decision_policy(services.settings.gate, currency=services.settings.brief.currency)
            )
            await decide.approve(by(ANNAS), proposal.id, proposal.version)

    async def claimed(self, proposal: Proposal) -> Proposal:
        """The proposal approved and claimed for sending, as a process leaves it that dies there."""
        await self.approved_elsewhere(proposal)
        now = self.clock.now()
        async with self.elsewhere() as database, database.transaction() as tx:
            claimed = await tx.proposals.move(proposal.id, frm=[State.READY], to=State.SENDING, attempt=1, sent_at=now)
        assert claimed is not None
        return claimed

    async def switch(self, feature: Feature, *, on: bool) -> None:
        """Switch a feature for everyone."""
        async with self.bot.services.database.transaction() as tx:
            await tx.features.switch(feature, on=on, by="ada", at=self.clock.now())

    async def sweep(self, *, after: timedelta = timedelta()) -> None:
        """The write job's next round, so much later."""
        self.clock.advance(after)
        await self.bot.jobs.writes.sweep()


def by(user_id: str) -> Caller:
    """Someone in Slack, as flows are asked by them."""
    return Caller(team_id=TEAM, user_id=user_id, request_id="test")


def value_of(proposal: Proposal) -> str:
    return f"{proposal.id}:{proposal.version}"


@asynccontextmanager
async def stage(
    url: str,
    home: Path,
    *,
    of: Company | None = None,
    people: Iterable[SlackUser] = PEOPLE,
    confirmed: bool = True,
    durable: bool = False,
    opening: Opening | None = None,
    rotates: bool = False,
    **settings: object,
) -> AsyncIterator[Stage]:
    """The bot at work on the first night, nothing read yet; `confirmed` and `durable` as in `Stage`. With an `opening`, of our
    company and PEOPLE alone, it starts over a database at that moment."""
    clock = StillClock(FIRST_NIGHT)
    async with AsyncExitStack() as stack:
        begun = (
            await position(opening, url, partial(stage, confirmed=confirmed), confirmed=confirmed) if opening else None
        )
        zoho = ZohoSandbox(of or company(), clock=clock.now)
        if begun:
            clock.moment = begun.moment
            zoho.play(begun.played)
        await zoho.start()
        stack.push_async_callback(zoho.stop)
        door = f"http://127.0.0.1:{settings['http_port']}/slack/events" if "http_port" in settings else None
        slack = SlackSandbox(
            users=tuple(people),
            clock=clock.now,
            ack_timeout=HANDLED_SECONDS,  # Slack's three seconds are a benchmark's business, not a busy machine's
            retry_delays=(0, 0, 0),
            delivery="http" if door else "socket",
            request_url=door,
            rates=Rates.of_a_simulation(),
            rotates=rotates,
        )
        await slack.start()
        stack.push_async_callback(slack.stop)
        if begun:
            begun.put_messages(slack)
        made = Stage(zoho, slack, clock, settings_of(zoho, slack, home) | {"database_url": url} | settings)
        made.confirmed, made.durable = confirmed, durable
        stack.push_async_callback(made.stop)
        await made.start()
        yield made


def _durable_engine(settings: Settings) -> Engine:
    from bot.jobs.engine import DurableEngine  # only for those who ask

    return DurableEngine(engine_policy(settings.engine, settings.storage, ProcessRole.ALL))


def _signing_in(slack: SlackSandbox) -> dict[str, object]:
    known = slack.workspace.rotation
    if known is None:
        return {"slack_bot_token": slack.bot_token}
    secrets = {"slack_client_secret": known.client_secret, "slack_refresh_token": known.refresh_token}
    return {"slack_client_id": known.client_id, **secrets}


def settings_of(zoho: ZohoSandbox, slack: SlackSandbox, home: Path) -> dict[str, object]:
    return {
        "home": home,
        "zoho_accounts_url": zoho.url,
        "zoho_ui_url": "https://crm.example.com/crm",
        "zoho_client_id": zoho.credentials.client_id,
        "zoho_client_secret": zoho.credentials.client_secret,
        "zoho_refresh_token": zoho.credentials.refresh_token,
        "admin_profile_ids": ADMIN_PROFILE_ID,
        "zoho_requests_per_minute": 0,
        "zoho_timeout_seconds": 5,
        "slack_api_url": slack.api_url,
        "slack_rate_percent": 0,
        "memory_url": "off",
        **_signing_in(slack),
        "slack_app_token": slack.app_token,
        "slack_signing_secret": slack.signing_secret,
    }
