"""The composition root: the one place where adapters meet flows. Here the type checker proves that they fit the ports."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import aiohttp
import httpx
from slack_sdk.web.async_client import AsyncWebClient

from agents.flows.absences import Absences
from agents.flows.adjust_proposal import AdjustProposal
from agents.flows.anchor_audit import AnchorAudit
from agents.flows.approve_batch import ApproveBatch
from agents.flows.compose_brief import BriefPolicy, ComposeBrief
from agents.flows.confirm_link import ConfirmLink
from agents.flows.converse import Converse
from agents.flows.decide_proposal import DecideProposal, DecisionPolicy
from agents.flows.drift import Drift
from agents.flows.execute_write import ExecuteWrite, WritePolicy
from agents.flows.expire_proposals import ExpireProposals
from agents.flows.home import Home
from agents.flows.measure_outcomes import MeasureOutcomes
from agents.flows.morning_brief import MorningBrief
from agents.flows.obey_wish import ObeyWish
from agents.flows.operate_writes import OperateWrites
from agents.flows.recall_memory import RecallMemory
from agents.flows.remember import MemoryPolicy, Remember
from agents.flows.remind_and_offer import RemindAndOffer, ReminderPolicy
from agents.flows.review_account import ReviewAccount
from agents.flows.snooze_proposal import SnoozeProposal
from agents.flows.sync_accounts import SyncAccounts
from agents.flows.thread_reply import ThreadReply
from agents.flows.undo_write import UndoWrite
from agents.ports import AuditAnchors, Clock, Crm, CrmWriter, Delivery, Memory
from bot.authoring import enriching
from bot.clock import SystemClock
from bot.crm import center_of, open_crm, with_refresh_token
from bot.delivery import SlackDelivery
from bot.directory import Directory
from bot.inbox import Inbox
from bot.jobs.anchor import AnchorJob
from bot.jobs.execute_write import WriteJob
from bot.jobs.local import LocalEngine
from bot.jobs.morning_brief import MorningJob
from bot.jobs.night import NightJob
from bot.jobs.scheduler import Scheduler
from bot.jobs.sync_accounts import SyncJob
from bot.jobs.watch import WatchJob
from bot.jobs.work import Engine
from bot.memory_link import MemoryLink, open_memory_link
from bot.models import ModelDesk, open_model_desk
from bot.night import preparing
from bot.outbox import Outbox
from bot.posting import OutboxPolicy, RetryThrottled
from bot.rendering import Rendering
from bot.settings import ANCHOR_FILE, DATABASE_FILE, OFF, PINS_FILE, Settings, require
from bot.talking import build_converse
from bot.views.reader import Links, ZohoLinks
from bot.zoho_changes import Channel
from integrations.anchors import open_anchors
from integrations.loopback import LOOPBACK
from integrations.zoho.client import ZohoClient
from integrations.zoho.limits import Limits
from integrations.zoho.transport import ReadTransport
from integrations.zoho.watch import Watches
from integrations.zoho.writer import ZohoWriter
from store.database import Database
from store.domain.accounts import Person, Role
from store.domain.errors import BadInput

if TYPE_CHECKING:
    from integrations.zoho_mcp.session import HostedSession


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """What everything else is built over: the store, the CRM, the Slack client."""

    settings: Settings
    clock: Clock
    database: Database
    crm: ZohoClient
    writer: CrmWriter
    slack: AsyncWebClient
    sync: SyncAccounts
    links: Links
    memory: MemoryLink | None
    models: ModelDesk | None  # None where the playbook writes everything


@dataclass(frozen=True, slots=True, kw_only=True)
class Bot:
    """The whole bot, wired; `bot.app` turns it into listeners and `bot.commands.serve` runs its jobs."""

    services: Services
    inbox: Inbox
    outbox: Outbox
    delivery: Delivery
    morning: MorningBrief
    review: ReviewAccount
    decide: DecideProposal
    adjust: AdjustProposal
    snooze: SnoozeProposal
    batch: ApproveBatch
    undo: UndoWrite
    operate: OperateWrites
    execute: ExecuteWrite
    converse: Converse
    home: Home
    confirm: ConfirmLink
    absences: Absences
    remind: RemindAndOffer
    remember: Remember
    measure: MeasureOutcomes
    writes: WriteJob
    mornings: MorningJob
    night: NightJob | None  # None where nothing is asked in batches
    syncs: SyncJob
    watching: WatchJob
    scheduler: Scheduler
    anchoring: AnchorJob
    engine: Engine


@asynccontextmanager
async def open_store(settings: Settings, *, clock: Clock | None = None, create: bool = True) -> AsyncIterator[Database]:
    """The database, migrated; `clock` takes the place of its own where time is simulated.

    Raises: BadInput where it cannot be opened, is newer than this release, or, without `create`, is not there.
    """
    if not create and not settings.database_url and not (settings.home / DATABASE_FILE).exists():
        raise BadInput(
            f"There is no database in {settings.home}. Run `sergas sync` first, or set SERGAS_HOME to its folder."
        )
    settings.home.mkdir(parents=True, exist_ok=True)
    simulated = None if clock is None or isinstance(clock, SystemClock) else clock.now
    database = Database(settings.database, clock=simulated)
    try:
        await database.migrate()
        yield database
    finally:
        await database.close()


@asynccontextmanager
async def open_services(settings: Settings, clock: Clock) -> AsyncIterator[Services]:
    """The store and the CRM. Raises: SettingError where a credential is missing."""
    settings = await with_refresh_token(settings)
    require(settings, "zoho_client_id", "zoho_client_secret", "zoho_refresh_token")
    async with AsyncExitStack() as stack:
        database = await stack.enter_async_context(open_store(settings, clock=clock))
        session = await stack.enter_async_context(
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=settings.slack_timeout_seconds))
        )
        by_rest = crm = await stack.enter_async_context(open_crm(settings, database, clock))
        if settings.zoho_mcp_url.get_secret_value():
            hosted = await stack.enter_async_context(hosted_session(settings))
            crm = by_rest.reading_through(_pinned(settings, hosted, by_rest.rest.limits))
        memory = await stack.enter_async_context(open_memory_link(settings, clock))
        reading: Crm = crm
        writer: CrmWriter = ZohoWriter(by_rest, timeout=settings.zoho_timeout_seconds)
        yield Services(
            settings=settings,
            clock=clock,
            database=database,
            crm=crm,
            writer=writer,
            slack=slack_client(settings, session),
            sync=SyncAccounts(database, reading, clock),
            links=ZohoLinks(center_of(settings).ui_url),
            memory=memory,
            models=await stack.enter_async_context(open_model_desk(settings, database, clock)),
        )


@asynccontextmanager
async def hosted_session(settings: Settings) -> AsyncIterator[HostedSession]:
    """The MCP server that Zoho hosts for us; connected at the first call. Raises: SettingError for an address that will not do."""
    from integrations.zoho_mcp.session import HostedSession

    session = HostedSession(settings.zoho_mcp_url.get_secret_value(), timeout=settings.zoho_timeout_seconds)
    try:
        yield session
    finally:
        await session.close()


def _pinned(settings: Settings, session: HostedSession, limits: Limits) -> ReadTransport:
    """Reading through the hosted server by the tools that were pinned. Raises: BadInput where the pins cannot be read."""
    from integrations.zoho_mcp import pins
    from integrations.zoho_mcp.transport import HostedTransport

    return HostedTransport(session, pins.load(settings.home / PINS_FILE), limits=limits)


def slack_client(settings: Settings, session: aiohttp.ClientSession) -> AsyncWebClient:
    """A Web API client that retries only what Slack rejected unprocessed (429), and a message not even then: that is the
    outbox's business."""
    client = AsyncWebClient(
        token=settings.slack_bot_token.get_secret_value(),
        base_url=settings.slack_api_url,
        session=session,
        retry_handlers=[RetryThrottled(max_retry_count=3)],
    )
    if httpx.URL(settings.slack_api_url).host in LOOPBACK:
        client.proxy = None  # the SDK takes HTTPS_PROXY from the environment and ignores NO_PROXY
    return client


