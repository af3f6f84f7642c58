"""The flows' policies, made from the settings."""

from __future__ import annotations

from datetime import timedelta

from agents.flows.accounts.compose_brief import BriefPolicy
from agents.flows.gate.decide_proposal import DecisionPolicy
from agents.flows.gate.execute_write import WritePolicy
from agents.flows.gate.remind_and_offer import ReminderPolicy
from bot.delivery.claims import OutboxPolicy
from bot.settings.brief import BriefSettings
from bot.settings.gate import GateSettings
from bot.settings.mail import MailSettings
from bot.settings.slack import SlackSettings
from bot.settings.zoho import ZohoSettings
from store.domain.people.settings import Defaults
from store.domain.signals.context import SignalPolicy


def outbox_policy(slack: SlackSettings) -> OutboxPolicy:
    """How long a message may take to reach Slack."""
    return OutboxPolicy(
        timeout=timedelta(seconds=slack.timeout_seconds),
        settle=timedelta(seconds=slack.settle_seconds),
    )


def brief_policy(brief: BriefSettings, gate: GateSettings, signals: SignalPolicy) -> BriefPolicy:
    """How briefs are made."""
    return BriefPolicy(
        signals=signals,
        attention=brief.attention,
        stakes=gate.stakes,
        lifetime=gate.lifetime,
        currency=brief.currency,
    )


def defaults_of(brief: BriefSettings, signals: SignalPolicy, mail: MailSettings) -> Defaults:
    """What holds for people who set nothing else for themselves. No one gets e-mails unasked, or without a mail server."""
    by_mail = False if mail.is_on else None
    return Defaults(brief_time=brief.time, asks=brief.asks, signals=signals.enabled, by_mail=by_mail)


def reminder_policy(gate: GateSettings, *, currency: str) -> ReminderPolicy:
    """When the bot reminds people of an open proposal."""
    return ReminderPolicy(
        remind=timedelta(hours=gate.remind_hours),
        offer=timedelta(hours=gate.offer_hours),
        currency=currency,
    )


def decision_policy(gate: GateSettings, *, currency: str) -> DecisionPolicy:
    """How decisions are made."""
    return DecisionPolicy(lifetime=gate.lifetime, stakes=gate.stakes, currency=currency)


def write_policy(zoho: ZohoSettings) -> WritePolicy:
    """How long a write may take to reach the CRM."""
    return WritePolicy(timeout=timedelta(seconds=zoho.timeout_seconds), settle=timedelta(seconds=zoho.settle_seconds))
