"""Create a proposal for every recommendation of a brief, and take over the same advice from earlier mornings."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from secrets import token_hex

from agents.flows.access.trail import note
from agents.flows.gate.expiry import expiry
from store.database import Tx
from store.domain.attention.ledger import Place
from store.domain.brief.brief import Brief, Card
from store.domain.crm.accounts import Person
from store.domain.crm.basis import Records, facts_in
from store.domain.crm.people import local_day
from store.domain.gate.one_clock import expires, is_same_question
from store.domain.gate.proposals import IN_FLIGHT, OPEN, Proposal, Recommendation, State
from store.domain.gate.stakes import StakesPolicy, needs_second
from store.domain.gate.write import is_digest_of

A_DAYS_WORK = timedelta(hours=12)
# The working time for a question that a brief asks once more at its end.
ASKED_ONCE_MORE = timedelta(hours=24)
EXPIRED_LATELY = timedelta(days=14)
_ASKED_BEFORE = (Place.OPEN, Place.QUESTION)
# How long before a brief was begun a decision may seem to have been made that it doesn't know: clocks differ.
UNNOTICED = timedelta(minutes=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposed:
    """A brief with its proposals in the store, and the earlier briefs whose proposals it took over."""

    brief: Brief
    touched: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Times:
    """When a brief's proposals are made, when a new question ends, and one that is asked once more."""

    now: datetime
    ends: datetime
    last_moment: datetime


async def propose(
    tx: Tx, brief: Brief, *, now: datetime, lifetime: timedelta, stakes: StakesPolicy, request_id: str
) -> Proposed:
    """Create a pending proposal for every recommendation of the brief.

    Advice that is still pending from an earlier morning is superseded, so that its facts and dates are today's; the same
    question keeps its age, its expiry, its reminder and its offer. The earlier proposal stays, and appears in both messages, if
    someone adjusted or endorsed it, if the write is under way, if someone decided it while the brief was made, and always in a
    review: looking at an account takes no decision away from anyone. It also stays if the write did not change, if the brief
    shows it as still open or if it was offered to someone, unless it would expire while its owner still works through the brief.
    """
    standing = await _standing(tx, brief, now)
    records = await _records(tx, brief)
    owner, times = await tx.people.get(brief.owner_id), await _times(tx, brief.owner_id, now, lifetime)
    expired = await _expired(tx, brief, now)
    cards, touched, added = [], set(), []
    for card in brief.cards:
        ids, since = [], card.since
        for recommendation in card.recommendations:
            earlier = standing.get(recommendation.key)
            if earlier is not None and (
                _is_kept(earlier, recommendation, brief, card, now) or not await _superseded(tx, earlier, now)
            ):
                ids.append(earlier.id)
                since = _since(card, earlier, owner)
                continue
            if earlier is not None and earlier.brief_id:
                touched.add(earlier.brief_id)
            proposal = _proposal(brief, card, recommendation, times=times, stakes=stakes, records=records)
            proposal = _continuing(proposal, earlier or expired.get(recommendation.key), times)
            since = _since(card, proposal, owner)
            added.append(proposal)
            ids.append(proposal.id)
        cards.append(replace(card, proposal_ids=tuple(ids), since=since))
    await tx.proposals.add(*added)
    shown = [proposal_id for card in cards for proposal_id in card.proposal_ids]
    digests = {proposal.id: proposal.digest for proposal in added}
    await note(
        tx, request_id, "brief.prepared", brief.id, at=now, owner_id=brief.owner_id, proposals=shown, digests=digests
    )
    return Proposed(brief=replace(brief, cards=tuple(cards)), touched=frozenset(touched))


async def _standing(tx: Tx, brief: Brief, now: datetime) -> dict[str, Proposal]:
    """The live proposals by the key of their advice, and those decided while the brief was made: these appear as decided, aren't
    asked again, and can be taken back. A decision that the brief knows is among the priors of its card."""
    keys = [recommendation.key for card in brief.cards for recommendation in card.recommendations]
    known = {(prior.key, prior.decided_at) for card in brief.cards for prior in card.priors if prior.decided_at}
    found = await tx.proposals.open_by_key(brief.owner_id, keys, or_decided_after=now - UNNOTICED)
    return {key: each for key, each in found.items() if _is_live(each) or (key, each.decided_at) not in known}


