"""The jobs, wired: what the clock starts and the workers do, and the flows that only they run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from agents.flows.access.refusals import SettleRefusals
from agents.flows.accounts.compose_brief import BriefPolicy
from agents.flows.accounts.measure_outcomes import MeasureOutcomes
from agents.flows.gate.execute_write import ExecuteWrite
from agents.flows.gate.expire_proposals import ExpireProposals
from agents.flows.records.anchor_audit import AnchorAudit
from agents.flows.records.remember import MemoryPolicy, Remember
from bot.delivery.briefs import SlackDelivery
from bot.delivery.directory import Directory
from bot.delivery.outbox import Outbox
from bot.inbound.zoho_changes import Channel
from bot.jobs.anchor import AnchorJob
from bot.jobs.due_work import DueWork
from bot.jobs.execute_write import WriteJob
from bot.jobs.morning_brief import MorningJob
from bot.jobs.night import NightJob
from bot.jobs.sync_accounts import SyncJob
from bot.jobs.team_morning import TeamMorningJob
from bot.jobs.watch import WatchJob
from bot.jobs.work import Engine
from bot.settings.zoho import ZohoSettings
from bot.wiring.anchors import audit_anchors
from bot.wiring.mail import mail_copies
from bot.wiring.night import preparing
from bot.wiring.parts.accounts import Accounts
from bot.wiring.resources import Services, owners_of
from bot.wiring.team_morning import team_morning
from integrations.zoho.watch import Watches

if TYPE_CHECKING:
    from bot.delivery.mails import MailCopies


@dataclass(frozen=True, slots=True, kw_only=True)
class Jobs:
    writes: WriteJob
    mornings: MorningJob
    teams: TeamMorningJob
    night: NightJob | None  # None if batches are off
    syncs: SyncJob
    watching: WatchJob
    due: DueWork
    anchoring: AnchorJob
    refusals: SettleRefusals
    remember: Remember
    measure: MeasureOutcomes
    mails: MailCopies | None  # None without a mail server


def wire_jobs(
    services: Services,
    engine: Engine,
    delivery: SlackDelivery,
    outbox: Outbox,
    directory: Directory,
    *,
    execute: ExecuteWrite,
    accounts: Accounts,
    policy: BriefPolicy,
) -> Jobs:
    settings, database, clock = services.settings, services.database, services.clock
    brief, zoho = settings.brief, settings.zoho
    syncs = SyncJob(services.sync, engine, gather_seconds=zoho.gather_seconds)
    mornings = MorningJob(
        accounts.morning, database, clock, engine, at_once=brief.at_once, everywhere=brief.at_once_everywhere
    )
    return Jobs(
        writes=WriteJob(execute, ExpireProposals(database), delivery.catch_up, engine),
        mornings=mornings,
        teams=TeamMorningJob(team_morning(services, delivery), engine),
        night=_night(services, policy),
        syncs=syncs,
        watching=WatchJob(Watches(services.crm.rest), notify_channel(zoho), clock),
        due=DueWork(
            clock=clock,
            owners=lambda: owners_of(services),
            sync=syncs,
            morning=mornings,
            orphans=accounts.tell_orphans,
            brief_time=brief.time,
            sync_minutes=zoho.sync_minutes,
        ),
        anchoring=_anchoring(services),
        refusals=SettleRefusals(database, clock),
        remember=Remember(database, clock, MemoryPolicy(currency=brief.currency, retention=settings.memory.retention)),
        measure=MeasureOutcomes(database, clock),
        mails=mail_copies(services, outbox, directory),
    )


def notify_channel(zoho: ZohoSettings) -> Channel | None:
    """The channel for Zoho's notifications; None if they are off."""
    if not zoho.notify_url:
        return None
    return Channel(url=zoho.notify_url, secret=zoho.client_secret.get_secret_value())


def _night(services: Services, policy: BriefPolicy) -> NightJob | None:
    settings, clock = services.settings, services.clock
    prepare = preparing(
        settings.claude,
        services.models,
        database=services.database,
        memory=services.memory,
        clock=clock,
        policy=policy,
    )
    if prepare is None:
        return None
    return NightJob(prepare, clock, owners=lambda: owners_of(services), brief_time=settings.brief.time)


def _anchoring(services: Services) -> AnchorJob:
    anchors = audit_anchors(services.settings.audit, services.settings.storage)
    return AnchorJob(AnchorAudit(services.database, anchors, services.clock) if anchors else None)
