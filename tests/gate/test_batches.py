"""Approving several low-risk proposals at once: what was listed, each by itself, and every one told truly."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest

from store.domain.brief.brief import Brief
from store.domain.errors import BadInput, NotFound, Refused
from store.domain.gate.proposals import Proposal, State
from store.domain.signals.kinds import Risk
from tests.flows.company import ACME, ANNA, BOB, BOREALIS, GRANITE, SLIPPING
from tests.gate.desk import Desk, caller, note, on_slipping, open_desk, task
from tests.store.makers import brief as brief_of


@pytest.fixture
async def desk(database_url: str) -> AsyncIterator[Desk]:
    async with open_desk(database_url) as made:
        yield made


async def in_a_brief(desk: Desk, *proposals: Proposal) -> Brief:
    made = brief_of("b9")
    cards = tuple(replace(made.cards[0], proposal_ids=(proposal.id,)) for proposal in proposals)
    kept = replace(made, cards=cards, owner_id=proposals[0].owner_id)
    async with desk.database.transaction() as tx:
        await tx.briefs.save_review(kept)
    return kept


async def test_only_open_low_risk_tasks_and_notes_are_listed(desk: Desk) -> None:
    low, high = await desk.propose(task(), risk=Risk.LOW), await desk.propose(note())
    gone = await desk.propose(note(text="gone"), risk=Risk.LOW)
    brief = await in_a_brief(desk, low, high, gone)
    await desk.decide.reject(caller("anna"), gone.id, 1, "")
    assert await desk.batch.listed(caller("anna"), brief.id) == (low,)


async def test_each_is_decided_by_itself_and_told_truly(desk: Desk) -> None:
    good = await desk.propose(task(), risk=Risk.LOW)
    moved = await desk.propose(task(BOREALIS), risk=Risk.LOW, evidence=(on_slipping(),))
    high = await desk.propose(note())
    desk.change("Deals", SLIPPING, Closing_Date="2026-09-30")
    report_id = await desk.batch(caller("anna"), [(each.id, 1) for each in (good, moved, high)])
    await desk.sweep()
    states = [(await desk.get(each.id)).state for each in (good, moved, high)]
    assert states == [State.DONE, State.SUPERSEDED, State.PENDING]
    assert len(desk.zoho.ledger) == 1
    async with desk.database.reading() as tx:
        report = await tx.briefs.get(report_id)
    assert report is not None
    assert (report.kind, len(report.cards), len(report.problems)) == ("batch", 3, 2)
    assert "changed in the CRM" in report.problems[0]
    assert report.problems[1] == "Acme Robotics: please decide this one separately."


async def test_an_empty_or_unknown_batch_approves_nothing(desk: Desk) -> None:
    with pytest.raises(BadInput, match=r"^Choose between 1 and 40 recommendations to approve together.$"):
        await desk.batch(caller("anna"), [])
    with pytest.raises(BadInput):
        await desk.batch(caller("anna"), [(f"{number:032}", 1) for number in range(41)])
    with pytest.raises(NotFound, match=r"^I can't find this proposal any more; it may be from an older brief.$"):
        await desk.batch(caller("anna"), [(f"{number:032}", 1) for number in range(40)])
    with pytest.raises(NotFound, match=r"^I can't find this brief any more.$"):
        await desk.batch.listed(caller("anna"), "nothing")


async def test_what_has_expired_is_listed_no_more(desk: Desk) -> None:
    low = await desk.propose(task(), risk=Risk.LOW)
    brief = await in_a_brief(desk, low)
    desk.clock.moment = low.expires_at - timedelta(seconds=1)
    assert await desk.batch.listed(caller("anna"), brief.id) == (low,)
    desk.clock.moment = low.expires_at
    assert await desk.batch.listed(caller("anna"), brief.id) == ()


async def test_at_most_forty_are_listed_each_once(desk: Desk) -> None:
    many = [await desk.propose(task(subject=f"Call {number}"), risk=Risk.LOW) for number in range(41)]
    brief = await in_a_brief(desk, many[0], *many)
    assert await desk.batch.listed(caller("anna"), brief.id) == tuple(many[:40])


async def test_others_may_neither_list_nor_approve_them(desk: Desk) -> None:
    low = await desk.propose(task(), risk=Risk.LOW)
    brief = await in_a_brief(desk, low)
    with pytest.raises(Refused):
        await desk.batch.listed(caller("bob"), brief.id)
    with pytest.raises(Refused):
        await desk.batch(caller("bob"), [(low.id, 1)])
    assert (await desk.get(low.id)).state is State.PENDING


@pytest.mark.parametrize("order", [1, -1])
async def test_what_was_written_is_reported_though_another_account_has_a_new_owner(desk: Desk, order: int) -> None:
    gone, stays = await desk.propose(task(), risk=Risk.LOW), await desk.propose(task(BOREALIS), risk=Risk.LOW)
    brief = await in_a_brief(desk, gone, stays)
    desk.change("Accounts", ACME, Owner={"id": BOB})
    await desk.sync()
    assert await desk.batch.listed(caller("anna"), brief.id) == (stays,)
    report_id = await desk.batch(caller("anna"), [(each.id, 1) for each in (gone, stays)][::order])
    await desk.sweep()
    assert [(await desk.get(each.id)).state for each in (gone, stays)] == [State.PENDING, State.DONE]
    async with desk.database.reading() as tx:
        report = await tx.briefs.get(report_id)
    assert report is not None
    assert (report.reader_id, report.problems) == (ANNA, ("One of them is not yours to decide any more.",))
    assert [card.proposal_ids for card in report.cards] == [(stays.id,)]


async def test_what_changes_hands_while_the_batch_is_approved_keeps_no_report(desk: Desk) -> None:
    first, second = await desk.propose(task(), risk=Risk.LOW), await desk.propose(task(BOREALIS), risk=Risk.LOW)
    handing_over: list[asyncio.Task[object]] = []

    def hand_over(_: object) -> None:
        if not handing_over:
            desk.change("Accounts", ACME, Owner={"id": BOB})
            handing_over.append(asyncio.create_task(desk.sync()))

    desk.database.subscribe(hand_over)
    report_id = await desk.batch(caller("anna"), [(first.id, 1), (second.id, 1)])
    await handing_over[0]
    async with desk.database.reading() as tx:
        report = await tx.briefs.get(report_id)
    assert report is not None
    assert [card.proposal_ids for card in report.cards] == [(first.id,), (second.id,)]


async def test_decisions_of_several_owners_are_not_approved_together(desk: Desk) -> None:
    annas, bobs = await desk.propose(task(), risk=Risk.LOW), await desk.propose(task(GRANITE), owner=BOB, risk=Risk.LOW)
    with pytest.raises(BadInput, match=r"^These belong to several owners"):
        await desk.batch(caller("mia"), [(annas.id, 1), (bobs.id, 1)])
    assert [(await desk.get(each.id)).state for each in (annas, bobs)] == [State.PENDING, State.PENDING]


async def test_an_account_of_someone_else_is_counted_and_not_named(desk: Desk) -> None:
    mine, other = await desk.propose(task(), risk=Risk.LOW), await desk.propose(note(GRANITE), owner=BOB, risk=Risk.LOW)
    report_id = await desk.batch(caller("anna"), [(mine.id, 1), (other.id, 1)])
    async with desk.database.reading() as tx:
        report = await tx.briefs.get(report_id)
        noted = [each.action for each in await tx.audit.entries(subject=other.id)]
    assert report is not None
    assert other.account_name not in str(report)
    assert noted == ["request.refused"]
