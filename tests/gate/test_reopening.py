"""The ways back after Reject and after an undo: a new version to decide, once, by who may, and nothing is written before that."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta
from secrets import token_hex

import pytest

from store.database import Tx
from store.domain.errors import Drifted, Expired, GateClosed, NotFound, Refused, Stale, Unconfirmed
from store.domain.gate.proposals import Proposal, State
from store.domain.gate.write import Write
from tests.flows.company import ACME, ANNA, BOB
from tests.gate.desk import POLICY, Desk, caller, note, open_desk, task, update
from tests.gate.test_overtaken import overtaken
from tests.gate.test_undoing import undone, written


@pytest.fixture
async def desk(database_url: str) -> AsyncIterator[Desk]:
    async with open_desk(database_url) as made:
        yield made


async def rejected(desk: Desk, write: Write | None = None) -> Proposal:
    proposal = await desk.propose(write or task())
    await desk.decide.reject(caller("anna"), proposal.id, 1, "Something else")
    return await desk.get(proposal.id)


async def versions(desk: Desk, proposal: Proposal) -> list[tuple[int, State]]:
    async with desk.database.reading() as tx:
        return [(each.version, each.state) for each in await tx.proposals.by_lineage(proposal.lineage)]


async def test_what_was_rejected_comes_back_as_a_new_version_that_someone_has_to_approve(desk: Desk) -> None:
    before = await rejected(desk)
    again = (await desk.reopen(caller("anna"), before.id, 1)).proposal
    await desk.sweep()
    assert not desk.zoho.ledger
    assert await desk.get(before.id) == before
    assert (again.lineage, again.version, again.state, again.digest) == (
        before.lineage,
        2,
        State.PENDING,
        before.digest,
    )
    assert again.expires_at == desk.clock.now() + POLICY.lifetime
    assert (again.decided_by, again.reason, again.endorsed_by) == (None, None, None)

    await desk.decide.approve(caller("anna"), again.id, 2, digest=again.digest)
    await desk.sweep()
    (entry,) = desk.zoho.ledger
    assert again.marker in str(dict(entry.fields))
    assert before.marker not in str(dict(entry.fields))
    assert await versions(desk, before) == [(1, State.REJECTED), (2, State.DONE)]


async def test_what_was_undone_is_proposed_again_and_written_anew(desk: Desk) -> None:
    done = await written(desk, note())
    await undone(desk, done)
    again = (await desk.reopen(caller("mia"), done.id, 1)).proposal
    await desk.decide.approve(caller("anna"), again.id, 2)
    await desk.sweep(after=timedelta(seconds=2))
    assert [entry.op for entry in desk.zoho.ledger] == ["create", "delete", "create"]
    assert await versions(desk, done) == [(1, State.UNDONE), (2, State.DONE)]


async def test_a_field_that_was_put_back_can_be_changed_again(desk: Desk) -> None:
    done = await written(desk, await update(desk, account_type="Customer"))
    await undone(desk, done)
    again = (await desk.reopen(caller("anna"), done.id, 1)).proposal
    await desk.decide.approve(caller("anna"), again.id, 2)
    await desk.sweep(after=timedelta(seconds=2))
    account = desk.zoho.record("Accounts", ACME)
    assert account is not None
    assert account["Account_Type"] == "Customer"


async def test_of_many_who_bring_it_back_one_counts(desk: Desk) -> None:
    before = await rejected(desk)
    done = await asyncio.gather(
        *(desk.reopen(caller(who), before.id, 1) for who in ("anna", "mia") * 4), return_exceptions=True
    )
    assert sum(not isinstance(each, BaseException) for each in done) == 1
    assert all(isinstance(each, Stale) for each in done if isinstance(each, BaseException))
    assert await versions(desk, before) == [(1, State.REJECTED), (2, State.PENDING)]


async def test_an_old_rejection_is_not_the_way_back_from_a_newer_one(desk: Desk) -> None:
    before = await rejected(desk)
    again = (await desk.reopen(caller("anna"), before.id, 1)).proposal
    await desk.decide.reject(caller("mia"), again.id, 2, "no")
    with pytest.raises(Stale):
        await desk.reopen(caller("anna"), before.id, 1)
    assert (await desk.reopen(caller("anna"), again.id, 2)).proposal.version == 3


@pytest.mark.parametrize("who", ["bob", "cora", "max"])
async def test_who_may_not_decide_it_cannot_bring_it_back(desk: Desk, who: str) -> None:
    before = await rejected(desk)
    with pytest.raises(Refused):
        await desk.reopen(caller(who), before.id, 1)
    assert await versions(desk, before) == [(1, State.REJECTED)]


async def test_who_has_not_confirmed_who_they_are_cannot_bring_it_back(database_url: str) -> None:
    async with open_desk(database_url, unconfirmed=["mia"]) as desk:
        before = await rejected(desk)
        with pytest.raises(Unconfirmed):
            await desk.reopen(caller("mia"), before.id, 1)


async def test_whose_account_went_to_someone_else_cannot_bring_it_back(desk: Desk) -> None:
    before = await rejected(desk)
    desk.change("Accounts", ACME, Owner={"id": BOB})
    await desk.sync()
    with pytest.raises(Refused):
        await desk.reopen(caller("anna"), before.id, 1)


async def test_a_refused_way_back_is_in_the_trail_and_so_is_one_taken(desk: Desk) -> None:
    before = await rejected(desk)
    with pytest.raises(Refused):
        await desk.reopen(caller("bob"), before.id, 1)
    again = (await desk.reopen(caller("anna"), before.id, 1)).proposal
    async with desk.database.reading() as tx:
        refused = (await tx.audit.entries(subject=before.id))[-1]
        (taken,) = await tx.audit.entries(subject=again.id)
        assert (await tx.audit.verify()).ok
    assert (refused.action, refused.actor, refused.detail["asked"]) == ("request.refused", BOB, "proposal.reopen")
    assert (taken.action, taken.actor) == ("proposal.reopened", ANNA)
    assert (taken.detail["reopens"], taken.detail["was"], taken.detail["digest"]) == (
        before.id,
        "rejected",
        again.digest,
    )


async def test_advice_that_is_over_its_time_does_not_come_back(desk: Desk) -> None:
    before = await rejected(desk)
    desk.clock.moment = before.expires_at - timedelta(seconds=1)
    other = await rejected(desk, note())
    desk.clock.moment = before.expires_at
    with pytest.raises(Expired):
        await desk.reopen(caller("anna"), before.id, 1)
    assert (await desk.reopen(caller("anna"), other.id, 1)).proposal.version == 2


@pytest.mark.parametrize("state", ["pending", "approved", "done"])
async def test_what_was_not_rejected_has_no_way_back(desk: Desk, state: str) -> None:
    proposal = await desk.propose(task())
    if state != "pending":
        await desk.decide.approve(caller("anna"), proposal.id, 1)
    if state == "done":
        await desk.sweep(after=timedelta(seconds=2))
    with pytest.raises(GateClosed, match="nothing to bring back"):
        await desk.reopen(caller("anna"), proposal.id, 1)
    with pytest.raises(Stale):
        await desk.reopen(caller("anna"), proposal.id, 2)
    with pytest.raises(NotFound):
        await desk.reopen(caller("anna"), "0" * 32, 1)


async def test_an_undo_itself_has_no_way_back(desk: Desk) -> None:
    done = await written(desk, task())
    offered = await desk.undo.offer(caller("anna"), done.id, 1)
    await desk.decide.reject(caller("anna"), offered.undo.id, 1, "no")
    with pytest.raises(Refused):
        await desk.reopen(caller("anna"), offered.undo.id, 1)


async def test_advice_that_is_open_elsewhere_is_not_asked_twice(desk: Desk) -> None:
    before = await rejected(desk)
    id = token_hex(16)
    newer = replace(
        before, id=id, lineage=id, state=State.PENDING, decided_by=None, decided_at=None, reason=None,
        recommendation=before.recommendation,
    )  # fmt: skip
    async with desk.database.transaction() as tx:
        await tx.proposals.add(newer)
    with pytest.raises(GateClosed, match="open in a newer message"):
        await desk.reopen(caller("anna"), before.id, 1)


async def test_what_moved_meanwhile_is_shown_before_it_counts(desk: Desk) -> None:
    before = await rejected(desk, await update(desk, account_type="Customer"))
    desk.change("Accounts", ACME, Account_Type="Partner")
    again = (await desk.reopen(caller("anna"), before.id, 1)).proposal
    with pytest.raises(Drifted):
        await desk.decide.approve(caller("anna"), again.id, 2)
    assert desk.zoho.ledger == ()
    assert await versions(desk, before) == [(1, State.REJECTED), (2, State.SUPERSEDED), (3, State.PENDING)]


async def test_what_needed_two_approvers_needs_both_again(desk: Desk) -> None:
    proposal = await desk.propose(await update(desk, rating="Active"))
    await desk.decide.approve(caller("anna"), proposal.id, 1)
    await desk.decide.reject(caller("mia"), proposal.id, 1, "no")
    again = (await desk.reopen(caller("anna"), proposal.id, 1)).proposal
    assert (again.needs_second, again.endorsed_by) == (True, None)
    assert (await desk.decide.approve(caller("mia"), again.id, 2)).waits_for_second
    with pytest.raises(Refused):
        await desk.decide.approve(caller("mia"), again.id, 2)
    await desk.decide.approve(caller("anna"), again.id, 2)


async def test_a_decision_that_was_taken_back_is_no_earlier_decision(desk: Desk) -> None:
    before = await rejected(desk)
    since = desk.clock.now() - timedelta(days=1)
    assert await told(desk, since) == (["rejected"], [before.id])
    await desk.reopen(caller("anna"), before.id, 1)
    assert await told(desk, since) == ([], [])


async def told(desk: Desk, since: datetime) -> tuple[list[str], list[str]]:
    """The decisions on Anna's proposals: as earlier advice for the next brief, and as recent ones in her Home."""
    async with desk.database.reading() as tx:
        priors = await tx.proposals.priors(ANNA, [ACME], since=since)
        recent = await tx.proposals.decided([ANNA], since=since)
    return [str(each.state) for each in priors.get(ACME, [])], [each.id for each in recent]


