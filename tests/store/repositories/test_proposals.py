"""Proposals in the store: one winner of many, no move but the known ones, expiry to the second."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from store.database import Database
from store.domain.crm.accounts import Kind
from store.domain.crm.basis import Difference, Fact
from store.domain.errors import Stale
from store.domain.gate.proposals import TRANSITIONS, Proposal, State
from tests.store.makers import ANNA, BEN, NOW, crm_note, proposal

LATER = NOW + timedelta(hours=1)


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """A fresh database of each kind in which it is NOW."""
    opened = Database(database_url, clock=lambda: NOW)
    yield opened
    await opened.close()


async def stored(database: Database, *made: Proposal) -> None:
    async with database.transaction() as tx:
        for each in made:
            await tx.proposals.add(each)


async def press(database: Database, proposal_id: str, to: State = State.READY) -> Proposal | None:
    async with database.transaction() as tx:
        return await tx.proposals.move(
            proposal_id, frm=[State.PENDING], to=to, unexpired=True, decided_by=ANNA.id, decided_at=LATER
        )


async def test_a_proposal_comes_back_as_it_was_added(database: Database) -> None:
    made = proposal(
        "p1",
        write=crm_note(),
        basis=(Fact(kind=Kind.DEAL, record_id="d1", field="amount", value="60"),),
        drifted=(Difference(label="Amount", shown="90", present=None),),
        needs_second=True,
        endorsed_by=ANNA.id,
        endorsed_at=NOW,
        done_at=LATER,
        decided_by="u-mia",
        decided_at=LATER,
        reason="not now",
        attempt=2,
        run=1,
        sent_at=LATER,
        crm_id="77",
        error="Zoho said no.",
        state=State.DEAD,
    )
    await stored(database, made)
    async with database.reading() as tx:
        assert await tx.proposals.get("p1") == made
        assert await tx.proposals.get("p2") is None


async def test_of_fifty_presses_at_once_one_counts(database: Database) -> None:
    await stored(database, proposal("p1"))
    outcomes = await asyncio.gather(
        *(press(database, "p1", State.READY if i % 2 else State.REJECTED) for i in range(50))
    )
    winners = [outcome for outcome in outcomes if outcome]
    async with database.reading() as tx:
        assert winners == [await tx.proposals.get("p1")]


@pytest.mark.parametrize("to", State)
async def test_only_the_known_moves_are_made(sqlite_database: Database, to: State) -> None:
    for index, frm in enumerate(State):
        made = proposal(f"p{index}", state=frm)
        await stored(sqlite_database, made)
        async with sqlite_database.transaction() as tx:
            if to in TRANSITIONS[frm]:
                moved = await tx.proposals.move(made.id, frm=[frm], to=to)
                assert moved == replace(made, state=to)
            else:
                with pytest.raises(ValueError, match="A proposal cannot move"):
                    await tx.proposals.move(made.id, frm=[frm], to=to)
                assert await tx.proposals.get(made.id) == made


async def test_a_move_from_a_state_it_is_not_in_does_nothing(database: Database) -> None:
    await stored(database, proposal("p1", state=State.SNOOZED))
    assert await press(database, "p1") is None
    async with database.reading() as tx:
        assert await tx.proposals.get("p1") == proposal("p1", state=State.SNOOZED)


async def test_a_move_under_another_digest_does_nothing(database: Database) -> None:
    made = proposal("p1")
    await stored(database, made)
    async with database.transaction() as tx:
        wrong = await tx.proposals.move("p1", frm=[State.PENDING], to=State.READY, digest="0" * 64)
        right = await tx.proposals.move("p1", frm=[State.PENDING], to=State.READY, digest=made.digest)
    assert wrong is None
    assert right is not None


async def test_a_move_writes_its_columns_and_no_others(database: Database) -> None:
    made = proposal("p1", state=State.READY, decided_by=ANNA.id, decided_at=NOW)
    await stored(database, made, proposal("p2", state=State.READY))
    async with database.transaction() as tx:
        moved = await tx.proposals.move("p1", frm=[State.READY], to=State.SENDING, attempt=1, sent_at=LATER)
        assert moved == replace(made, state=State.SENDING, attempt=1, sent_at=LATER)
        assert await tx.proposals.get("p2") == proposal("p2", state=State.READY)


@pytest.mark.parametrize(("seconds", "counts"), [(-1, True), (0, False), (1, False)])
async def test_a_press_counts_strictly_before_expiry(database: Database, seconds: int, counts: bool) -> None:
    made = proposal("p1", expires_at=NOW - timedelta(seconds=seconds))
    await stored(database, made)
    assert (await press(database, "p1") is not None) is counts


@pytest.mark.parametrize(("seconds", "expired"), [(-1, []), (0, ["p1", "p2"]), (1, ["p1", "p2"])])
async def test_what_nobody_decided_expires_at_its_time(database: Database, seconds: int, expired: list[str]) -> None:
    ends = NOW - timedelta(seconds=seconds)
    late = [proposal("p1"), proposal("p2", state=State.SNOOZED), proposal("p3", state=State.READY)]
    await stored(database, *(replace(each, expires_at=ends) for each in late))
    async with database.transaction() as tx:
        gone = await tx.proposals.expire()
        assert sorted(each.id for each in gone) == expired
        assert all(each.state is State.EXPIRED for each in gone)
        assert (await tx.proposals.get("p3")) == replace(late[2], expires_at=ends)


@pytest.mark.parametrize(("seconds", "counts"), [(5, True), (-1, False)])
async def test_without_a_simulated_clock_the_databases_own_decides(
    database_url: str, seconds: int, counts: bool
) -> None:
    database = Database(database_url)
    async with database.reading() as tx:
        now = await tx.proposals.now()
    assert abs(now - datetime.now(UTC)) < timedelta(seconds=5)
    await stored(database, proposal("p1", expires_at=now + timedelta(seconds=seconds)))
    async with database.transaction() as tx:
        assert [each.id for each in await tx.proposals.pending([ANNA.id])] == (["p1"] if counts else [])
        assert len(await tx.proposals.expire()) == (0 if counts else 1)
    assert (await press(database, "p1") is not None) is counts
    await database.close()


async def test_a_second_version_in_force_is_refused_until_the_first_is_superseded(database: Database) -> None:
    await stored(database, proposal("p1"))
    second = proposal("p2", lineage="p1", version=2)
    with pytest.raises(Stale):
        await stored(database, second)
    async with database.transaction() as tx:
        await tx.proposals.move("p1", frm=[State.PENDING], to=State.SUPERSEDED)
        await tx.proposals.add(second)
    async with database.reading() as tx:
        assert [each.id for each in await tx.proposals.by_lineage("p1")] == ["p1", "p2"]
        assert (await tx.proposals.in_force(["p1", "p2", "unknown"])) == {"p1": second, "p2": second}


async def test_a_failed_transaction_leaves_both_versions_as_they_were(database: Database) -> None:
    await stored(database, proposal("p1"), proposal("p9"))

    async def supersede_wrongly() -> None:
        async with database.transaction() as tx:
            await tx.proposals.move("p1", frm=[State.PENDING], to=State.SUPERSEDED)
            await tx.proposals.add(proposal("p2", lineage="p9"))

    with pytest.raises(Stale):
        await supersede_wrongly()
    async with database.reading() as tx:
        assert await tx.proposals.get("p1") == proposal("p1")
        assert await tx.proposals.get("p2") is None


async def test_proposals_of_a_brief_come_in_the_order_in_which_they_were_made(database: Database) -> None:
    await stored(database, *(proposal(name) for name in ("zz", "mm", "aa")), proposal("other", brief_id="b2"))
    async with database.reading() as tx:
        assert [each.id for each in await tx.proposals.of_brief("b1")] == ["zz", "mm", "aa"]


async def test_pending_are_those_of_the_owners_asked_for_and_not_expired(database: Database) -> None:
    await stored(
        database,
        proposal("mine"),
        proposal("bens", owner=BEN),
        proposal("late", expires_at=NOW),
        proposal("decided", state=State.READY),
    )
    async with database.reading() as tx:
        assert [each.id for each in await tx.proposals.pending([ANNA.id])] == ["mine"]
        assert [each.id for each in await tx.proposals.pending([ANNA.id, BEN.id])] == ["mine", "bens"]
        assert [each.id for each in await tx.proposals.pending()] == ["mine", "bens"]
        assert await tx.proposals.pending([]) == []


async def test_open_writes_are_those_approved_and_not_ended(database: Database) -> None:
    await stored(database, *(proposal(state.value, state=state) for state in State))
    async with database.reading() as tx:
        assert {each.id for each in await tx.proposals.open_writes()} == {"ready", "sending", "unknown"}


async def test_live_advice_is_found_by_owner_and_key(database: Database) -> None:
    await stored(
        database,
        *(proposal(state.value, key=f"key-{state}", state=state) for state in State),
        proposal("bens", owner=BEN, key="key-bens"),
    )
    keys = [f"key-{state}" for state in State] + ["key-bens"]
    async with database.reading() as tx:
        live = await tx.proposals.open_by_key(ANNA.id, keys)
    assert {key: each.id for key, each in live.items()} == {
        f"key-{state}": state for state in ("pending", "snoozed", "ready", "sending", "unknown")
    }


async def test_priors_are_settled_advice_newest_first_with_the_deciders_name(database: Database) -> None:
    day = timedelta(days=1)
    async with database.transaction() as tx:
        await tx.people.replace([ANNA])
    await stored(
        database,
        proposal("old", key="old", state=State.DONE, decided_by="u-gone", decided_at=NOW - 9 * day),
        proposal("no", key="no", state=State.REJECTED, decided_by=ANNA.id, decided_at=NOW - 2 * day, reason="busy"),
        proposal("yes", key="yes", state=State.DONE, decided_by="u-gone", decided_at=NOW - day),
        proposal("lapsed", key="lapsed", state=State.EXPIRED, created_at=NOW - 3 * day),
        proposal("open", key="open"),
        proposal("bens", key="bens", owner=BEN, state=State.DONE),
        proposal("elsewhere", key="elsewhere", account_id="a2", state=State.DONE),
    )
    async with database.reading() as tx:
        priors = await tx.proposals.priors(ANNA.id, ["a1", "a3"], since=NOW - 7 * day)
    assert list(priors) == ["a1"]
    assert [(prior.key, prior.decided_by, prior.reason) for prior in priors["a1"]] == [
        ("yes", "u-gone", None),
        ("no", ANNA.id, "busy"),
        ("lapsed", None, None),
    ]


async def test_decided_are_the_latest_decisions_first(database: Database) -> None:
    hour = timedelta(hours=1)
    await stored(
        database,
        proposal("first", state=State.DONE, decided_at=NOW - 2 * hour),
        proposal("second", state=State.REJECTED, decided_at=NOW - hour),
        proposal("older", state=State.DONE, decided_at=NOW - 9 * hour),
        proposal("bens", owner=BEN, state=State.DONE, decided_at=NOW),
    )
    async with database.reading() as tx:
        found = await tx.proposals.decided([ANNA.id], since=NOW - 8 * hour)
        assert [each.id for each in found] == ["second", "first"]
        assert [each.id for each in await tx.proposals.decided([ANNA.id], since=NOW - 8 * hour, limit=1)] == ["second"]


async def test_a_brief_took_over_what_it_superseded_itself_and_nothing_older(database: Database) -> None:
    await stored(
        database,
        proposal("oldest", brief_id="b0", state=State.SUPERSEDED),
        proposal("older", brief_id="b1", state=State.SUPERSEDED),
        proposal("bens", owner=BEN, brief_id="bens", state=State.SUPERSEDED),
        proposal("rejected", brief_id="b1r", key="a2:note", state=State.REJECTED),
        proposal("newer", brief_id="b2"),
        proposal("anew", brief_id="b2", key="a2:note"),
    )
    async with database.reading() as tx:
        assert await tx.proposals.briefs_taken_over("b2") == ["b1"]
        assert await tx.proposals.briefs_taken_over("b0") == []


async def test_what_an_owner_was_asked_and_has_not_decided_is_known_by_key_expired_or_not(database: Database) -> None:
    undecided = [
        proposal("p1", key="waits"),
        proposal("p2", key="over", expires_at=NOW - timedelta(minutes=1)),  # before the job that expires it ran
        proposal("p3", key="expired", state=State.EXPIRED),
    ]
    others = [
        proposal("p4", key="rejected", state=State.REJECTED),
        proposal("p5", key="done", state=State.DONE),
        proposal("p6", key="ben's", owner=BEN),
        proposal("p7", key="old", state=State.EXPIRED, created_at=NOW - timedelta(days=91)),
    ]
    await stored(database, *undecided, *others)
    async with database.reading() as tx:
        found = await tx.proposals.undecided_keys(ANNA.id, since=NOW - timedelta(days=90))
    assert found == {"waits", "over", "expired"}
