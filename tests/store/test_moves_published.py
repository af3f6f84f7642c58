"""Subscribers learn of a proposal's moves once they are kept, and only then."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from store.database import Database
from store.domain.gate.moves import ProposalMoved
from store.domain.gate.proposals import State
from tests.store.makers import ANNA, NOW, proposal

Heard = list[list[tuple[str, frozenset[State], State]]]


@pytest.fixture
async def database(sqlite_url: str) -> AsyncIterator[Database]:
    """Three proposals are kept, of which p3 is late."""
    opened = Database(sqlite_url, clock=lambda: NOW)
    async with opened.transaction() as tx:
        late = replace(proposal("p3"), expires_at=NOW - timedelta(hours=1))
        await tx.proposals.add(proposal("p1"), proposal("p2"), late)
    yield opened
    await opened.close()


@pytest.fixture
def heard(database: Database) -> Heard:
    """What each transaction told, in order."""
    told: Heard = []

    def hear(moved: Sequence[ProposalMoved]) -> None:
        told.append([(each.proposal.id, each.frm, each.proposal.state) for each in moved])

    database.subscribe(hear)
    return told


async def test_the_moves_of_a_transaction_are_told_together_after_it(database: Database, heard: Heard) -> None:
    async with database.transaction() as tx:
        await tx.proposals.move("p1", frm=[State.PENDING], to=State.READY)
        await tx.proposals.expire()
        assert heard == []
    assert heard == [
        [
            ("p1", frozenset({State.PENDING}), State.READY),
            ("p3", frozenset({State.PENDING, State.SNOOZED}), State.EXPIRED),
        ]
    ]


async def test_a_move_that_is_rolled_back_is_not_told(database: Database, heard: Heard) -> None:
    async def dying() -> None:
        async with database.transaction() as tx:
            await tx.proposals.move("p1", frm=[State.PENDING], to=State.READY)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await dying()
    assert heard == []


async def test_a_move_that_did_not_apply_is_not_told(database: Database, heard: Heard) -> None:
    async with database.transaction() as tx:
        assert await tx.proposals.move("p1", frm=[State.SNOOZED], to=State.PENDING) is None
        await tx.proposals.park("p1", NOW)
    assert heard == []


async def test_an_endorsement_is_told_although_the_proposal_stays_pending(database: Database, heard: Heard) -> None:
    async with database.transaction() as tx:
        await tx.proposals.endorse("p1", by=ANNA.id, at=NOW, digest=proposal("p1").digest)
    assert heard == [[("p1", frozenset({State.PENDING}), State.PENDING)]]


async def test_a_subscriber_that_fails_keeps_neither_the_decision_nor_the_others_from_being_told(
    database: Database, heard: Heard
) -> None:
    def fail(moved: Sequence[ProposalMoved]) -> None:
        raise RuntimeError

    database.subscribe(fail)
    told_last: list[int] = []
    database.subscribe(lambda moved: told_last.append(len(moved)))
    async with database.transaction() as tx:
        await tx.proposals.move("p1", frm=[State.PENDING], to=State.READY)
    async with database.reading() as tx:
        kept = await tx.proposals.get("p1")
    assert kept is not None
    assert kept.state is State.READY
    assert (len(heard), told_last) == (1, [1])


@pytest.mark.parametrize(
    ("frm", "to", "parked", "due"),
    [
        (State.PENDING, State.READY, False, True),
        (State.DEAD, State.READY, False, True),
        (State.SENDING, State.READY, False, False),  # a try that failed rests first
        (State.READY, State.READY, False, False),
        (State.UNKNOWN, State.UNKNOWN, False, True),
        (State.UNKNOWN, State.UNKNOWN, True, False),
        (State.SENDING, State.UNKNOWN, False, False),
        (State.READY, State.SENDING, False, False),
        (State.PENDING, State.REJECTED, False, False),
    ],
)
def test_a_write_is_due_once_it_is_approved_or_an_operator_sets_it_going(
    frm: State, to: State, parked: bool, due: bool
) -> None:
    now = replace(proposal("p1"), state=to, parked_at=NOW if parked else None)
    assert ProposalMoved(proposal=now, frm=frozenset({frm})).releases_write is due
