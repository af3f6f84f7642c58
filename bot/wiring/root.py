"""The composition root: the one place where adapters meet flows. Here the type checker proves that they fit the ports."""

from __future__ import annotations

from dataclasses import dataclass

from agents.flows.conversation.answer_by_rules import ThreadReply
from agents.flows.conversation.carry_out import CarryOut
from agents.flows.conversation.converse import Converse
from agents.flows.conversation.obey_wish import ObeyWish
from agents.flows.conversation.rate_answer import RateAnswer
from agents.flows.conversation.take_back import TakeBack
from bot.delivery.briefs import SlackDelivery
from bot.delivery.card_refresh import CardRefresh
from bot.delivery.directory import Directory
from bot.delivery.moves import Moves
from bot.delivery.outbox import Outbox
from bot.delivery.rendering import Rendering
from bot.inbound.inbox import Inbox
from bot.jobs.local import LocalEngine
from bot.jobs.work import Engine
from bot.wiring.companion import build_converse
from bot.wiring.features import SwitchedConverse
from bot.wiring.parts.accounts import Accounts, wire_accounts
from bot.wiring.parts.gate import Gate, wire_gate
from bot.wiring.parts.jobs import Jobs, wire_jobs
from bot.wiring.parts.people import People, wire_people
from bot.wiring.parts.pilot import Pilot, wire_pilot
from bot.wiring.policies import brief_policy, outbox_policy
from bot.wiring.resources import Services


@dataclass(frozen=True, slots=True, kw_only=True)
class Bot:
    """The whole bot, wired. `bot.app` turns it into listeners, and `bot.commands.serve` runs its jobs."""

    services: Services
    engine: Engine
    inbox: Inbox
    outbox: Outbox
    directory: Directory
    delivery: SlackDelivery
    cards: CardRefresh
    moves: Moves
    gate: Gate
    accounts: Accounts
    converse: Converse | SwitchedConverse
    rate: RateAnswer
    people: People
    pilot: Pilot
    jobs: Jobs


def build_bot(services: Services, engine: Engine | None = None) -> Bot:
    """Wire the flows, the delivery and the jobs to the services. Without an engine, work runs as plain tasks."""
    settings, database, clock = services.settings, services.database, services.clock
    engine = engine or LocalEngine()
    policy = brief_policy(settings.brief, settings.gate, settings.signals)
    outbox = Outbox(database, services.slack, clock, outbox_policy(settings.slack))
    rendering = Rendering(database, clock, services.links)
    delivery = SlackDelivery(database, services.slack, clock, outbox, rendering, by_mail=settings.mail.is_on)
    cards, moves = CardRefresh(delivery.show), Moves()
    directory = Directory(database, services.slack, clock)
    hurried = services.crm.hurried()  # for reads that a person waits for after pressing a button
    gate = wire_gate(services, delivery, directory, hurried)
    accounts = wire_accounts(services, delivery, directory, gate.decide, policy)
    jobs = wire_jobs(
        services, engine, delivery, outbox, directory, execute=gate.execute, accounts=accounts, policy=policy
    )
    for follow in (jobs.writes.follow, cards.follow, moves.follow):
        database.subscribe(follow)
    return Bot(
        services=services,
        engine=engine,
        inbox=Inbox(database, clock, allowances=settings.fair_use.allowances),
        outbox=outbox,
        directory=directory,
        delivery=delivery,
        cards=cards,
        moves=moves,
        gate=gate,
        accounts=accounts,
        converse=build_converse(
            database,
            clock,
            rules := ThreadReply(clock, policy),
            CarryOut(
                database,
                rules,
                ObeyWish(gate.adjust, gate.snooze, gate.decide),
                TakeBack(database, gate.snooze, gate.reopen),
            ),
            models=services.models,
            reader=hurried,
            memory=services.memory,
        ),
        rate=RateAnswer(database, clock),
        people=wire_people(services, delivery, outbox, directory, jobs.due),
        pilot=wire_pilot(services, outbox, directory),
        jobs=jobs,
    )
