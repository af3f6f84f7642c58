"""Review the accounts of one owner and find the news worth a mention: the part that every kind of brief shares.

Reading takes a few queries for all accounts of the owner; the review itself is pure.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from agents.author.playbook import recommend
from store.database import Tx
from store.domain.attention.ledger import Tally
from store.domain.attention.policy import AttentionPolicy
from store.domain.attention.rarity import Shares, are_common, informative, shares_of, tally_of
from store.domain.brief.account_review import AccountReview
from store.domain.crm.accounts import AccountFacts, Contact, Kind, Person, Pipeline
from store.domain.crm.changes import Change
from store.domain.crm.money import Currency
from store.domain.crm.people import local_day
from store.domain.gate.proposals import Prior
from store.domain.gate.reasons import CONSEQUENCES, hidden_by, reason_of
from store.domain.signals.context import SignalContext, SignalPolicy
from store.domain.signals.detectors import look_at
from store.domain.signals.evidence import day_text
from store.domain.signals.handovers import handed_over
from store.domain.signals.kinds import NEWS, Finding, SignalKind
from store.domain.signals.moves import Move
from store.domain.signals.norms import Norms
from store.domain.signals.own_tasks import OwnTask, open_tasks, with_marked
from store.domain.signals.weights import total

# How far back earlier recommendations are shown and taken into account.
REMEMBERED = timedelta(days=90)


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """Everything that the review of one owner's accounts uses, read in one go."""

    owner: Person
    people: Mapping[str, Person]
    pipeline: Pipeline
    book: Sequence[AccountFacts]
    changes: Mapping[str, Sequence[Change]]
    stage_since: Mapping[str, datetime]
    priors: Mapping[str, Sequence[Prior]]
    asked: frozenset[str]  # the keys of what the owner was asked and has not decided
    data_as_of: datetime | None
    unread: Sequence[str]  # a sentence for each part of the CRM that the last read left out
    currency: Currency
    departed: Mapping[str, Sequence[Contact]]
    at_least: frozenset[str] = frozenset()
    norms: Norms = field(default_factory=Norms)
    switched_off: frozenset[SignalKind] = frozenset()
    own_tasks: Mapping[str, OwnTask] = field(default_factory=dict)
    handed: Mapping[str, Move] = field(default_factory=dict)  # how the accounts of handovers came to the owner


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
    """Read everything the review of these accounts needs. `currency` is the sign to show for the organisation's, "" for its own."""
    people = {person.id: person for person in await tx.people.all()}
    own_ids = [facts.id for facts in book if facts.account and not facts.partial]
    deal_ids = [deal.id for facts in book for deal in facts.deals]
    since = min(news_since, now - timedelta(days=policy.recent_days))
    stage_since = await tx.snapshots.stage_since(deal_ids)
    filed = await tx.changes.since(own_ids, at_or_seen_after=since, deal_ids=deal_ids)
    changes = _where_deals_are_now(filed, book)
    return Material(
        owner=owner,
        people=people,
        pipeline=await tx.sync.pipeline() or Pipeline(()),
        book=book,
        changes=changes,
        handed=handed_over(book, changes, after=now - timedelta(days=policy.recent_days)),
        stage_since=stage_since,
        at_least=await _entered_unseen(tx, book, stage_since),
        norms=await tx.norms.last(),
        switched_off=await tx.questions.off(),
        priors=await tx.proposals.priors(owner.id, [facts.id for facts in book], since=now - REMEMBERED),
        asked=await tx.proposals.undecided_keys(owner.id, since=now - REMEMBERED),
        data_as_of=await tx.sync.last_success(),
        unread=await tx.sync.problems(),
        currency=await tx.sync.currency(currency),
        departed=await tx.snapshots.departed(own_ids, since=since),
        own_tasks=await _own_tasks(tx, book),
    )


def _where_deals_are_now(
    filed: Mapping[str, Sequence[Change]], book: Sequence[AccountFacts]
) -> dict[str, Sequence[Change]]:
    """Changes by account, those of a deal also under its present account: it may have moved since, or lost its account."""
    of_deals: dict[str, list[Change]] = {}
    for change in (each for changes in filed.values() for each in changes):
        if change.record_kind is Kind.DEAL:
            of_deals.setdefault(change.record_id, []).append(change)
    found: dict[str, Sequence[Change]] = dict(filed)
    for facts in book:
        moved = [change for deal in facts.deals for change in of_deals.get(deal.id, ())]
        own = {change.id: change for change in (*filed.get(facts.id, ()), *moved)}
        if own:
            found[facts.id] = sorted(own.values(), key=lambda change: (change.at, change.id))
    return found


async def _own_tasks(tx: Tx, book: Sequence[AccountFacts]) -> Mapping[str, OwnTask]:
    tasks = [task for facts in book for task in open_tasks(facts)]
    return with_marked(await tx.proposals.own_tasks([task.id for task in tasks]), tasks)