def build_bot(services: Services, engine: Engine | None = None) -> Bot:
    """Wire the flows, the delivery and the jobs over the services; without an engine, work is carried as plain tasks."""
    settings, database, clock = services.settings, services.database, services.clock
    policy = brief_policy(settings)
    write_policy = WritePolicy(
        timeout=timedelta(seconds=settings.zoho_timeout_seconds), settle=timedelta(seconds=settings.zoho_settle_seconds)
    )
    outbox = Outbox(database, services.slack, clock, outbox_policy(settings))
    rendering = Rendering(database, clock, services.links, max_cards=settings.max_cards)
    delivery: Delivery = SlackDelivery(database, services.slack, clock, outbox, rendering)
    remembering: Memory | None = services.memory
    recall = RecallMemory(remembering, clock)
    enrich = enriching(
        settings, services.models, database=database, crm=services.crm, memory=services.memory, clock=clock
    )
    morning = MorningBrief(database, ComposeBrief(database, clock, policy), recall, delivery, clock, policy, enrich)
    hurried = services.crm.hurried()  # for what somebody who presses a button waits for
    drift = Drift(hurried, services.sync, clock)
    decisions = decision_policy(settings)
    decide = DecideProposal(database, drift, decisions)
    adjust, snooze = AdjustProposal(database, decisions), SnoozeProposal(database, delivery, decisions)
    execute = ExecuteWrite(database, services.writer, drift, delivery, clock, policy=write_policy, decisions=decisions)
    engine = engine or LocalEngine()
    mornings = MorningJob(
        morning,
        database,
        clock,
        engine,
        at_once=settings.briefs_at_once,
        everywhere=settings.briefs_at_once_everywhere,
    )
    syncs = SyncJob(services.sync, engine, gather_seconds=settings.zoho_gather_seconds)
    return Bot(
        services=services,
        inbox=Inbox(database, clock),
        outbox=outbox,
        delivery=delivery,
        morning=morning,
        review=ReviewAccount(database, services.crm, services.sync, recall, delivery, clock, policy, enrich),
        decide=decide,
        adjust=adjust,
        snooze=snooze,
        batch=ApproveBatch(database, decide, decisions),
        undo=UndoWrite(database, hurried, decide),
        operate=OperateWrites(database, lifetime=policy.lifetime),
        execute=execute,
        converse=build_converse(
            database,
            clock,
            ThreadReply(database, clock, policy),
            ObeyWish(adjust, snooze, decide),
            models=services.models,
            reader=hurried,
            memory=services.memory,
        ),
        home=Home(database, clock, offer=timedelta(hours=settings.offer_hours)),
        confirm=ConfirmLink(database, delivery, clock),
        absences=Absences(database),
        remind=RemindAndOffer(
            database, delivery, Directory(database, services.slack, clock), reminder_policy(settings)
        ),
        remember=Remember(database, clock, MemoryPolicy(currency=settings.currency, retention=settings.retention)),
        measure=MeasureOutcomes(database, clock),
        writes=WriteJob(execute, ExpireProposals(database, delivery), delivery, engine),
        mornings=mornings,
        night=_night(services, policy),
        syncs=syncs,
        watching=WatchJob(Watches(services.crm.rest), notify_channel(settings), clock),
        scheduler=Scheduler(
            clock=clock,
            owners=lambda: owners_of(services),
            sync=syncs,
            morning=mornings,
            brief_time=settings.brief_time,
            sync_minutes=settings.sync_minutes,
        ),
        anchoring=_anchoring(services),
        engine=engine,
    )


