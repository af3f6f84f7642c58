"""What the past shows about one account, or many: reads our tables and applies the rules of `store.domain.memory.insight`."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from store.database import Database
from store.domain.crm.accounts import Account, AccountFacts, Activity, Contact, Deal, Kind, Note, Pipeline
from store.domain.crm.duplicates import Duplicate, duplicate_accounts, duplicate_contacts, duplicate_notes
from store.domain.memory.commitments import commitments
from store.domain.memory.insight import (
    AccountInsight,
    ActionPattern,
    SignalPattern,
    action_patterns,
    engagement,
    signal_patterns,
    strength_of,
)
from store.domain.memory.passage import MemoryKind
from store.domain.memory.sentiment import moods, trend_of

PERIOD, PERIODS = timedelta(days=30), 4
ADVICE_SINCE = timedelta(days=365)


@dataclass(frozen=True, slots=True, kw_only=True)
class PortfolioInsight:
    """`accounts` is how many were examined; patterns carry their own counts."""

    accounts: int
    signals: tuple[SignalPattern, ...]
    actions: tuple[ActionPattern, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    id: str
    kind: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """`times` counts the evidence: meetings, calls and tasks with a contact, or about a deal."""

    source: str
    target: str
    relation: str
    times: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Graph:
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]


async def account_insight(database: Database, account_id: str, *, now: datetime) -> AccountInsight | None:
    """Return None for an account that is not stored. Raises: StoreUnavailable."""
    since = now - PERIODS * PERIOD
    async with database.reading() as tx:
        facts = await tx.snapshots.account_facts(account_id)
        notes = await tx.memory.timeline(account_id, since=since, kinds=[MemoryKind.NOTE], limit=1_000)
        advice = await tx.outcomes.advice([account_id], since=now - ADVICE_SINCE)
    if facts is None or facts.account is None:
        return None
    mood = moods(notes, now=now, period=PERIOD, periods=PERIODS)
    return AccountInsight(
        engagement=engagement(facts, now=now, period=PERIOD, periods=PERIODS),
        moods=mood,
        trend=trend_of(mood),
        commitments=commitments(facts.notes, facts.activities, now=now, names=[each.name for each in facts.contacts]),
        strength=strength_of(facts, now=now),
        advice=tuple(advice),
    )


async def portfolio_insight(database: Database, account_ids: Collection[str], *, now: datetime) -> PortfolioInsight:
    """Raises: StoreUnavailable."""
    since = now - ADVICE_SINCE
    async with database.reading() as tx:
        pipeline = await tx.sync.pipeline() or Pipeline(())
        advice = await tx.outcomes.advice(account_ids, since=since)
        closings = await tx.outcomes.closings(account_ids, pipeline, since=since)
    return PortfolioInsight(
        accounts=len(account_ids), signals=signal_patterns(advice, closings), actions=action_patterns(advice)
    )


async def relationship_graph(database: Database, account_id: str) -> Graph | None:
    """Return the account, its deals and contacts, and who met about which deal; None for an account that is not stored."""
    async with database.reading() as tx:
        facts = await tx.snapshots.account_facts(account_id)
    if facts is None or facts.account is None:
        return None
    nodes = [_node(facts.account), *map(_node, facts.deals), *map(_node, facts.contacts)]
    known = {node.id for node in nodes}
    edges = [*_belonging(facts.account, facts), *_met(facts.activities)]
    return Graph(
        nodes=tuple(nodes), edges=tuple(edge for edge in edges if edge.source in known and edge.target in known)
    )


def _node(entity: Account | Deal | Contact) -> Node:
    return Node(id=entity.id, kind=type(entity).__name__.lower(), name=entity.name)


def _belonging(account: Account, facts: AccountFacts) -> list[Edge]:
    deals = [Edge(source=account.id, target=deal.id, relation="has_deal") for deal in facts.deals]
    contacts = [Edge(source=account.id, target=contact.id, relation="has_contact") for contact in facts.contacts]
    sponsors = [
        Edge(source=deal.id, target=deal.contact_id, relation="has_contact") for deal in facts.deals if deal.contact_id
    ]
    return [*deals, *contacts, *sponsors]


def _met(activities: Sequence[Activity]) -> list[Edge]:
    counts: dict[tuple[str, str, str], int] = {}
    for each in activities:
        for source, target in ((each.account_id, each.contact_id), (each.contact_id, each.deal_id)):
            if source and target:
                relation = "touched" if target == each.contact_id else "about"
                counts[source, target, relation] = counts.get((source, target, relation), 0) + 1
    return [Edge(source=a, target=b, relation=relation, times=times) for (a, b, relation), times in counts.items()]


async def look_alike(database: Database, account_ids: Collection[str]) -> tuple[Duplicate, ...]:
    """Return likely duplicates among these accounts' records: accounts, contacts and notes, the likeliest first."""
    async with database.reading() as tx:
        accounts = await tx.snapshots.versions(Kind.ACCOUNT, account_ids)
        hanging = await tx.snapshots.hanging_on(Kind.ACCOUNT, account_ids)
        contacts = await tx.snapshots.versions(Kind.CONTACT, hanging.get(Kind.CONTACT, []))
        notes = await tx.snapshots.versions(Kind.NOTE, hanging.get(Kind.NOTE, []))
    pairs = (
        *duplicate_accounts([each for each in accounts.values() if isinstance(each, Account)]),
        *duplicate_contacts([each for each in contacts.values() if isinstance(each, Contact)]),
        *duplicate_notes([each for each in notes.values() if isinstance(each, Note)]),
    )
    return tuple(sorted(pairs, key=lambda pair: (-pair.score, pair.one, pair.other)))
