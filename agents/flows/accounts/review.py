"""Look at the accounts one owner may see and say what is worth saying: the part that every kind of brief shares.

Reading is a few queries for all accounts of the owner; the looking itself is pure.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from secrets import token_hex

from agents.author.playbook import recommend
from agents.flows.access.trail import note
from store.database import Tx
from store.domain.brief.brief import Brief, Card
from store.domain.brief.ranking import AccountReview
from store.domain.crm.accounts import AccountFacts, Contact, Entity, Kind, Person, Pipeline
from store.domain.crm.basis import RecordKey, Records, facts_in
from store.domain.crm.changes import Change
from store.domain.crm.people import local_day
from store.domain.gate.proposals import Prior, Proposal, Recommendation, State
from store.domain.gate.stakes import StakesPolicy, needs_second
from store.domain.gate.write import digest_of, is_digest_of
from store.domain.signals.detectors import look_at
from store.domain.signals.look import Look, SignalPolicy

# How far back earlier recommendations are shown and taken into account.
REMEMBERED = timedelta(days=90)


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """Everything the review of one owner's accounts rests on, read in one go."""

    owner: Person
    people: Mapping[str, Person]
    pipeline: Pipeline
    book: Sequence[AccountFacts]
    changes: Mapping[str, Sequence[Change]]
    stage_since: Mapping[str, datetime]
    priors: Mapping[str, Sequence[Prior]]
    data_as_of: datetime | None
    unread: Sequence[str]  # a sentence for each part of the CRM that the last read left out
    currency: str
    departed: Mapping[str, Sequence[Contact]]


async def gather(
    tx: Tx,
    owner: Person,
    book: Sequence[AccountFacts],
    *,
    now: datetime,
    news_since: datetime,
    policy: SignalPolicy,
    currency: str,
) -> Material:
    """Read what the review of these accounts needs."""
    people = {person.id: person for person in await tx.people.all()}
    own_ids = [facts.id for facts in book if facts.account and not facts.partial]
    deal_ids = [deal.id for facts in book for deal in facts.deals]
    since = min(news_since, now - timedelta(days=policy.recent_days))
    return Material(
        owner=owner,
        people=people,
        pipeline=await tx.sync.pipeline() or Pipeline(()),
        book=book,
        changes=await tx.changes.since(own_ids, at_or_seen_after=since, deal_ids=deal_ids),
        stage_since=await tx.snapshots.stage_since(deal_ids),
        priors=await tx.proposals.priors(owner.id, [facts.id for facts in book], since=now - REMEMBERED),
        data_as_of=await tx.sync.last_success(),
        unread=await tx.sync.problems(),
        currency=currency,
        departed=await tx.snapshots.departed(own_ids, since=since),
    )


async def review_all(
    material: Material, *, now: datetime, news_since: datetime, policy: SignalPolicy
) -> list[AccountReview]:
    """Review every account of the material, in its order.

    It lets others run after each account (under a millisecond of work), so that a click never waits for a morning. A thread
    would not do: it holds the interpreter for five milliseconds at a time, at every step of what answers the click.
    """
    reviews = []
    for facts in material.book:
        reviews.append(review_one(facts, material, now=now, news_since=news_since, policy=policy))
        await asyncio.sleep(0)
    return reviews