async def _entered_unseen(tx: Tx, book: Sequence[AccountFacts], stage_since: Mapping[str, datetime]) -> frozenset[str]:
    """The deals that may have entered their stage before `stage_since`: we saw neither that nor their creation in it."""
    created = {deal.id: deal.created_at for facts in book for deal in facts.deals}
    later = {deal_id: since for deal_id, since in stage_since.items() if since != created.get(deal_id)}
    seen = await tx.changes.stage_entries(later)
    return frozenset(deal_id for deal_id, since in later.items() if (deal_id, since) not in seen)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reviewed:
    """All reviews, in the order of the material, and how many of its accounts each kind of signal fires on."""

    reviews: list[AccountReview]
    tally: Tally


async def review_all(
    material: Material,
    *,
    now: datetime,
    news_since: datetime,
    policy: SignalPolicy,
    attention: AttentionPolicy | None = None,
    company: Tally | None = None,
    own: Tally | None = None,
) -> Reviewed:
    """Review every account of the material. A signal counts for less the more accounts it fires on: of the `company`'s
    accounts, or of the owner's `own` (by default those of the material; for less than an owner's whole book, give the tally
    of their last brief).

    It lets other tasks run after each account (under a millisecond of work), so that a click never waits for a morning.
    A thread would not help: it holds the interpreter for five milliseconds at a time, at every step of answering the
    click.
    """
    attention, seen = attention or AttentionPolicy(), []
    for facts in material.book:
        context = context_of(facts, material, now=now, news_since=news_since, policy=policy)
        seen.append((facts, context, look_at(facts, context)))
        await asyncio.sleep(0)
    tally = tally_of(findings for facts, _, findings in seen if facts.account is not None)
    shares = shares_of(own or tally, company or Tally(), attention)
    reviews = []
    for facts, context, findings in seen:
        reviews.append(_review(facts, context, findings, material, shares=shares, attention=attention))
        await asyncio.sleep(0)
    return Reviewed(reviews=reviews, tally=tally)


def context_of(
    facts: AccountFacts, material: Material, *, now: datetime, news_since: datetime, policy: SignalPolicy
) -> SignalContext:
    owner = material.owner
    return SignalContext(
        now=now,
        today=local_day(owner, now),
        pipeline=material.pipeline,
        news_since=news_since,
        policy=policy,
        changes=tuple(material.changes.get(facts.id, ())),
        stage_since=material.stage_since,
        at_least=material.at_least,
        norms=material.norms,
        switched_off=material.switched_off,
        people=material.people,
        timezone=owner.timezone,
        currency=material.currency,
        departed=tuple(material.departed.get(facts.id, ())),
        own_tasks=material.own_tasks,
        in_handover=facts.id in material.handed,
    )


def _review(
    facts: AccountFacts,
    context: SignalContext,
    findings: tuple[Finding, ...],
    material: Material,
    *,
    shares: Shares,
    attention: AttentionPolicy,
) -> AccountReview:
    """One account: what its signals say, the advice they call for, and the earlier recommendations."""
    owner, open_deals = material.owner, context.pipeline.open_deals(facts.deals)
    earlier = material.priors.get(facts.id, ())
    findings = tuple(_without_hidden(each, earlier, context) for each in findings) if earlier else findings
    signals = informative([signal for finding in findings for signal in finding.signals], shares, attention)
    present = {signal.kind for signal in signals}
    unsure = {finding.kind for finding in findings if finding.unread}
    priors = tuple(replace(prior, still_there=_is_there(prior, present, unsure)) for prior in earlier)
    recommendations = recommend(
        facts,
        signals,
        owner=owner,
        manager=material.people.get(owner.manager_id or ""),
        priors=priors,
        context=context,
        data_as_of=material.data_as_of,
        asked=material.asked,
    )
    return AccountReview(
        facts=facts,
        findings=findings,
        signals=signals,
        recommendations=recommendations,
        priors=priors,
        open_amount=total(open_deals),
        open_money=context.currency.in_all(open_deals),
        open_deals=len(open_deals),
        common=are_common(present - NEWS, shares, attention),
    )


def _is_there(prior: Prior, present: Set[SignalKind], unsure: Set[SignalKind]) -> bool | None:
    """Whether a signal that the earlier advice answered is still seen; None if that cannot be judged."""
    if any(kind in present for kind in prior.signals):
        return True
    return None if any(kind in unsure for kind in prior.signals) else False


def _without_hidden(finding: Finding, priors: Sequence[Prior], context: SignalContext) -> Finding:
    """The finding without the signals that a rejection hides, as long as their facts haven't changed since."""
    hidden = {signal.mark: hidden_by(signal.mark, priors) for signal in finding.signals}
    kept = tuple(signal for signal in finding.signals if hidden[signal.mark] is None)
    if len(kept) == len(finding.signals):
        return finding
    prior = next(each for each in hidden.values() if each)
    person, how = context.people.get(prior.decided_by or ""), CONSEQUENCES[reason_of(prior.reason)].hides
    who, day = person.name if person else "Someone", day_text(prior.decided_at or prior.created_at, context)
    said = "" if kept else f"{who} {how} on {day}; it rests until its facts change."
    return replace(finding, signals=kept, why_not=said)
