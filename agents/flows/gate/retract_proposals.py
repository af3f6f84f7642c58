"""Check pending decisions against the CRM as it is now, and retract those that are over. It decides and writes nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

import structlog

from agents.flows.access.trail import note
from store.database import Tx
from store.domain.brief.account_review import AccountReview
from store.domain.brief.brief import FellAway, Waiting
from store.domain.crm.accounts import Kind, Person, Pipeline
from store.domain.crm.people import local_day
from store.domain.gate.proposals import OPEN, Proposal, State
from store.domain.gate.retract_proposal import Ground, Over, is_a_persons, records_of, why_over

log = structlog.get_logger()


async def over_now(
    tx: Tx, owner: Person, reviews: Sequence[AccountReview], *, now: datetime, people: Mapping[str, str]
) -> tuple[Over, ...]:
    """This owner's pending decisions that are over, by their accounts' reviews; and those still pending with
    others on these accounts, which are this owner's now."""
    given = {each.key for review in reviews for each in review.recommendations}
    findings = [each for review in reviews for each in review.findings]
    seen = {(signal.kind, signal.record_id) for each in findings for signal in each.signals}
    # An odd value in the CRM that hides a signal settles nothing.
    seen |= {(each.kind, record_id) for each in findings for record_id in each.unread}
    waiting = await tx.proposals.waiting(owner.id, [review.facts.id for review in reviews if review.facts.account])
    doubtful = [
        each
        for each in waiting
        if each.logs is None and (each.owner_id != owner.id or each.recommendation.key not in given)
    ]
    ground = await ground_of(tx, doubtful, people=people)
    today = local_day(owner, now)
    # Advice that the owner said isn't theirs is missing from their reviews, which doesn't mean that it is over.
    found = (
        why_over(
            each,
            ground,
            timezone=owner.timezone,
            today=today,
            seen=seen if each.owner_id == owner.id != each.passed_by else None,
            off=owner.settings.signals_off,
        )
        for each in doubtful
    )
    return tuple(each for each in found if each)


async def retract(tx: Tx, over: Sequence[Over], *, now: datetime, request_id: str) -> list[Proposal]:
    """Retract these, unless someone decided, adjusted or approved one in the meantime; return those retracted."""
    retracted = []
    waiting = {each.id: each for each in await tx.proposals.by_ids([each.proposal_id for each in over])}
    for each in over:
        proposal = waiting.get(each.proposal_id)
        if proposal is None or (not each.cause.is_firm and is_a_persons(proposal)):
            continue
        moved = await tx.proposals.move(each.proposal_id, frm=OPEN, to=State.RETRACTED, reason=each.why, decided_at=now)
        if moved is not None:
            retracted.append(moved)
            await note(
                tx, request_id, "proposal.retracted", moved.id, at=now, cause=str(each.cause), version=moved.version
            )
    if retracted:
        log.info("proposals.retracted", count=len(retracted))
    return retracted


async def still_asked(tx: Tx, proposals: Sequence[Proposal], *, now: datetime) -> list[Proposal]:
    """Those that still make sense by the CRM's last data: their records are there, open and their owner's. What the next
    brief retracts isn't shown or offered before."""
    ground = await ground_of(tx, proposals, people={})
    return [each for each in proposals if why_over(each, ground, timezone="UTC", today=now.date()) is None]


async def left_waiting(tx: Tx, owner_id: str, shown: Sequence[str]) -> tuple[Waiting, ...]:
    """What the owner can still decide and a brief with these proposals doesn't show."""
    lineages = {each.lineage for each in await tx.proposals.by_ids(shown)}
    left = [each for each in await tx.proposals.pending([owner_id]) if each.lineage not in lineages]
    return tuple(
        Waiting(account_id=each.account_id, account_name=each.account_name, proposal_id=each.id) for each in left
    )


async def fell_away(tx: Tx, owner_id: str, *, now: datetime) -> tuple[FellAway, ...]:
    """The decisions retracted since the owner's last brief, which may have named some of them, in the words of their cards."""
    last = await tx.briefs.recent(owner_id, limit=1)
    told = {each.proposal_id for brief in last for each in brief.fell_away}
    return tuple(
        FellAway(account_id=each.account_id, account_name=each.account_name, proposal_id=each.id, why=each.reason or "")
        for each in await tx.proposals.retracted(owner_id, since=last[0].generated_at if last else now)
        if each.id not in told
    )


async def ground_of(tx: Tx, proposals: Sequence[Proposal], *, people: Mapping[str, str]) -> Ground:
    """Read what these rest on: their records, and the accounts of these."""
    wanted = {key for each in proposals for key in records_of(each)}
    records = await tx.snapshots.records(wanted)
    accounts = {(Kind.ACCOUNT, each.account_id) for each in records.values() if each and each.account_id}
    records |= await tx.snapshots.records(accounts - records.keys())
    deals = [record_id for kind, record_id in wanted if kind is Kind.DEAL]
    return Ground(
        records=records,
        people=people,
        pipeline=await tx.sync.pipeline() or Pipeline(()),
        stage_since=await tx.snapshots.stage_since(deals),
    )
