"""The norms follow from what was read, once a day, and reach the review of every account."""

from __future__ import annotations

from datetime import timedelta

from agents.flows.accounts.review import gather, review_all
from agents.flows.records.measure_norms import MeasureNorms
from store.database import Database, Tx
from store.domain.crm.accounts import Kind
from store.domain.signals.context import SignalPolicy
from store.domain.signals.kinds import SignalKind
from store.domain.signals.question import Answer, SignalQuestion
from tests.flows.stage import StillClock
from tests.store.makers import ANNA, NOW, account, deal
from tests.store.repositories.test_norms import PIPELINE

DAY = timedelta(days=1)
OLD = NOW - 3_392 * DAY


async def fill(database: Database, accounts: int = 25) -> None:
    """Accounts and deals that came with an import long ago, without next steps or activities."""
    ids = [f"{number:02}" for number in range(accounts)]
    async with database.transaction() as tx:
        await tx.people.replace([ANNA])
        await tx.sync.save_pipeline(PIPELINE)
        await tx.sync.start_run("first", NOW - 45 * DAY)
        await tx.sync.finish_run("first", NOW - 45 * DAY)
        await tx.snapshots.upsert(
            [account(f"a{id}", created_at=OLD, modified_at=OLD) for id in ids], seen_at=NOW, baseline=True
        )
        deals = [deal(f"d{id}", f"a{id}", created_at=OLD, modified_at=OLD) for id in ids]
        await tx.snapshots.upsert(deals, seen_at=NOW, baseline=True)


async def why(tx: Tx, kind: SignalKind) -> str:
    """What one account's review says about a kind of signal."""
    book = await tx.snapshots.book(ANNA.id)
    policy = SignalPolicy()
    material = await gather(tx, ANNA, book, now=NOW, news_since=NOW - DAY, policy=policy, currency="$")
    first = (await review_all(material, now=NOW, news_since=NOW - DAY, policy=policy)).reviews[0]
    (found,) = [each for each in first.findings if each.kind is kind]
    return found.signals[0].statement if found.signals else found.why_not


async def test_an_import_and_empty_fields_are_noticed_and_silence_their_signals(database: Database) -> None:
    await fill(database)
    norms = await MeasureNorms(database, StillClock(NOW))()
    assert norms.imported == {Kind.ACCOUNT: {OLD.date()}, Kind.DEAL: {OLD.date()}, Kind.NOTE: frozenset()}
    assert norms.watched_since == NOW - 45 * DAY
    async with database.reading() as tx:
        assert await why(tx, SignalKind.NO_NEXT_STEP) == (
            "None of 25 open deals name a next step or have anything planned, so a missing one says nothing."
        )
        assert "so silence says nothing" in await why(tx, SignalKind.NO_ACTIVITY)
        assert await why(tx, SignalKind.DEAL_STALLED) == ("“Deal d00” has been in Qualification for at least 45 days.")


async def test_norms_are_measured_once_a_day(database: Database) -> None:
    await fill(database)
    clock = StillClock(NOW)
    measure = MeasureNorms(database, clock)
    first = await measure()
    clock.advance(timedelta(hours=19))
    assert await measure() == first
    clock.advance(timedelta(hours=1))
    assert (await measure()).measured_at == NOW + timedelta(hours=20)


async def test_a_signal_that_an_administrator_switched_off_is_off_for_every_owner(database: Database) -> None:
    await fill(database, accounts=1)
    async with database.transaction() as tx:
        asked = SignalQuestion(kind=SignalKind.NO_NEXT_STEP, figures="", asked_at=NOW)
        await tx.questions.asked(asked)
        assert await why(tx, SignalKind.NO_NEXT_STEP) == "“Deal d00” has no next step."
        await tx.questions.answer(SignalKind.NO_NEXT_STEP, Answer.OFF, by="u-mia", at=NOW)
        assert await why(tx, SignalKind.NO_NEXT_STEP) == "An administrator switched this signal off for everyone."
