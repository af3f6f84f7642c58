"""The norms follow from what was read, once a day, and reach the review of every account."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import cast

from agents.flows.accounts.review import gather, review_all
from agents.flows.records.measure_norms import MeasureNorms
from agents.ports import Crm
from store.database import Database, Tx
from store.domain.crm.accounts import Kind
from store.domain.crm.changes import diff
from store.domain.errors import CrmUnavailable
from store.domain.signals.context import SignalPolicy
from store.domain.signals.kinds import SignalKind
from store.domain.signals.norms import Pace
from store.domain.signals.pace import StageMove
from store.domain.signals.question import Answer, SignalQuestion
from tests.flows.stage import StillClock
from tests.store.makers import ANNA, NOW, account, deal
from tests.store.repositories.test_norms import PIPELINE

DAY = timedelta(days=1)
OLD = NOW - 3_392 * DAY


class Told:
    """A CRM that shows the histories of these deals, until it is out of reach."""

    def __init__(self, *histories: tuple[StageMove, ...] | None, reachable: int = 1_000) -> None:
        self._histories = list(histories)
        self.reachable = reachable
        self.asked: list[str] = []

    async def stage_moves(self, deal_id: str) -> tuple[StageMove, ...] | None:
        if len(self.asked) >= self.reachable:
            raise CrmUnavailable("Zoho does not answer.")
        self.asked.append(deal_id)
        return self._histories[(len(self.asked) - 1) % len(self._histories)]


def measuring(database: Database, clock: StillClock, crm: Told | None = None) -> MeasureNorms:
    return MeasureNorms(database, cast(Crm, crm or Told(None)), clock)


async def fill(database: Database, accounts: int = 25, watched: timedelta = 45 * DAY) -> None:
    """Accounts and deals that came with an import long ago, without next steps or activities."""
    ids = [f"{number:02}" for number in range(accounts)]
    async with database.transaction() as tx:
        await tx.people.replace([ANNA])
        await tx.sync.save_pipeline(PIPELINE)
        await tx.sync.start_run("first", NOW - watched)
        await tx.sync.finish_run("first", NOW - watched)
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
    norms = await measuring(database, StillClock(NOW))()
    assert norms.imported == {Kind.ACCOUNT: {OLD.date()}, Kind.DEAL: {OLD.date()}, Kind.NOTE: frozenset()}
    assert norms.watched_since == NOW - 45 * DAY
    async with database.reading() as tx:
        assert await why(tx, SignalKind.NO_NEXT_STEP) == (
            "None of 25 open deals name a next step or have anything planned, so a missing one says nothing."
        )
        assert "so silence says nothing" in await why(tx, SignalKind.NO_ACTIVITY)
        assert await why(tx, SignalKind.DEAL_STALLED) == (
            "None of 25 deals open 30 days ago changed their stage since then, so a long time in a stage says nothing."
        )


async def test_a_deal_that_came_with_an_import_is_stalled_by_what_we_saw_since(database: Database) -> None:
    await fill(database)
    async with database.transaction() as tx:
        before = deal("moved", "a00")
        await tx.changes.add(
            [
                change
                for id in ("m1", "m2")
                for change in diff(replace(before, id=id), replace(before, id=id, stage="Won"), seen_at=NOW)
            ]
        )
    await measuring(database, StillClock(NOW))()
    async with database.reading() as tx:
        assert await why(tx, SignalKind.DEAL_STALLED) == "“Deal d00” has been in Qualification for at least 45 days."


async def test_norms_are_measured_once_a_day(database: Database) -> None:
    await fill(database)
    clock = StillClock(NOW)
    measure = measuring(database, clock)
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


async def win(database: Database, deals: int) -> None:
    """Deals won yesterday, each created a hundred days ago."""
    async with database.transaction() as tx:
        await tx.sync.save_pipeline(PIPELINE)
        won = [
            deal(f"w{number:02}", "a1", stage="Won", created_at=NOW - 100 * DAY, modified_at=NOW - number * DAY / 9)
            for number in range(deals)
        ]
        await tx.snapshots.upsert(won, seen_at=NOW, baseline=True)


def left_after(days: int) -> tuple[StageMove, ...]:
    return (StageMove(at=NOW - 100 * DAY + days * DAY, before="Qualification", after="Won"),)


async def test_the_stays_of_deals_won_before_our_first_look_come_from_their_histories(database: Database) -> None:
    await win(database, 12)
    crm = Told(*(left_after(days) for days in range(20, 32)))
    norms = await measuring(database, StillClock(NOW), crm)()
    assert norms.stays == {"": {"Qualification": Pace(deals=12, usual=26, slow=30)}}


async def test_each_history_is_read_once_and_at_most_sixty_a_day(database: Database) -> None:
    await win(database, 70)
    crm, clock = Told(left_after(20)), StillClock(NOW)
    measure = measuring(database, clock, crm)
    await measure()
    assert len(set(crm.asked)) == len(crm.asked) == 60
    clock.advance(DAY)
    await measure()
    assert len(crm.asked) == 60


async def test_every_pipeline_gets_twenty_histories_over_days_of_sixty(database: Database) -> None:
    names = ("Standard", "Renewals", "Partners", "Enterprise")
    async with database.transaction() as tx:
        await tx.sync.save_pipeline(PIPELINE)
        won = [
            deal(
                f"{name}{number}",
                "a1",
                stage="Won",
                pipeline_name=name,
                created_at=NOW - (100 + number) * DAY,
                modified_at=NOW - number * DAY / 9,
            )
            for name in names
            for number in range(25)
        ]
        await tx.snapshots.upsert(won, seen_at=NOW, baseline=True)
    crm, clock = Told(left_after(20)), StillClock(NOW)
    measure = measuring(database, clock, crm)
    await measure()
    assert len(crm.asked) == 60
    clock.advance(DAY)
    norms = await measure()
    assert norms.pipelines == set(names)
    assert {name: of["Qualification"].deals for name, of in norms.stays.items()} == dict.fromkeys(names, 20)
    clock.advance(DAY)
    await measure()
    assert len(set(crm.asked)) == len(crm.asked) == 80


async def test_without_the_histories_of_most_won_deals_nothing_is_said_about_their_stays(database: Database) -> None:
    await win(database, 12)
    norms = await measuring(database, StillClock(NOW), Told(left_after(20), None))()
    assert norms.stays == {}


async def test_if_the_crm_stops_answering_the_rest_is_read_the_next_day(database: Database) -> None:
    await win(database, 12)
    crm, clock = Told(left_after(20), reachable=5), StillClock(NOW)
    measure = measuring(database, clock, crm)
    assert (await measure()).stays[""]["Qualification"].deals == 5
    crm.reachable = 1_000
    clock.advance(DAY)
    assert (await measure()).stays[""]["Qualification"].deals == 12


async def test_the_histories_of_a_forgotten_account_are_dropped(database: Database) -> None:
    await win(database, 2)
    await measuring(database, StillClock(NOW), Told(left_after(20)))()
    async with database.transaction() as tx:
        await tx.norms.forget(["w00", "unknown"], NOW)
        assert set(await tx.norms.histories()) == {"w01"}