async def test_the_two_writes_of_one_lineage_are_told_apart_by_the_store(desk: Desk) -> None:
    """Not even a careless flow can store a second version 2, or two versions in force."""
    before = await rejected(desk)
    again = (await desk.reopen(caller("anna"), before.id, 1)).proposal
    for version, state in ((2, State.REJECTED), (3, State.PENDING)):
        twin = replace(again, id=token_hex(16), version=version, state=state)
        with pytest.raises(Stale):
            async with desk.database.transaction() as tx:
                await tx.proposals.add(twin)


@pytest.mark.postgres
async def test_who_is_forestalled_brings_back_nothing_twice(postgres_url: str) -> None:
    async with open_desk(postgres_url) as desk:
        before = await rejected(desk)
        with pytest.raises(Stale):
            await overtaken(
                desk, postgres_url, lambda: desk.reopen(caller("anna"), before.id, 1), by=_reopening(desk, before)
            )
        assert await versions(desk, before) == [(1, State.REJECTED), (2, State.PENDING)]


def _reopening(desk: Desk, before: Proposal) -> Callable[[Tx], Awaitable[object]]:
    now = desk.clock.now()
    again = before.next_version(
        before.write, id=token_hex(16), created_at=now, expires_at=now + POLICY.lifetime, needs_second=False
    )

    async def reopen(tx: Tx) -> object:
        claimed = await tx.proposals.reopen(before.id)
        await tx.proposals.add(again)
        return claimed

    return reopen
