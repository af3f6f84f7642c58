"""The managers' mornings, with each person's own time."""

from __future__ import annotations

from agents.flows.people.team_morning import TeamMorning
from agents.ports import Delivery
from bot.wiring.resources import Services


def team_morning(services: Services, delivery: Delivery) -> TeamMorning:
    brief = services.settings.brief
    return TeamMorning(services.database, delivery, services.clock, brief_time=brief.time, currency=brief.currency)
