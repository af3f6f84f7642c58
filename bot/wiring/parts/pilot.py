"""The pilot, wired: its measures and the survey."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from agents.flows.pilot.note_opening import NoteOpening
from agents.flows.pilot.purge_pilot import PurgePilot
from agents.flows.pilot.show_pilot import ShowPilot
from agents.flows.pilot.survey import AskSurvey
from bot.delivery.directory import Directory
from bot.delivery.outbox import Outbox
from bot.delivery.survey import SlackSurveyDesk
from bot.wiring.resources import Services


@dataclass(frozen=True, slots=True, kw_only=True)
class Pilot:
    survey: AskSurvey
    note_opening: NoteOpening
    show: ShowPilot
    purge: PurgePilot


def wire_pilot(services: Services, outbox: Outbox, directory: Directory) -> Pilot:
    database, clock = services.database, services.clock
    return Pilot(
        survey=AskSurvey(database, directory, SlackSurveyDesk(outbox, directory), clock),
        note_opening=NoteOpening(database, clock),
        show=ShowPilot(database, clock),
        purge=PurgePilot(database, clock, keep=timedelta(days=services.settings.brief.pilot_days)),
    )
