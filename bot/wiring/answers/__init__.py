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
    figures = PilotAnswers(bot.show_pilot)
    second_click = SecondClick(services.database)
    return Answers(
        requests=bot.inbox,
        say=bot.outbox.say,
        people=PeopleAnswers(services, bot.directory),
        decisions=DecisionAnswers(bot.decide, bot.adjust, bot.delivery, second_click),
        snoozes=SnoozeAnswers(bot.snooze, second_click),
        keep_asking=KeepAnswers(bot.keep_asking, second_click),
        reopen=ReopenAnswers(bot.reopen, LiftRejection(services.database)),
        undos=UndoAnswers(bot.undo, second_click),
        batches=BatchAnswers(bot.batch, bot.delivery),
        handovers=TakeOverAnswers(bot.take_over, bot.delivery),
        reassignments=ReassignAnswers(bot.reassign, bot.delivery),
        why=WhyAnswers(bot.why),
        reviews=ReviewAnswers(bot.review, partial(_progress, bot)),
        conversation=bot.converse,
        show_again=bot.delivery.again,
        ratings=bot.rate,
        home=HomeAnswers(
            services, bot.home, bot.report, bot.moves, bot.operate, bot.administer, bot.anchoring, figures
        ),
        absences=AbsenceAnswers(bot.absences, bot.remind),
        settings=SettingsAnswers(bot.my_settings),
        aside=AsideAnswers(ShowSetAside(services.database)),
        links=bot.confirm,
        learning=LearningAnswers(bot.learn),
        stuck_writes=bot.operate,
        signals=QuestionAnswers(bot.question, services.clock, services.settings.signals.unused_share),
        features=bot.features,
        openings=bot.note_opening,
        surveys=SurveyAnswers(bot.survey),
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
