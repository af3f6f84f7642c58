"""The policies of the flows under these settings."""

from __future__ import annotations

from datetime import timedelta

from agents.flows.accounts.compose_brief import BriefPolicy
from agents.flows.gate.decide_proposal import DecisionPolicy
from agents.flows.gate.execute_write import WritePolicy
from agents.flows.gate.remind_and_offer import ReminderPolicy
from bot.delivery.poster import OutboxPolicy
from bot.settings import Settings


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


def write_policy(settings: Settings) -> WritePolicy:
    """How long a write may be on its way to the CRM under these settings."""
    return WritePolicy(
        timeout=timedelta(seconds=settings.zoho_timeout_seconds), settle=timedelta(seconds=settings.zoho_settle_seconds)
    )
