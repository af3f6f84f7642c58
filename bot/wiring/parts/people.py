"""The people, wired: who someone is, their Home, settings and absences, and the work of administrators."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from agents.flows.people.absences import Absences
from agents.flows.people.administer import Administer
from agents.flows.people.confirm_link import ConfirmLink
from agents.flows.people.home import Home
from agents.flows.people.look_at_report import LookAtReport
from agents.flows.people.my_settings import MySettings
from agents.flows.people.question_signals import QuestionSignals
from agents.flows.people.switch_features import SwitchFeatures
from agents.flows.people.tell_refusals import TellRefusals
from bot.delivery.briefs import SlackDelivery
from bot.delivery.directory import Directory
from bot.delivery.outbox import Outbox
from bot.delivery.question_signals import SlackSignalDesk
from bot.delivery.updates import Updates
from bot.jobs.due_work import DueWork
from bot.wiring.features import forbidden
from bot.wiring.policies import defaults_of
from bot.wiring.resources import Services


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    home: Home
    report: LookAtReport
    confirm: ConfirmLink
    tell_refusals: TellRefusals
    absences: Absences
    my_settings: MySettings
    question: QuestionSignals
    features: SwitchFeatures
    administer: Administer


def wire_people(
    services: Services, delivery: SlackDelivery, outbox: Outbox, directory: Directory, due: DueWork
) -> People:
    settings, database, clock = services.settings, services.database, services.clock
    ruled_out, questions = forbidden(services), delivery.questions
    return People(
        home=Home(database, clock, offer=timedelta(hours=settings.gate.offer_hours)),
        report=LookAtReport(database, clock),
        confirm=ConfirmLink(database, delivery, questions, clock),
        tell_refusals=TellRefusals(database, directory, questions, clock),
        absences=Absences(database),
        my_settings=MySettings(database, defaults_of(settings.brief, settings.signals, settings.mail)),
        question=QuestionSignals(
            database, directory, _signal_desk(services, outbox, directory), clock, settings.signals
        ),
        features=SwitchFeatures(database, clock, ruled_out),
        administer=Administer(
            database,
            clock,
            owed=due.owed,
            signals=settings.signals,
            forbidden=ruled_out,
            read_every=timedelta(minutes=settings.zoho.sync_minutes),
            brief_time=settings.brief.time,
        ),
    )


def _signal_desk(services: Services, outbox: Outbox, directory: Directory) -> SlackSignalDesk:
    database, unused_share = services.database, services.settings.signals.unused_share
    updates = Updates(database, services.slack, outbox.policy)
    return SlackSignalDesk(database, outbox, updates, directory, services.clock, unused_share=unused_share)
