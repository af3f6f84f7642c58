"""A message about existing proposals: a reminder, an offer, the report of a batch.

It is kept as a brief of its own kind with one card per proposal, in the transaction that decides to send it.
`Delivery.brief` posts it afterwards; if the process dies first, `Delivery.catch_up` does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from secrets import token_hex
from typing import Literal

from agents.flows.access.identity import circle_of
from store.database import Tx
from store.domain.access.rules import may_decide
from store.domain.brief.brief import Brief, Card, Statement
from store.domain.crm.accounts import Person
from store.domain.crm.people import local_day
from store.domain.gate.proposals import Proposal
from store.domain.signals.kinds import Risk
from store.domain.text.wording import as_of

AskKind = Literal["reminder", "offer", "batch"]
Reason = Literal["", "expiring", "away", "second", "passed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """The current state of an offer: `away_until` is the end of the owner's absence while it lasts; `over` means that
    its recipient may no longer decide these proposals. Of an offer of several owners' decisions, `over_for` are the owners for
    whom its recipient may no longer decide."""

    away_until: datetime | None = None
    over: bool = False
    over_for: frozenset[str] = frozenset()


async def as_offered(tx: Tx, brief: Brief, reader: Person) -> Offered:
    """Read the state of the offer in this brief; the default state for other kinds of brief."""
    if brief.kind != "offer":
        return Offered()
    if brief.is_of_several:
        asked = await tx.proposals.by_ids([each for card in brief.cards for each in card.proposal_ids])
        owners = {each.owner_id for each in asked}
        over = frozenset([each for each in owners if not may_decide(reader, await circle_of(tx, each))])
        return Offered(over=owners == over, over_for=over)
    absence = await tx.absences.of(brief.owner_id)
    is_away = absence is not None and absence.covers(await tx.proposals.now())
    if not may_decide(reader, await circle_of(tx, brief.owner_id)):
        return Offered(over=True)
    return Offered(away_until=absence.ends if absence and is_away else None)


async def ask(
    tx: Tx,
    proposals: Sequence[Proposal],
    *,
    kind: AskKind,
    owner: Person,
    reader: Person,
    now: datetime,
    currency: str,
    reason: Reason = "",
    problems: Sequence[str] = (),
) -> Brief:
    """Store a message about these proposals for `reader`; return it, ready to post. They are all of one `owner`, unless that is
    the reader of an offer. `problems` appear at its top, one plain sentence each. A reminder or an offer begins with the gravest,
    by owner, and each card says what the owner's card said."""
    said: Mapping[str, tuple[Statement, ...]] = {}
    if kind != "batch":
        proposals, said = (
            _by_owner(sorted(proposals, key=gravest)),
            await _said(tx, proposals, today=local_day(reader, now)),
        )
    others = await in_other_currencies(tx, proposals)
    brief = Brief(
        id=token_hex(8),
        owner_id=owner.id,
        owner_name=owner.name,
        local_date=local_day(reader, now),
        generated_at=now,
        data_as_of=await tx.sync.last_success(),
        accounts=len({proposal.account_id for proposal in proposals}),
        cards=tuple(_card(each, said.get(each.id, ()), in_other=each.account_id in others) for each in proposals),
        news=(),
        quiet=0,
        problems=tuple(problems),
        currency=currency,
        kind=kind,
        reader_id=reader.id,
        reason=reason,
    )
    await tx.briefs.save_review(brief)
    return brief


async def in_other_currencies(tx: Tx, proposals: Sequence[Proposal]) -> frozenset[str]:
    """The accounts of these proposals whose open money isn't all in the organisation's currency."""
    home = (await tx.sync.currency()).code
    return await tx.snapshots.in_other_currencies([each.account_id for each in proposals], home)


def _by_owner(proposals: Sequence[Proposal]) -> list[Proposal]:
    """The same with those of each owner together, in the order of the first of each."""
    owners = list(dict.fromkeys(each.owner_id for each in proposals))
    return sorted(proposals, key=lambda each: owners.index(each.owner_id))


def gravest(proposal: Proposal) -> tuple[int, float, str]:
    """Sorts proposals by risk, then by money."""
    return list(Risk).index(proposal.recommendation.risk), -proposal.amount, proposal.account_name


async def _said(tx: Tx, proposals: Sequence[Proposal], *, today: date) -> Mapping[str, tuple[Statement, ...]]:
    """The first statement of each card that first asked, by proposal id, as far as it still exists; with its day if it counts
    days and is read on another one."""
    briefs = {brief_id: await tx.briefs.get(brief_id) for each in proposals if (brief_id := each.brief_id)}
    return {
        each.id: tuple(
            replace(said, text=as_of(said.text, brief.local_date, today=today)) for said in card.statements[:1]
        )
        for each in proposals
        if (brief := briefs.get(each.brief_id or ""))
        for card in brief.cards
        if card.account_id == each.account_id
    }


def _card(proposal: Proposal, statements: tuple[Statement, ...], *, in_other: bool) -> Card:
    return Card(
        account_id=proposal.account_id,
        account_name=proposal.account_name,
        risk=proposal.recommendation.risk,
        score=proposal.recommendation.confidence.score,
        amount=proposal.amount,
        open_money="" if in_other else None,
        statements=statements,
        recommendations=(proposal.recommendation,),
        proposal_ids=(proposal.id,),
    )
