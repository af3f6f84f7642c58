"""The moves beside the states: each applies where it may, to that one proposal, and owes its messages a look."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from store.database import Database, Tx
from store.domain.gate.proposals import Proposal, State
from tests.store.makers import ANNA, NOW, proposal

AT = NOW + timedelta(minutes=5)
Move = Callable[[Tx, Proposal], Awaitable[Proposal | None]]

MOVES: dict[str, tuple[Move, dict[str, Any], dict[str, Any]]] = {
    # the move, what a proposal has to be for it, what it is then
    "endorse": (
        lambda tx, p: tx.proposals.endorse(p.id, by=ANNA.id, at=AT, digest=p.digest),
        {"state": State.PENDING},
        {"endorsed_by": ANNA.id, "endorsed_at": AT},
    ),
    "note_undo": (lambda tx, p: tx.proposals.note_undo(p.id, "u1"), {"state": State.DONE}, {"undo_id": "u1"}),
    "park": (lambda tx, p: tx.proposals.park(p.id, AT), {"state": State.UNKNOWN}, {"parked_at": AT}),
    "unpark": (lambda tx, p: tx.proposals.unpark(p.id), {"state": State.UNKNOWN, "parked_at": NOW}, {"parked_at": None}),
    "postpone": (
        lambda tx, p: tx.proposals.postpone(p, at=AT, error="Zoho is away."),
        {"state": State.READY, "attempt": 1},
        {"attempt": 2, "sent_at": AT, "error": "Zoho is away."},
    ),
}  # fmt: skip
ELSEWHERE = [
    ("endorse", {"endorsed_by": "u-mia", "endorsed_at": NOW}),
    ("endorse", {"expires_at": NOW}),
    ("park", {"parked_at": NOW}),
    ("unpark", {"parked_at": None}),
]


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """A fresh database of each kind in which it is NOW."""
    opened = Database(database_url, clock=lambda: NOW)
    yield opened
    await opened.close()


async def shown(database: Database, *made: Proposal) -> None:
    """Kept, and their messages show them as they are."""
    async with database.transaction() as tx:
        await tx.proposals.add(*made)
        for each in made:
            await tx.proposals.mark_shown(each)


async def rows(database: Database) -> tuple[dict[str, Proposal | None], set[str]]:
    async with database.reading() as tx:
        found = {each: await tx.proposals.get(each) for each in ("mine", "other")}
        return found, {each.id for each in await tx.proposals.unshown()}


@pytest.mark.parametrize("name", MOVES)
async def test_a_move_changes_that_one_and_no_other(database: Database, name: str) -> None:
    move, before, after = MOVES[name]
    mine, other = proposal("mine", **before), proposal("other", **before)
    await shown(database, mine, other)
    async with database.transaction() as tx:
        moved = await move(tx, mine)
    assert moved == replace(mine, **after)
    assert await rows(database) == ({"mine": moved, "other": other}, {"mine"})


@pytest.mark.parametrize(("name", "state"), [(n, s) for n in MOVES for s in State if s is not MOVES[n][1]["state"]])
async def test_in_any_other_state_it_does_not_apply(sqlite_url: str, name: str, state: State) -> None:
    database = Database(sqlite_url, clock=lambda: NOW)
    move, before, _ = MOVES[name]
    mine, other = proposal("mine", **before | {"state": state}), proposal("other", **before | {"state": state})
    await shown(database, mine, other)
    async with database.transaction() as tx:
        assert await move(tx, mine) is None
    assert await rows(database) == ({"mine": mine, "other": other}, set())
    await database.close()


@pytest.mark.parametrize(("name", "instead"), ELSEWHERE)
async def test_a_second_time_or_too_late_it_does_not_apply(
    database: Database, name: str, instead: dict[str, Any]
) -> None:
    move, before, _ = MOVES[name]
    mine = proposal("mine", **before | instead)
    await shown(database, mine)
    async with database.transaction() as tx:
        assert await move(tx, mine) is None
    assert (await rows(database))[1] == set()


async def test_a_try_that_somebody_else_counted_is_not_counted_again(database: Database) -> None:
    mine = proposal("mine", state=State.READY, attempt=2)
    await shown(database, mine)
    async with database.transaction() as tx:
        assert await tx.proposals.postpone(replace(mine, attempt=1), at=AT, error="Zoho is away.") is None


async def test_another_digest_endorses_nothing(database: Database) -> None:
    await shown(database, proposal("mine"))
    async with database.transaction() as tx:
        assert await tx.proposals.endorse("mine", by=ANNA.id, at=AT, digest="0" * 64) is None


async def test_a_reminder_is_noted_once_for_what_is_pending(database: Database) -> None:
    decided = proposal("p3", state=State.READY)
    await shown(database, proposal("p1"), proposal("p2", owner=replace(ANNA, id="u-ben")), decided, proposal("p4"))
    async with database.transaction() as tx:
        assert await tx.proposals.last_reminded(ANNA.id) is None
        assert sorted(await tx.proposals.reminded(["p1", "p2", "p3"], AT)) == ["p1", "p2"]
        assert await tx.proposals.reminded(["p1"], AT + timedelta(hours=1)) == []
        assert await tx.proposals.last_reminded(ANNA.id) == AT
        await tx.proposals.reminded(["p4"], AT - timedelta(hours=1))
        assert await tx.proposals.last_reminded(ANNA.id) == AT
        assert [each.id for each in await tx.proposals.unshown()] == []


async def test_an_offer_is_noted_once_for_each_person_and_can_be_withdrawn(database: Database) -> None:
    await shown(database, proposal("p1"), proposal("p2"), proposal("p3", state=State.DONE, offered_to="u-mia"))
    async with database.transaction() as tx:
        assert await tx.proposals.withdraw_offer(["p1", "p2", "p3"]) == []
        assert await tx.proposals.offered(["p1", "p3"], "u-mia") == ["p1"]
        assert await tx.proposals.offered(["p1"], "u-mia") == []
        assert await tx.proposals.offered(["p1"], "u-ada") == ["p1"]
        assert [each.id for each in await tx.proposals.unshown()] == []
        assert [each.id for each in await tx.proposals.withdraw_offer(["p1", "p2", "p3"])] == ["p1"]
        withdrawn = await tx.proposals.get("p1")
        assert withdrawn is not None
        assert withdrawn.offered_to is None
        assert [each.id for each in await tx.proposals.unshown()] == ["p1"]


async def found(tx: Tx, name: str) -> Proposal:
    """One whose write was just found in the CRM, which nobody has shown yet."""
    await tx.proposals.add(proposal(name, state=State.UNKNOWN))
    moved = await tx.proposals.move(name, frm=[State.UNKNOWN], to=State.DONE)
    assert moved is not None
    return moved


@pytest.mark.parametrize(
    "rendered",
    [
        {"state": State.UNKNOWN}, {"endorsed_by": ANNA.id}, {"undo_id": "u1"}, {"parked_at": NOW}, {"attempt": 1},
        {"id": "other"},
    ],
)  # fmt: skip
async def test_what_moved_while_it_was_rendered_still_has_to_be_shown(
    database: Database, rendered: dict[str, Any]
) -> None:
    async with database.transaction() as tx:
        now = await found(tx, "mine")
        await tx.proposals.mark_shown(replace(now, **rendered))
        assert await tx.proposals.unshown() == [now]
        await tx.proposals.mark_shown(now)
        assert await tx.proposals.unshown() == []


async def test_the_longest_unshown_come_first_and_no_more_than_asked_for(database: Database) -> None:
    async with database.transaction() as tx:
        names = [(await found(tx, f"p{number}")).id for number in range(4)]
        assert [each.id for each in await tx.proposals.unshown(limit=3)] == names[:3]
        await tx.proposals.add()  # nothing to add is nothing done
        assert [each.id for each in await tx.proposals.unshown()] == names


async def test_what_is_decided_or_still_has_time_does_not_expire(database: Database) -> None:
    expiring = (proposal("p1", expires_at=NOW), proposal("p2", state=State.SNOOZED, expires_at=NOW))
    staying = (proposal("p3", state=State.READY, expires_at=NOW), proposal("p4"))
    await shown(database, *expiring, *staying)
    async with database.transaction() as tx:
        expired = await tx.proposals.expire()
        assert sorted((each.id, each.state) for each in expired) == [("p1", State.EXPIRED), ("p2", State.EXPIRED)]
        assert {each.id for each in await tx.proposals.unshown()} == {"p1", "p2"}
        assert await tx.proposals.expire() == []
