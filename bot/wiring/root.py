"""The composition root: the one place where adapters meet flows. Here the type checker proves that they fit the ports."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from agents.flows.access.refusals import SettleRefusals
from agents.flows.accounts.compose_brief import BriefPolicy, ComposeBrief
from agents.flows.accounts.learn_from_answers import LearnFromAnswers
from agents.flows.accounts.measure_outcomes import MeasureOutcomes
from agents.flows.accounts.morning_brief import MorningBrief
from agents.flows.accounts.reassign_accounts import ReassignAccounts
from agents.flows.accounts.recall_memory import RecallMemory
from agents.flows.accounts.review_account import ReviewAccount
from agents.flows.accounts.take_over import TakeOver
from agents.flows.accounts.tell_orphans import TellOrphans
from agents.flows.accounts.why import Why
from agents.flows.conversation.answer_by_rules import ThreadReply
from agents.flows.conversation.converse import Converse
from agents.flows.conversation.obey_wish import ObeyWish
from agents.flows.conversation.rate_answer import RateAnswer
from agents.flows.gate.adjust_proposal import AdjustProposal
from agents.flows.gate.approve_batch import ApproveBatch
from agents.flows.gate.decide_proposal import DecideProposal
from agents.flows.gate.drift import Drift
from agents.flows.gate.execute_write import ExecuteWrite
from agents.flows.gate.expire_proposals import ExpireProposals
from agents.flows.gate.keep_asking import KeepAsking
from agents.flows.gate.operate_writes import OperateWrites
from agents.flows.gate.remind_and_offer import RemindAndOffer
from agents.flows.gate.reopen_proposal import ReopenProposal
from agents.flows.gate.snooze_proposal import SnoozeProposal
from agents.flows.gate.undo_write import UndoWrite
from agents.flows.people.absences import Absences
from agents.flows.people.administer import Administer
from agents.flows.people.confirm_link import ConfirmLink
from agents.flows.people.home import Home
from agents.flows.people.look_at_report import LookAtReport
from agents.flows.people.my_settings import MySettings
from agents.flows.people.question_signals import QuestionSignals
from agents.flows.people.switch_features import SwitchFeatures, switched_on
from agents.flows.people.tell_refusals import TellRefusals
from agents.flows.pilot.note_opening import NoteOpening
from agents.flows.pilot.show_pilot import ShowPilot
from agents.flows.pilot.survey import AskSurvey
from agents.flows.records.anchor_audit import AnchorAudit
from agents.flows.records.remember import MemoryPolicy, Remember
from agents.ports import Enrich, Memory
from bot.delivery.briefs import SlackDelivery
from bot.delivery.card_refresh import CardRefresh
from bot.delivery.directory import Directory
from bot.delivery.moves import Moves
from bot.delivery.outbox import Outbox
from bot.delivery.question_signals import SlackSignalDesk
from bot.delivery.rendering import Rendering
from bot.delivery.survey import SlackSurveyDesk
from bot.delivery.updates import Updates
from bot.inbound.inbox import Inbox
from bot.inbound.zoho_changes import Channel
from bot.jobs.anchor import AnchorJob
from bot.jobs.due_work import DueWork
from bot.jobs.execute_write import WriteJob
from bot.jobs.local import LocalEngine
from bot.jobs.morning_brief import MorningJob
from bot.jobs.night import NightJob
from bot.jobs.sync_accounts import SyncJob
from bot.jobs.team_morning import TeamMorningJob
from bot.jobs.watch import WatchJob
from bot.jobs.work import Engine
from bot.settings.zoho import ZohoSettings
from bot.wiring.anchors import audit_anchors
from bot.wiring.author import enriching
from bot.wiring.companion import build_converse
from bot.wiring.features import SwitchedConverse, forbidden, switched_enrich
from bot.wiring.mail import mail_copies
from bot.wiring.memory_link import MemoryLink
from bot.wiring.night import preparing
from bot.wiring.policies import brief_policy, decision_policy, defaults_of, outbox_policy, reminder_policy, write_policy
from bot.wiring.resources import Services, owners_of
from bot.wiring.team_morning import team_morning
from integrations.zoho.watch import Watches
from store.domain.running.features import Feature

if TYPE_CHECKING:
    from bot.delivery.mails import MailCopies


@dataclass(frozen=True, slots=True, kw_only=True)
class Bot:
    """The whole bot, wired. `bot.app` turns it into listeners, and `bot.commands.serve` runs its jobs."""

    services: Services
    inbox: Inbox
    outbox: Outbox
    directory: Directory
    delivery: SlackDelivery
    cards: CardRefresh
    moves: Moves
    morning: MorningBrief
    review: ReviewAccount
    why: Why
    decide: DecideProposal
    adjust: AdjustProposal
    snooze: SnoozeProposal
    keep_asking: KeepAsking
    reopen: ReopenProposal
    batch: ApproveBatch
    take_over: TakeOver
    tell_orphans: TellOrphans
    reassign: ReassignAccounts
    undo: UndoWrite
    operate: OperateWrites
    execute: ExecuteWrite
    converse: Converse | SwitchedConverse
    rate: RateAnswer
    home: Home
    report: LookAtReport
    confirm: ConfirmLink
    tell_refusals: TellRefusals
    absences: Absences
    my_settings: MySettings
    learn: LearnFromAnswers
    remind: RemindAndOffer
    question: QuestionSignals
    features: SwitchFeatures
    administer: Administer
    survey: AskSurvey
    note_opening: NoteOpening
    show_pilot: ShowPilot
    remember: Remember
    measure: MeasureOutcomes
    writes: WriteJob
    mornings: MorningJob
    teams: TeamMorningJob
    night: NightJob | None  # None if batches are off
    syncs: SyncJob
    watching: WatchJob
    due: DueWork
    anchoring: AnchorJob
    refusals: SettleRefusals
    mails: MailCopies | None  # None without a mail server
    engine: Engine


def build_bot(services: Services, engine: Engine | None = None) -> Bot:
    """Wire the flows, the delivery and the jobs to the services. Without an engine, work runs as plain tasks."""
    settings, database, clock = services.settings, services.database, services.clock
    policy = brief_policy(settings.brief, settings.gate, settings.signals)
    outbox = Outbox(database, services.slack, clock, outbox_policy(settings.slack))
    rendering = Rendering(database, clock, services.links)
    delivery = SlackDelivery(database, services.slack, clock, outbox, rendering, by_mail=settings.mail.is_on)
    cards = CardRefresh(delivery.show)
    remembering: Memory | None = services.memory
    recall = RecallMemory(remembering, clock, is_on=switched_on(database, Feature.MEMORY))
    enrich = _enrich(services)
    morning = MorningBrief(database, ComposeBrief(database, clock, policy), recall, delivery, clock, policy, enrich)
    hurried = services.crm.hurried()  # for reads that a person waits for after pressing a button
    drift = Drift(hurried, services.sync, clock)
    decisions = decision_policy(settings.gate, currency=settings.brief.currency)
    decide = DecideProposal(database, drift, decisions)
    adjust, snooze = AdjustProposal(database, decisions), SnoozeProposal(database, decisions)
    execute = ExecuteWrite(
        database, services.writers, drift, clock, policy=write_policy(settings.zoho), decisions=decisions
    )
    engine, directory = engine or LocalEngine(), Directory(database, services.slack, clock)
    mornings = MorningJob(
        morning,
        database,
        clock,
        engine,
        at_once=settings.brief.at_once,
        everywhere=settings.brief.at_once_everywhere,
    )
    writes = WriteJob(execute, ExpireProposals(database), delivery.catch_up, engine)
    database.subscribe(writes.follow)
    database.subscribe(cards.follow)
    moves = Moves()
    database.subscribe(moves.follow)
    syncs = SyncJob(services.sync, engine, gather_seconds=settings.zoho.gather_seconds)
    tell_orphans = TellOrphans(database, delivery, directory, policy, brief_time=settings.brief.time)
    due = DueWork(
        clock=clock,
        owners=lambda: owners_of(services),
        sync=syncs,
        morning=mornings,
        orphans=tell_orphans,
        brief_time=settings.brief.time,
        sync_minutes=settings.zoho.sync_minutes,
    )
    return Bot(
        services=services,
        inbox=Inbox(database, clock, allowances=settings.fair_use.allowances),
        outbox=outbox,
        directory=directory,
        delivery=delivery,
        cards=cards,
        moves=moves,
        morning=morning,
        review=ReviewAccount(database, services.crm, services.sync, recall, delivery, clock, policy, enrich),
        why=Why(database, asks=settings.brief.asks),
        decide=decide,
        adjust=adjust,
        snooze=snooze,
        keep_asking=KeepAsking(database, lifetime=policy.lifetime),
        reopen=ReopenProposal(database, decisions),
        batch=ApproveBatch(database, decide, decisions),
        take_over=TakeOver(database, decide, policy),
        tell_orphans=tell_orphans,
        reassign=ReassignAccounts(database, decide, policy),
        undo=UndoWrite(database, hurried, services.writers, decide),
        operate=OperateWrites(database, lifetime=policy.lifetime),
        execute=execute,
        converse=build_converse(
            database,
            clock,
            ThreadReply(clock, policy),
            ObeyWish(adjust, snooze, decide),
            models=services.models,
            reader=hurried,
            memory=services.memory,
        ),
        rate=RateAnswer(database, clock),
        home=Home(database, clock, offer=timedelta(hours=settings.gate.offer_hours)),
        report=LookAtReport(database, clock),
        confirm=ConfirmLink(database, delivery, delivery.questions, clock),
        tell_refusals=TellRefusals(database, directory, delivery.questions, clock),
        absences=Absences(database),
        my_settings=MySettings(database, defaults_of(settings.brief, settings.signals, settings.mail)),
        learn=LearnFromAnswers(database),
        remind=RemindAndOffer(
            database,
            delivery,
            directory,
            reminder_policy(settings.gate, currency=settings.brief.currency),
        ),
        question=QuestionSignals(
            database, directory, _signal_desk(services, outbox, directory), clock, settings.signals
        ),
        features=SwitchFeatures(database, clock, forbidden(services)),
        administer=_administer(services, due),
        survey=AskSurvey(database, directory, SlackSurveyDesk(outbox, directory), clock),
        note_opening=NoteOpening(database, clock),
        show_pilot=ShowPilot(database, clock),
        remember=Remember(
            database, clock, MemoryPolicy(currency=settings.brief.currency, retention=settings.memory.retention)
        ),
        measure=MeasureOutcomes(database, clock),
        writes=writes,
        mornings=mornings,
        teams=TeamMorningJob(team_morning(services, delivery), engine),
        night=_night(services, policy),
        syncs=syncs,
        watching=WatchJob(Watches(services.crm.rest), notify_channel(settings.zoho), clock),
        due=due,
        anchoring=_anchoring(services),
        refusals=SettleRefusals(database, clock),
        mails=mail_copies(services, outbox, directory),
        engine=engine,
    )


def _administer(services: Services, due: DueWork) -> Administer:
    settings = services.settings
    return Administer(
        services.database,
        services.clock,
        owed=due.owed,
        signals=settings.signals,
        forbidden=forbidden(services),
        read_every=timedelta(minutes=settings.zoho.sync_minutes),
        brief_time=settings.brief.time,
    )


def _enrich(services: Services) -> Enrich | None:
    def over(memory: MemoryLink | None) -> Enrich | None:
        desk, database, clock = services.models, services.database, services.clock
        return enriching(
            services.settings.claude, desk, database=database, crm=services.crm, memory=memory, clock=clock
        )

    return switched_enrich(services.database, services.memory, over)


def notify_channel(zoho: ZohoSettings) -> Channel | None:
    """The channel for Zoho's notifications; None if they are off."""
    if not zoho.notify_url:
        return None
    return Channel(url=zoho.notify_url, secret=zoho.client_secret.get_secret_value())


def _signal_desk(services: Services, outbox: Outbox, directory: Directory) -> SlackSignalDesk:
    updates = Updates(services.database, services.slack, outbox.policy)
    return SlackSignalDesk(
        services.database,
        outbox,
        updates,
        directory,
        services.clock,
        unused_share=services.settings.signals.unused_share,
    )


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
