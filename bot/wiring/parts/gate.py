"""The gate, wired: the flows that decide proposals, and those that carry out and undo approved writes."""

from __future__ import annotations

from dataclasses import dataclass

from agents.flows.gate.adjust_proposal import AdjustProposal
from agents.flows.gate.approve_batch import ApproveBatch
from agents.flows.gate.decide_proposal import DecideProposal
from agents.flows.gate.drift import Drift
from agents.flows.gate.execute_write import ExecuteWrite
from agents.flows.gate.keep_asking import KeepAsking
from agents.flows.gate.operate_writes import OperateWrites
from agents.flows.gate.remind_and_offer import RemindAndOffer
from agents.flows.gate.reopen_proposal import ReopenProposal
from agents.flows.gate.snooze_proposal import SnoozeProposal
from agents.flows.gate.undo_write import UndoWrite
from bot.delivery.briefs import SlackDelivery
from bot.delivery.directory import Directory
from bot.wiring.policies import decision_policy, reminder_policy, write_policy
from bot.wiring.resources import Services
from integrations.zoho.reading.client import ZohoClient


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    decide: DecideProposal
    adjust: AdjustProposal
    snooze: SnoozeProposal
    keep_asking: KeepAsking
    reopen: ReopenProposal
    batch: ApproveBatch
    remind: RemindAndOffer
    undo: UndoWrite
    operate: OperateWrites
    execute: ExecuteWrite


def wire_gate(services: Services, delivery: SlackDelivery, directory: Directory, hurried: ZohoClient) -> Gate:
    settings, database = services.settings, services.database
    currency, lifetime = settings.brief.currency, settings.gate.lifetime
    decisions = decision_policy(settings.gate, currency=currency)
    drift = Drift(hurried, services.sync, services.clock)
    decide = DecideProposal(database, drift, decisions)
    return Gate(
        decide=decide,
        adjust=AdjustProposal(database, decisions),
        snooze=SnoozeProposal(database, decisions),
        keep_asking=KeepAsking(database, lifetime=lifetime),
        reopen=ReopenProposal(database, decisions),
        batch=ApproveBatch(database, decide, decisions),
        remind=RemindAndOffer(database, delivery, directory, reminder_policy(settings.gate, currency=currency)),
        undo=UndoWrite(database, hurried, services.writers, decide),
        operate=OperateWrites(database, lifetime=lifetime),
        execute=ExecuteWrite(
            database,
            services.writers,
            drift,
            services.clock,
            policy=write_policy(settings.zoho),
            decisions=decisions,
        ),
    )
