"""A question that nobody answered is asked again by a later brief: it stays the same question."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from agents.flows.gate.propose import propose
from store.domain.attention.ledger import Place, Reason
from store.domain.brief.brief import Brief, Card
from store.domain.gate.proposals import Proposal, State
from store.domain.gate.stakes import StakesPolicy
from tests.flows.company import ANNA
from tests.gate.desk import POLICY, Desk, open_desk, task


@pytest.fixture
async def desk(database_url: str) -> AsyncIterator[Desk]:
    async with open_desk(database_url) as made:
        yield made


@pytest.mark.parametrize(
    ("place", "reason"),
    [(Place.ASK, Reason.CHANGED), (Place.OPEN, Reason.UNANSWERED), (Place.QUESTION, Reason.UNANSWERED)],
)
async def test_what_expired_keeps_its_age_and_its_reminder_also_if_something_else_moved(
    desk: Desk, place: Place, reason: Reason
) -> None:
    asked = await desk.propose(task())
    async with desk.database.transaction() as tx:
        await tx.proposals.reminded([asked.id], desk.clock.now())
    await desk.sweep(after=POLICY.lifetime + timedelta(days=3))
    assert (await desk.get(asked.id)).state is State.EXPIRED

    again = await in_a_brief(desk, asked, place, reason)
    assert again.id != asked.id
    assert again.first_asked == asked.created_at
    assert again.reminded_at is not None


async def in_a_brief(desk: Desk, asked: Proposal, place: Place, reason: Reason) -> Proposal:
    """The same advice in a brief of now."""
    advice, now = asked.recommendation, desk.clock.now()
    card = Card(
        account_id=asked.account_id, account_name=asked.account_name, risk=advice.risk, score=1.0, amount=asked.amount,
        statements=(), recommendations=(advice,), place=place, reason=reason,
    )  # fmt: skip
    brief = Brief(
        id="0123456789abcdef", owner_id=ANNA, owner_name="Anna Berg", local_date=now.date(), generated_at=now,
        data_as_of=now, accounts=1, cards=(card,), news=(), quiet=0,
    )  # fmt: skip
    async with desk.database.transaction() as tx:
        made = await propose(tx, brief, now=now, lifetime=POLICY.lifetime, stakes=StakesPolicy(), request_id="test")
        (found,) = await tx.proposals.by_ids(made.brief.decisions or made.brief.questions)
    return found