async def _expired(tx: Tx, brief: Brief, now: datetime) -> dict[str, Proposal]:
    """What expired and this brief asks once more, by the key of its advice: also where something else moved on its account."""
    keys = [each.key for card in brief.cards if brief.kind == "morning" for each in card.recommendations]
    return await tx.proposals.expired_by_key(brief.owner_id, keys, since=now - EXPIRED_LATELY)


async def _times(tx: Tx, owner_id: str, now: datetime, lifetime: timedelta) -> _Times:
    return _Times(
        now=now,
        ends=await expiry(tx, owner_id, now, lifetime),
        last_moment=await expiry(tx, owner_id, now, min(lifetime, ASKED_ONCE_MORE)),
    )


def _continuing(proposal: Proposal, asked: Proposal | None, times: _Times) -> Proposal:
    """The proposal with the clock of the earlier one, if both ask the same question."""
    if asked is None or asked.state not in (State.PENDING, State.EXPIRED):
        return proposal
    if not is_same_question(asked, proposal.recommendation, amount=proposal.amount):
        return proposal
    return replace(
        proposal,
        asked_at=asked.first_asked,
        expires_at=expires(asked, last_moment=times.last_moment, at_least=times.now + A_DAYS_WORK),
        reminded_at=asked.reminded_at,
        offered_to=asked.offered_to,
    )


def _since(card: Card, proposal: Proposal, owner: Person | None) -> date | None:
    """The day on which the question of a card was first asked, as far as it was asked before."""
    if card.place not in _ASKED_BEFORE or owner is None:
        return card.since
    asked = local_day(owner, proposal.first_asked)
    return min(card.since, asked) if card.since else asked


def _is_live(proposal: Proposal) -> bool:
    """Whether it waits for its owner or its write is under way."""
    return proposal.state in OPEN | IN_FLIGHT


def _is_kept(earlier: Proposal, recommendation: Recommendation, brief: Brief, card: Card, now: datetime) -> bool:
    if brief.kind == "review" or _is_a_persons(earlier):
        return now < earlier.expires_at
    unchanged = is_digest_of(earlier.digest, recommendation.write.plain())
    is_offered = earlier.offered_to is not None and is_same_question(earlier, recommendation, amount=card.amount)
    is_past = earlier.write.is_past(brief.local_date)
    still_open = card.place in _ASKED_BEFORE or is_offered
    return now + A_DAYS_WORK < earlier.expires_at and (unchanged or (still_open and not is_past))


def _is_a_persons(proposal: Proposal) -> bool:
    return proposal.version > 1 or proposal.endorsed_by is not None or proposal.state is State.SNOOZED


async def _superseded(tx: Tx, earlier: Proposal, now: datetime) -> bool:
    return await tx.proposals.move(earlier.id, frm=OPEN, to=State.SUPERSEDED) is not None


async def _records(tx: Tx, brief: Brief) -> Records:
    """The records that a brief's recommendations rest on and that their writes touch, as last read."""
    advice = [each for card in brief.cards for each in card.recommendations]
    behind = [(cited.kind, cited.record_id) for each in advice for cited in each.evidence]
    touched = [(each.write.parent_kind, each.write.parent_id) for each in advice]
    return await tx.snapshots.records([*behind, *touched])


def _proposal(
    brief: Brief,
    card: Card,
    recommendation: Recommendation,
    *,
    times: _Times,
    stakes: StakesPolicy,
    records: Records,
) -> Proposal:
    write = recommendation.write.plain()
    return Proposal.first_version(
        write,
        recommendation,
        id=token_hex(16),
        brief_id=brief.id,
        owner_id=brief.owner_id,
        account_id=card.account_id,
        account_name=card.account_name,
        created_at=times.now,
        expires_at=times.ends,
        basis=facts_in(recommendation.evidence, records, changed=write.touches()),
        amount=card.amount,
        needs_second=needs_second(write, amount=card.amount, policy=stakes),
    )
