"""Somebody else is quicker, between a look and the move that follows it: the move applies to nothing, and says so truly.

On PostgreSQL, where others wait for a row and then find it changed; on SQLite there is one writer at a time.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime, timedelta
from typing import TypeVar

import psycopg
import pytest
from sqlalchemy import make_url

from agents.flows.gate.operate_writes import OperateWrites
from store.database import Database, Tx
from store.domain.errors import AlreadyDecided, Expired, GateClosed, SergasError
from store.domain.gate.proposals import Proposal, State
from tests.flows.company import ACME, BOB
from tests.flows.stage import StillClock
from tests.gate.desk import POLICY, Desk, caller, note, open_desk, task, update, wire

T = TypeVar("T")
pytestmark = pytest.mark.postgres


@pytest.fixture
async def desk(postgres_url: str) -> AsyncIterator[Desk]:
    async with open_desk(postgres_url) as made:
        yield made


async def overtaken(
    desk: Desk, url: str, doing: Callable[[], Awaitable[T]], *, by: Callable[[Tx], Awaitable[object]]
) -> T:
    """`doing`, while `by` holds the row that it is about to move, and keeps what it did as soon as somebody waits for it."""
    async with desk.database.transaction() as tx:
        assert await by(tx) is not None
        waiting = asyncio.ensure_future(doing())
        while not waiting.done() and not await asyncio.to_thread(_somebody_waits, url):  # noqa: ASYNC110 - it tells only when asked
            await asyncio.sleep(0)
    return await waiting


def _somebody_waits(url: str) -> bool:
    address = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(address, autocommit=True) as connection:
        locked = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        return connection.execute(locked).fetchone() is not None


async def approved(desk: Desk, proposal: Proposal) -> Proposal:
    return (await desk.decide.approve(caller("anna"), proposal.id, 1)).proposal


def rejecting(proposal: Proposal) -> Callable[[Tx], Awaitable[object]]:
    return lambda tx: tx.proposals.move(proposal.id, frm=[State.PENDING], to=State.REJECTED)


@pytest.mark.parametrize("deed", ["approve", "reject", "adjust", "endorse", "approve what moved"])
async def test_a_decision_that_somebody_forestalls_is_told_so_and_changes_nothing(
    desk: Desk, postgres_url: str, deed: str
) -> None:
    changes = {"rating": "Active"} if deed == "endorse" else {"account_type": "Customer"}
    proposal = await desk.propose(await update(desk, **changes))
    if deed == "approve what moved":
        desk.change("Accounts", ACME, Account_Type="Partner")

    async def decide() -> object:
        match deed:
            case "reject":
                return await desk.decide.reject(caller("anna"), proposal.id, 1, "no")
            case "adjust":
                other = await update(desk, account_type="Competitor")
                return await desk.adjust.adjust(caller("anna"), proposal.id, 1, other)
            case _:
                return await desk.decide.approve(caller("anna"), proposal.id, 1)

    with pytest.raises(AlreadyDecided):
        await overtaken(desk, postgres_url, decide, by=rejecting(proposal))
    assert (await desk.newest(proposal.lineage)).id == proposal.id
    assert (await desk.get(proposal.id)).state is State.REJECTED
    assert (await desk.get(proposal.id)).endorsed_by is None


@pytest.mark.parametrize("why", ["claimed elsewhere", "no longer theirs", "moved"])
async def test_a_write_that_somebody_else_takes_on_is_left_to_them(desk: Desk, postgres_url: str, why: str) -> None:
    proposal = await approved(desk, await desk.propose(await update(desk, account_type="Customer")))
    if why == "no longer theirs":
        desk.change("Accounts", ACME, Owner={"id": BOB})
        await desk.sync()
    if why == "moved":
        desk.change("Accounts", ACME, Account_Type="Partner")

    def claiming(tx: Tx) -> Awaitable[object]:
        return tx.proposals.move(proposal.id, frm=[State.READY], to=State.SENDING, sent_at=desk.clock.now())

    driven = await overtaken(desk, postgres_url, lambda: desk.execute.drive(proposal.id), by=claiming)
    assert driven.state is State.SENDING
    assert desk.zoho.ledger == ()
    assert len(await versions(desk, proposal)) == 1


async def versions(desk: Desk, proposal: Proposal) -> list[Proposal]:
    async with desk.database.reading() as tx:
        return await tx.proposals.by_lineage(proposal.lineage)


@pytest.fixture
async def unknown(desk: Desk) -> Proposal:
    """Written, and the answer was lost."""
    proposal = await approved(desk, await desk.propose(note()))
    desk.zoho.faults.drop_after("POST", r"/Notes$")
    await desk.sweep()
    lost = await desk.get(proposal.id)
    assert lost.state is State.UNKNOWN
    return lost


async def test_what_an_operator_said_of_a_write_stands_against_a_look_that_ends_later(
    desk: Desk, postgres_url: str, unknown: Proposal
) -> None:
    desk.clock.advance(timedelta(minutes=5))
    found = await overtaken(
        desk, postgres_url, lambda: desk.execute.drive(unknown.id),
        by=lambda tx: tx.proposals.move(unknown.id, frm=[State.UNKNOWN], to=State.DEAD),
    )  # fmt: skip
    assert found.state is State.DEAD


async def test_what_a_look_found_stands_against_an_operator_who_says_it_later(
    desk: Desk, postgres_url: str, unknown: Proposal
) -> None:
    operate = OperateWrites(desk.database, lifetime=POLICY.lifetime)
    with pytest.raises(GateClosed, match="changed a moment ago"):
        await overtaken(
            desk, postgres_url, lambda: operate.resolve("operator:root", unknown.id, written=False),
            by=lambda tx: tx.proposals.move(unknown.id, frm=[State.UNKNOWN], to=State.DONE),
        )  # fmt: skip
    assert (await desk.get(unknown.id)).state is State.DONE


class RunningClock(StillClock):
    """Goes on by a millisecond each time somebody looks."""

    def now(self) -> datetime:
        self.moment += timedelta(milliseconds=1)
        return self.moment


@pytest.mark.parametrize("deed", ["approve", "reject", "endorse"])
async def test_a_decision_in_the_moment_in_which_its_time_ends_counts_or_has_expired(
    desk: Desk, postgres_url: str, deed: str
) -> None:
    clock = RunningClock(desk.clock.moment)
    database = Database(postgres_url, clock=clock.now)
    hasty = wire(desk.zoho, clock, database, desk.crm, POLICY, desk.fuse)
    outcomes = set()
    for early in range(1, 14):
        write = await update(desk, rating="Active") if deed == "endorse" else task()
        proposal = await hasty.propose(write)
        clock.moment = proposal.expires_at - timedelta(milliseconds=early)
        try:
            if deed == "reject":
                await hasty.decide.reject(caller("anna"), proposal.id, 1, "no")
            else:
                await hasty.decide.approve(caller("anna"), proposal.id, 1)
        except Expired:
            outcomes.add("expired")
            untouched = await desk.get(proposal.id)
            assert (untouched.state, untouched.endorsed_by) == (State.PENDING, None)
        except SergasError as other:
            raise AssertionError("It says something else than that its time is over.") from other
        else:
            outcomes.add("counted")
        clock.moment = desk.clock.moment
    await database.close()
    assert outcomes == {"expired", "counted"}