def audit_anchors(settings: Settings, *, place: str | None = None) -> AuditAnchors | None:
    """Where heads of the audit trail are noted, or another place instead; None where that is turned off.

    Raises: SettingError.
    """
    chosen = (place or settings.audit_anchor).strip()
    if chosen.casefold() == OFF:
        return None
    return open_anchors(chosen or str(settings.home / ANCHOR_FILE))


def notify_channel(settings: Settings) -> Channel | None:
    """Where Zoho tells what changed; None where it is not asked to."""
    if not settings.zoho_notify_url:
        return None
    return Channel(url=settings.zoho_notify_url, secret=settings.zoho_client_secret.get_secret_value())


def _night(services: Services, policy: BriefPolicy) -> NightJob | None:
    settings, clock = services.settings, services.clock
    prepare = preparing(
        settings,
        services.models,
        database=services.database,
        memory=services.memory,
        clock=clock,
        policy=policy,
    )
    if prepare is None:
        return None
    return NightJob(prepare, clock, owners=lambda: owners_of(services), brief_time=settings.brief_time)


def _anchoring(services: Services) -> AnchorJob:
    anchors = audit_anchors(services.settings)
    return AnchorJob(AnchorAudit(services.database, anchors, services.clock) if anchors else None)


def outbox_policy(settings: Settings) -> OutboxPolicy:
    """How long a message may be on its way to Slack under these settings."""
    return OutboxPolicy(
        timeout=timedelta(seconds=settings.slack_timeout_seconds),
        settle=timedelta(seconds=settings.slack_settle_seconds),
    )


def brief_policy(settings: Settings) -> BriefPolicy:
    """How briefs are made under these settings."""
    lifetime = timedelta(hours=settings.proposal_hours)
    return BriefPolicy(signals=settings.signals, stakes=settings.stakes, lifetime=lifetime, currency=settings.currency)


def reminder_policy(settings: Settings) -> ReminderPolicy:
    """When what nobody has decided comes up again under these settings."""
    return ReminderPolicy(
        remind=timedelta(hours=settings.remind_hours),
        offer=timedelta(hours=settings.offer_hours),
        currency=settings.currency,
    )


def decision_policy(settings: Settings) -> DecisionPolicy:
    """How decisions are made under these settings."""
    lifetime = timedelta(hours=settings.proposal_hours)
    return DecisionPolicy(lifetime=lifetime, stakes=settings.stakes, currency=settings.currency)


async def owners_of(services: Services) -> list[Person]:
    """Those who get a brief: the active people who own accounts or deals, and with `brief_everyone` those who own none."""
    async with services.database.reading() as tx:
        owning = await tx.snapshots.owner_ids()
        active = [person for person in await tx.people.all() if person.active]
    everyone = services.settings.brief_everyone
    return [p for p in active if p.id in owning or (everyone and p.role is Role.OWNER)]
