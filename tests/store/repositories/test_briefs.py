"""Briefs: one for each owner and day, whoever tries, and the last one that was posted."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from store.database import Database
from store.domain.attention.ledger import Place
from store.domain.brief.handover import Handed, Handover
from store.domain.errors import Refused
from store.domain.signals.kinds import Risk
from store.repositories.briefs import BriefState
from tests.store.makers import ANNA, BEN, NOW, TODAY, brief

DAY = timedelta(days=1)


async def begin(database: Database, brief_id: str, *, owner_id: str = ANNA.id) -> tuple[str, bool]:
    async with database.transaction() as tx:
        return await tx.briefs.begin(owner_id, TODAY, brief_id=brief_id, now=NOW)


async def test_all_who_begin_a_brief_at_once_make_the_same_one(database: Database) -> None:
    begun = await asyncio.gather(*(begin(database, f"b{number}") for number in range(20)))
    assert len(set(begun)) == 1
    async with database.reading() as tx:
        assert await tx.briefs.on(ANNA.id, TODAY) == (begun[0][0], BriefState.CLAIMED)


async def test_each_owner_has_their_own_day(database: Database) -> None:
    assert await begin(database, "b1") == ("b1", False)
    assert await begin(database, "b2", owner_id=BEN.id) == ("b2", False)
    async with database.reading() as tx:
        assert await tx.briefs.on(BEN.id, TODAY + DAY) is None


async def test_a_brief_is_written_once(database: Database) -> None:
    await begin(database, "b1")
    async with database.transaction() as tx:
        await tx.briefs.save(brief("b1"))
    with pytest.raises(Refused):
        async with database.transaction() as tx:
            await tx.briefs.save(replace(brief("b1"), quiet=99))
    async with database.reading() as tx:
        assert await tx.briefs.get("b1") == brief("b1")


async def test_a_posted_brief_is_not_begun_again(database: Database) -> None:
    await begin(database, "b1")
    async with database.transaction() as tx:
        await tx.briefs.save(brief("b1"))
        await tx.briefs.posted("b1", NOW)
        assert await tx.briefs.on(ANNA.id, TODAY) == ("b1", BriefState.POSTED)
    assert await begin(database, "b2") == ("b1", True)


async def test_a_brief_comes_back_as_it_was_saved(database: Database) -> None:
    await begin(database, "b1")
    async with database.transaction() as tx:
        assert await tx.briefs.get("b1") is None
        await tx.briefs.save(brief("b1"))
        assert await tx.briefs.get("b1") == brief("b1")


async def test_a_brief_nobody_began_is_not_kept(database: Database) -> None:
    with pytest.raises(Refused):
        async with database.transaction() as tx:
            await tx.briefs.save(brief("b1"))


async def test_only_posted_mornings_count_as_the_last_brief(database: Database) -> None:
    async with database.transaction() as tx:
        assert await tx.briefs.last_posted(ANNA.id) is None
        for number in range(3):
            made = brief(f"b{number}", day=TODAY + number * DAY, generated_at=NOW + number * DAY)
            await tx.briefs.begin(ANNA.id, made.local_date, brief_id=made.id, now=made.generated_at)
            await tx.briefs.save(made)
        await tx.briefs.posted("b0", NOW)
        await tx.briefs.posted("b1", NOW + DAY)
        await tx.briefs.save_review(brief("review", generated_at=NOW + 9 * DAY))
        await tx.briefs.posted("review", NOW + 9 * DAY)
        assert await tx.briefs.last_posted(ANNA.id) == NOW + DAY
        assert [each.id for each in await tx.briefs.recent(ANNA.id, 5)] == ["b1", "b0"]
        assert [each.id for each in await tx.briefs.recent(ANNA.id, 1)] == ["b1"]


async def test_a_day_may_have_many_reviews_beside_its_morning(database: Database) -> None:
    await begin(database, "b1")
    async with database.transaction() as tx:
        for name in ("r1", "r2"):
            await tx.briefs.save_review(replace(brief(name), kind="review"))
        assert await tx.briefs.get("r2") == replace(brief("r2"), kind="review")
        assert await tx.briefs.on(ANNA.id, TODAY) == ("b1", BriefState.CLAIMED)


async def test_whose_brief_of_their_day_stands_in_slack_is_told_at_once(database: Database) -> None:
    await begin(database, "b1")
    await begin(database, "b2", owner_id=BEN.id)
    async with database.transaction() as tx:
        await tx.briefs.save(brief("b1"))
        await tx.briefs.posted("b1", NOW)
        assert await tx.briefs.posted_on({ANNA.id: TODAY, BEN.id: TODAY}) == {ANNA.id}
        assert await tx.briefs.posted_on({ANNA.id: TODAY + DAY}) == set()


async def test_what_is_at_high_risk_is_told_by_the_last_morning(database: Database) -> None:
    cards = brief("b1").cards
    assert cards
    high, low = (replace(cards[0], risk=risk, amount=40_000.0) for risk in (Risk.HIGH, Risk.LOW))
    async with database.transaction() as tx:
        for number, shown in enumerate([(high, high, high), (high, low)]):
            made = replace(brief(f"b{number}", day=TODAY + number * DAY), cards=shown)
            await tx.briefs.begin(ANNA.id, made.local_date, brief_id=made.id, now=NOW)
            await tx.briefs.save(made)
        assert await tx.briefs.at_risk([ANNA.id, BEN.id]) == {ANNA.id: 40_000.0}


async def test_a_question_becomes_the_decision_itself_where_it_was_asked(database: Database) -> None:
    made = brief("b1")
    (card, *_) = made.cards
    cards = tuple(
        replace(card, account_id=name, proposal_ids=(f"p{name}",), place=place)
        for name, place in (("1", Place.QUESTION), ("2", Place.QUESTION), ("3", Place.ASK), ("4", Place.OPEN))
    )
    await begin(database, "b1")
    async with database.transaction() as tx:
        await tx.briefs.save(replace(made, cards=cards))
        await tx.briefs.ask_in_full(["b1"], ["p1", "p4", "other"])
        changed = await tx.briefs.get("b1")
    assert changed is not None
    assert [(each.account_id, each.place) for each in changed.cards] == [
        ("1", Place.ASK),
        ("2", Place.QUESTION),
        ("3", Place.ASK),
        ("4", Place.OPEN),
    ]
    assert [each.account_id for each in changed.cards if each.kept] == ["1"]
    assert replace(changed, cards=cards) == replace(made, cards=cards)


async def test_a_handover_is_taken_over_once_in_all_briefs_that_tell_of_it(database: Database) -> None:
    came = (Handed(account_id="a1", account_name="Acme", from_id=BEN.id, amount=1.0),)
    async with database.transaction() as tx:
        for number, told in enumerate((Handover(accounts=came), Handover(accounts=came, first_told="b0"))):
            await tx.briefs.begin(ANNA.id, TODAY + number * DAY, brief_id=f"b{number}", now=NOW)
            await tx.briefs.save(replace(brief(f"b{number}", day=TODAY + number * DAY), handover=told))
        assert await tx.briefs.take_over(["b9"], by=ANNA.id, at=NOW, introductions=[]) is None
        await tx.briefs.take_over(["b0", "b1"], by=ANNA.id, at=NOW, introductions=["p1"])
        again = await tx.briefs.take_over(["b0", "b1"], by=BEN.id, at=NOW + DAY, introductions=["p2"])
    assert again is not None
    assert (again.taken_by, again.introductions) == (ANNA.id, ("p1",))
    async with database.reading() as tx:
        kept = [await tx.briefs.get(each) for each in ("b0", "b1")]
    assert [each and each.handover and each.handover.introductions for each in kept] == [("p1",), ("p1",)]