def review_one(
    facts: AccountFacts, material: Material, *, now: datetime, news_since: datetime, policy: SignalPolicy
) -> AccountReview:
    """Signals, what they call for, and what was recommended before, for one account."""
    owner = material.owner
    look = Look(
        now=now,
        today=local_day(owner, now),
        pipeline=material.pipeline,
        news_since=news_since,
        policy=policy,
        changes=tuple(material.changes.get(facts.id, ())),
        stage_since=material.stage_since,
        people=material.people,
        timezone=owner.timezone,
        currency=material.currency,
        departed=tuple(material.departed.get(facts.id, ())),
    )
    findings = look_at(facts, look)
    signals = tuple(signal for finding in findings for signal in finding.signals)
    present = {signal.kind for signal in signals}
    priors = tuple(
        replace(prior, still_there=any(kind in present for kind in prior.signals) if prior.signals else None)
        for prior in material.priors.get(facts.id, ())
    )
    recommendations = recommend(
        facts,
        signals,
        owner=owner,
        manager=material.people.get(owner.manager_id or ""),
        priors=priors,
        look=look,
        data_as_of=material.data_as_of,
    )
    return AccountReview(
        facts=facts, findings=findings, signals=signals, recommendations=recommendations, priors=priors
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposed:
    """A brief with its proposals in the store, and the earlier briefs whose proposals it took over."""

    brief: Brief
    touched: frozenset[str]


async def propose(
    tx: Tx, brief: Brief, *, now: datetime, lifetime: timedelta, stakes: StakesPolicy, request_id: str
) -> Proposed:
    """Put a pending proposal behind every recommendation of the brief.

    The same advice that is still pending from an earlier morning is superseded, so that its facts and dates are today's.
    It keeps its proposal, which then stands in both messages, where somebody adjusted or endorsed it, where nothing about the
    write changed, where its write is under way, and always in a review: asking to look takes no decision out of anybody's
    hands. What is put off is not asked in a morning, and an account of which nothing else is proposed has no card; it counts
    as quiet.
    """
    keys = [recommendation.key for card in brief.cards for recommendation in card.recommendations]
    standing = await tx.proposals.open_by_key(brief.owner_id, keys)
    brief = _without_put_off(brief, standing)
    records = await _records(tx, brief)
    cards, touched, added = [], set(), []
    for card in brief.cards:
        ids = []
        for recommendation in card.recommendations:
            earlier = standing.get(recommendation.key)
            if earlier is not None and (
                _is_kept(earlier, recommendation, brief, now) or not await _superseded(tx, earlier, now)
            ):
                ids.append(earlier.id)
                continue
            if earlier is not None and earlier.brief_id:
                touched.add(earlier.brief_id)
            proposal = _proposal(
                brief, card, recommendation, now=now, lifetime=lifetime, stakes=stakes, records=records
            )
            added.append(proposal)
            ids.append(proposal.id)
        cards.append(replace(card, proposal_ids=tuple(ids)))
    await tx.proposals.add(*added)
    shown = [proposal_id for card in cards for proposal_id in card.proposal_ids]
    digests = {proposal.id: proposal.digest for proposal in added}
    await note(
        tx, request_id, "brief.prepared", brief.id, at=now, owner_id=brief.owner_id, proposals=shown, digests=digests
    )
    return Proposed(brief=replace(brief, cards=tuple(cards)), touched=frozenset(touched))


def _without_put_off(brief: Brief, standing: Mapping[str, Proposal]) -> Brief:
    put_off = {key for key, each in standing.items() if each.state is State.SNOOZED}
    if brief.kind != "morning" or not put_off:
        return brief
    cards = []
    for card in brief.cards:
        asked = tuple(each for each in card.recommendations if each.key not in put_off)
        if asked or not card.recommendations:
            cards.append(replace(card, recommendations=asked))
    return replace(brief, cards=tuple(cards), quiet=brief.quiet + len(brief.cards) - len(cards))


def _is_kept(earlier: Proposal, recommendation: Recommendation, brief: Brief, now: datetime) -> bool:
    same = earlier.version > 1 or is_digest_of(earlier.digest, recommendation.write.plain())
    return now < earlier.expires_at and (same or brief.kind == "review")


async def _superseded(tx: Tx, earlier: Proposal, now: datetime) -> bool:
    frm = [State.PENDING, State.SNOOZED]
    return await tx.proposals.move(earlier.id, frm=frm, to=State.SUPERSEDED) is not None


async def _records(tx: Tx, brief: Brief) -> Records:
    """What the recommendations of a brief rest on and what their writes touch, as it was last read."""
    wanted: dict[Kind, set[str]] = {}
    for recommendation in (each for card in brief.cards for each in card.recommendations):
        keys = [(each.kind, each.record_id) for each in recommendation.evidence]
        for kind, record_id in (*keys, (recommendation.write.parent_kind, recommendation.write.parent_id)):
            wanted.setdefault(kind, set()).add(record_id)
    records: dict[RecordKey, Entity | None] = {}
    for kind, ids in wanted.items():
        found = await tx.snapshots.versions(kind, ids)
        records.update(((kind, record_id), entity) for record_id, entity in found.items())
    return records


def _proposal(
    brief: Brief,
    card: Card,
    recommendation: Recommendation,
    *,
    now: datetime,
    lifetime: timedelta,
    stakes: StakesPolicy,
    records: Records,
) -> Proposal:
    proposal_id, write = token_hex(16), recommendation.write.plain()
    return Proposal(
        id=proposal_id,
        lineage=proposal_id,
        version=1,
        brief_id=brief.id,
        owner_id=brief.owner_id,
        account_id=card.account_id,
        account_name=card.account_name,
        recommendation=recommendation,
        write=write,
        digest=digest_of(write),
        state=State.PENDING,
        created_at=now,
        expires_at=now + lifetime,
        basis=facts_in(recommendation.evidence, records, changed=write.touches()),
        amount=card.amount,
        needs_second=needs_second(write, amount=card.amount, policy=stakes),
    )
