"""One stand-in for each thing that the app's parts ask for, all over one desk."""

from __future__ import annotations

from bot.app import Answers
from tests.bot.desk import Desk
from tests.bot.stand_ins.gate import (
    Batches,
    Decisions,
    Questions,
    Reopenings,
    Snoozes,
    Undos,
    nothing_aside,
    show_nothing_again,
)
from tests.bot.stand_ins.inbound import Mouth, Requests
from tests.bot.stand_ins.people import Absences, Links, People, Settings
from tests.bot.stand_ins.reading import Conversation, Homes, Reviews, Whys, keep_no_rating
from tests.bot.stand_ins.refusing import (
    Features,
    Handovers,
    Learning,
    Reassignments,
    SignalAnswers,
    StuckWrites,
    Surveys,
    note_nothing,
    show_no_figures,
)


def answers_over(desk: Desk) -> Answers:
    return Answers(
        requests=Requests(desk),
        say=Mouth(desk),
        people=People(desk),
        decisions=Decisions(desk),
        snoozes=Snoozes(desk),
        keep_asking=Questions(desk),
        reopen=Reopenings(desk),
        undos=Undos(desk),
        batches=Batches(desk),
        handovers=Handovers(),
        reassignments=Reassignments(),
        why=Whys(desk),
        reviews=Reviews(desk),
        conversation=Conversation(desk),
        show_again=show_nothing_again,
        ratings=keep_no_rating,
        home=Homes(desk),
        absences=Absences(),
        settings=Settings(),
        aside=nothing_aside,
        links=Links(desk),
        learning=Learning(),
        stuck_writes=StuckWrites(),
        signals=SignalAnswers(),
        features=Features(),
        openings=note_nothing,
        surveys=Surveys(),
        figures=show_no_figures,
    )
