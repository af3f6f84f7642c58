"""The accounts, wired: the flows that make briefs and reviews, and those that hand accounts over."""

from __future__ import annotations

from dataclasses import dataclass

from agents.flows.accounts.compose_brief import BriefPolicy, ComposeBrief
from agents.flows.accounts.learn_from_answers import LearnFromAnswers
from agents.flows.accounts.morning_brief import MorningBrief
from agents.flows.accounts.reassign_accounts import ReassignAccounts
from agents.flows.accounts.recall_memory import RecallMemory
from agents.flows.accounts.review_account import ReviewAccount
from agents.flows.accounts.take_over import TakeOver
from agents.flows.accounts.tell_orphans import TellOrphans
from agents.flows.accounts.why import Why
from agents.flows.gate.decide_proposal import DecideProposal
from agents.flows.people.switch_features import switched_on
from agents.ports import Enrich
from bot.delivery.briefs import SlackDelivery
from bot.delivery.directory import Directory
from bot.wiring.author import enriching
from bot.wiring.features import switched_enrich
from bot.wiring.memory_link import MemoryLink
from bot.wiring.resources import Services
from store.domain.running.features import Feature


@dataclass(frozen=True, slots=True, kw_only=True)
class Accounts:
    morning: MorningBrief
    review: ReviewAccount
    why: Why
    learn: LearnFromAnswers
    take_over: TakeOver
    tell_orphans: TellOrphans
    reassign: ReassignAccounts


def wire_accounts(
    services: Services, delivery: SlackDelivery, directory: Directory, decide: DecideProposal, policy: BriefPolicy
) -> Accounts:
    brief, database, clock = services.settings.brief, services.database, services.clock
    compose, enrich = ComposeBrief(database, clock, policy), _enrich(services)
    recall = RecallMemory(services.memory, clock, is_on=switched_on(database, Feature.MEMORY))
    return Accounts(
        morning=MorningBrief(database, compose, recall, delivery, clock, policy, enrich),
        review=ReviewAccount(database, services.crm, services.sync, recall, delivery, clock, policy, enrich),
        why=Why(database, asks=brief.asks),
        learn=LearnFromAnswers(database),
        take_over=TakeOver(database, decide, policy),
        tell_orphans=TellOrphans(database, delivery, directory, policy, brief_time=brief.time),
        reassign=ReassignAccounts(database, decide, policy),
    )


def _enrich(services: Services) -> Enrich | None:
    def over(memory: MemoryLink | None) -> Enrich | None:
        desk, database, clock = services.models, services.database, services.clock
        return enriching(
            services.settings.claude, desk, database=database, crm=services.crm, memory=memory, clock=clock
        )

    return switched_enrich(services.database, services.memory, over)
