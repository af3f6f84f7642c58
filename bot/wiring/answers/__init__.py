"""Connects each listener to the flow that answers it. Here the type checker proves that they fit."""

from __future__ import annotations

from functools import partial

from agents.flows.access.identity import Caller
from agents.flows.gate.lift_rejection import LiftRejection
from agents.flows.people.set_aside import ShowSetAside
from bot.app import Answers
from bot.delivery.progress_message import ProgressMessage
from bot.wiring.answers.absences import AbsenceAnswers
from bot.wiring.answers.approve_batch import BatchAnswers
from bot.wiring.answers.decide_proposal import DecisionAnswers
from bot.wiring.answers.home import HomeAnswers
from bot.wiring.answers.keep_asking import KeepAnswers
from bot.wiring.answers.learn_from_answers import LearningAnswers
from bot.wiring.answers.my_settings import SettingsAnswers
from bot.wiring.answers.people import PeopleAnswers
from bot.wiring.answers.pilot import PilotAnswers
from bot.wiring.answers.question_signals import QuestionAnswers
from bot.wiring.answers.reassign_accounts import ReassignAnswers
from bot.wiring.answers.reopen_proposal import ReopenAnswers
from bot.wiring.answers.review_account import ReviewAnswers
from bot.wiring.answers.second_click import SecondClick
from bot.wiring.answers.set_aside import AsideAnswers
from bot.wiring.answers.snooze_proposal import SnoozeAnswers
from bot.wiring.answers.survey import SurveyAnswers
from bot.wiring.answers.take_over import TakeOverAnswers
from bot.wiring.answers.undo_write import UndoAnswers
from bot.wiring.answers.why import WhyAnswers
from bot.wiring.root import Bot


def answers_of(bot: Bot) -> Answers:
    services = bot.services
    figures = PilotAnswers(bot.pilot.show)
    second_click = SecondClick(services.database)
    return Answers(
        requests=bot.inbox,
        say=bot.outbox.say,
        people=PeopleAnswers(services, bot.directory),
        decisions=DecisionAnswers(bot.gate.decide, bot.gate.adjust, bot.delivery, second_click),
        snoozes=SnoozeAnswers(bot.gate.snooze, second_click),
        keep_asking=KeepAnswers(bot.gate.keep_asking, second_click),
        reopen=ReopenAnswers(bot.gate.reopen, LiftRejection(services.database)),
        undos=UndoAnswers(bot.gate.undo, second_click),
        batches=BatchAnswers(bot.gate.batch, bot.delivery),
        handovers=TakeOverAnswers(bot.accounts.take_over, bot.delivery),
        reassignments=ReassignAnswers(bot.accounts.reassign, bot.delivery),
        why=WhyAnswers(bot.accounts.why),
        reviews=ReviewAnswers(bot.accounts.review, partial(_progress, bot)),
        conversation=bot.converse,
        show_again=bot.delivery.again,
        ratings=bot.rate,
        home=HomeAnswers(services, bot.people, bot.moves, bot.gate.operate, bot.jobs.anchoring, figures),
        absences=AbsenceAnswers(bot.people.absences, bot.gate.remind),
        settings=SettingsAnswers(bot.people.my_settings),
        aside=AsideAnswers(ShowSetAside(services.database)),
        links=bot.people.confirm,
        learning=LearningAnswers(bot.accounts.learn),
        stuck_writes=bot.gate.operate,
        signals=QuestionAnswers(bot.people.question, services.clock, services.settings.signals.unused_share),
        features=bot.people.features,
        openings=bot.pilot.note_opening,
        surveys=SurveyAnswers(bot.pilot.survey),
        figures=figures,
    )


def _progress(bot: Bot, caller: Caller) -> ProgressMessage:
    services = bot.services
    return ProgressMessage(
        services.database,
        services.slack,
        bot.outbox.say,
        key=caller.key or caller.request_id,
        user_id=caller.user_id,
    )
