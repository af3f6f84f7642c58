"""The figures behind the company's norms: won deals with their moves and contacts, habits, and days of creation."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from store.database import Database
from store.domain.crm.accounts import ActivityType, Contact, Entity, Kind, Pipeline, Stage, StageOutcome
from store.domain.crm.changes import diff
from store.domain.signals.kinds import SignalKind
from store.domain.signals.norms import Norms, Pace, Use
from store.domain.signals.question import Answer, SignalQuestion
from tests.store.makers import NOW, account, activity, contact, deal, note

DAY = timedelta(days=1)
PIPELINE = Pipeline(
    (
        Stage(name="Qualification", position=1),
        Stage(name="Won", position=2, outcome=StageOutcome.WON),
        Stage(name="Lost", position=3, outcome=StageOutcome.LOST),
    )
)


async def keep(database: Database, *records: Entity) -> None:
    async with database.transaction() as tx:
        await tx.snapshots.upsert(records, seen_at=NOW, baseline=True)


async def test_norms_come_back_as_they_were_kept_and_are_empty_before(database: Database) -> None:
    measured = Norms(
        measured_at=NOW,
        watched_since=NOW - DAY,
        pipelines=frozenset({"Renewals"}),
        stays={"Renewals": {"Proposal": Pace(deals=14, usual=9, slow=20)}},
        gaps={"": {"": Pace(deals=14, usual=9, slow=20)}},
        uses={SignalKind.NO_NEXT_STEP: Use(used=3, of=412)},
        imported={Kind.DEAL: frozenset({date(2026, 1, 1)})},
    )
    async with database.transaction() as tx:
        assert await tx.norms.last() == Norms()
        await tx.norms.keep(Norms(), NOW)
        await tx.norms.keep(measured, NOW)
        assert await tx.norms.last() == measured


async def test_a_won_deal_comes_with_its_moves_and_with_the_contacts_on_it_and_its_account(database: Database) -> None:
    before = deal("d1", "a1", created_at=NOW - 40 * DAY)
    won = deal("d1", "a1", stage="Won", created_at=NOW - 40 * DAY, modified_at=NOW - 2 * DAY)
    made, moved = diff(None, before, seen_at=NOW - 39 * DAY), diff(before, won, seen_at=NOW - DAY)
    on_it = activity("on it", "a1", deal_id="d1", done=True, at=NOW - 30 * DAY)
    on_account = activity("on account", "a1", done=True, at=NOW - 20 * DAY)
    elsewhere = activity("elsewhere", "a1", deal_id="d2", done=True, at=NOW - 10 * DAY)
    planned = activity("planned", "a1", at=NOW - 5 * DAY)
    await keep(database, account("a1"), won, deal("d2", "a1", stage="Lost"), on_it, on_account, elsewhere, planned)
    async with database.transaction() as tx:
        await tx.changes.add([*made, *moved])
        (found,) = await tx.norms.won_deals(PIPELINE)
    assert (found.deal.id, found.won_at, found.from_start) == ("d1", NOW - 2 * DAY, True)
    assert [(move.at, move.before, move.after) for move in found.moves] == [(NOW - 2 * DAY, "Qualification", "Won")]
    assert sorted(found.touches) == [NOW - 30 * DAY, NOW - 20 * DAY]


async def test_a_deal_was_won_on_its_closing_date_if_that_is_earlier(database: Database) -> None:
    early = deal("d1", "a1", stage="Won", modified_at=NOW, closing_date=(NOW - 9 * DAY).date())
    absurd = deal("d2", "a1", stage="Won", modified_at=NOW - DAY, closing_date=date(1999, 1, 1))
    await keep(database, early, absurd)
    async with database.reading() as tx:
        first, second = await tx.norms.won_deals(PIPELINE)
        assert [each.deal.id for each in await tx.norms.won_deals(PIPELINE, limit=1)] == ["d1"]
    assert first.won_at == datetime(2026, 11, 11, 23, 59, 59, tzinfo=UTC)
    assert second.won_at == NOW - DAY


async def test_the_pipelines_take_turns_so_that_a_busy_one_crowds_out_no_other(database: Database) -> None:
    busy = [
        deal(f"s{hour}", "a1", stage="Won", pipeline_name="Standard", modified_at=NOW - timedelta(hours=hour))
        for hour in range(4)
    ]
    rare = [deal(f"r{day}", "a1", stage="Won", pipeline_name="Renewals", modified_at=NOW - day * DAY) for day in (8, 9)]
    unnamed = deal("n", "a1", stage="Won", modified_at=NOW - 400 * DAY)
    await keep(database, *busy, *rare, unnamed, deal("open", "a1", pipeline_name="Partners"))
    async with database.reading() as tx:
        latest = [each.deal.id for each in await tx.norms.won_deals(PIPELINE, limit=6)]
        assert latest == ["s0", "r8", "n", "s1", "r9", "s2"]
        assert await tx.norms.pipelines() == {"Standard", "Renewals", "Partners"}


async def test_a_won_deals_moves_in_the_pipeline_it_left_count_no_more(database: Database) -> None:
    lead = deal("d1", "a1", stage="Lead", pipeline_name="Enterprise", created_at=NOW - 40 * DAY)
    talk = replace(lead, stage="Talk", modified_at=NOW - 30 * DAY)
    renewal = replace(talk, stage="Offer", pipeline_name="Renewals", modified_at=NOW - 20 * DAY)
    won = replace(renewal, stage="Won", modified_at=NOW - 15 * DAY)
    await keep(database, won)
    async with database.transaction() as tx:
        for before, after in ((None, lead), (lead, talk), (talk, renewal), (renewal, won)):
            await tx.changes.add(diff(before, after, seen_at=NOW))
        (found,) = await tx.norms.won_deals(PIPELINE)
    assert [(move.at, move.before, move.after) for move in found.moves] == [
        (NOW - 20 * DAY, None, "Offer"),
        (NOW - 15 * DAY, "Offer", "Won"),
    ]


async def test_habits_count_only_open_deals_past_tasks_and_signs_of_life_in_the_window(database: Database) -> None:
    due = datetime.combine(NOW.date(), datetime.min.time(), UTC)
    second = Contact(id="c2", name="Jo", owner_id="u-anna", account_id="a1", created_at=NOW, modified_at=NOW)
    await keep(
        database,
        deal("open", "a1", next_step="Call", closing_date=NOW.date()),
        deal("won", "a1", stage="Won"),
        deal("odd", "a2", stage="A stage of the past"),
        deal("blank", "a2", next_step=" \t\n"),
        contact("c1", "a1"),
        second,
        contact("c3", "a2"),
        activity("late", "a1", type=ActivityType.TASK, at=due - 3 * DAY),
        activity("done", "a1", type=ActivityType.TASK, at=due - 3 * DAY, done=True),
        activity("ahead", "a3", type=ActivityType.TASK, at=due),
        activity("met", "a4", type=ActivityType.EVENT, at=NOW - 80 * DAY),
        activity("long ago", "a5", done=True, at=NOW - 91 * DAY),
        activity("not made", "a6", at=NOW - DAY),
        note("n1", "a7"),
    )
    async with database.transaction() as tx:
        await tx.changes.add(diff(deal("open", "a1", stage="Lead"), deal("open", "a1"), seen_at=NOW))
        habits = await tx.norms.habits(PIPELINE, now=NOW)
    assert {(each.id, each.account_id, each.has_next_step, each.closing_date) for each in habits.open_deals} == {
        ("open", "a1", True, "2026-11-20"),
        ("blank", "a2", False, None),
        ("odd", "a2", False, None),
    }
    assert habits.planned == {"a3"}
    assert habits.touched == {"a1", "a4", "a7"}
    assert (set(habits.crowded), set(habits.moved), habits.tasks) == ({"a1"}, {"open"}, (1, 2))


async def test_records_are_counted_by_the_day_of_their_creation(database: Database) -> None:
    await keep(
        database, account("a1"), account("a2"), account("a3", created_at=NOW), deal("d1", "a1"), note("n1", "a1")
    )
    async with database.reading() as tx:
        created = await tx.norms.created()
    assert created == {
        Kind.ACCOUNT: {(NOW - 90 * DAY).date(): 2, NOW.date(): 1},
        Kind.DEAL: {(NOW - 60 * DAY).date(): 1},
        Kind.NOTE: {NOW.date(): 1},
    }


async def test_a_question_is_asked_once_and_its_answer_can_be_changed(database: Database) -> None:
    question = SignalQuestion(kind=SignalKind.NO_NEXT_STEP, figures="Only 3% of 412", asked_at=NOW)
    async with database.transaction() as tx:
        assert await tx.questions.answer(SignalKind.NO_NEXT_STEP, Answer.OFF, by="u-mia", at=NOW) is None
        assert await tx.questions.asked(question)
        assert not await tx.questions.asked(question)
        assert await tx.questions.all() == [question]
        assert await tx.questions.off() == frozenset()
        await tx.questions.answer(SignalKind.NO_NEXT_STEP, Answer.OFF, by="u-mia", at=NOW)
        assert await tx.questions.off() == {SignalKind.NO_NEXT_STEP}
        kept = await tx.questions.answer(SignalKind.NO_NEXT_STEP, Answer.KEEP, by="u-mia", at=NOW + DAY)
        assert kept is not None
        assert (kept.answer, kept.answered_by, kept.answered_at) == (Answer.KEEP, "u-mia", NOW + DAY)
        assert await tx.questions.off() == frozenset()


async def test_entries_into_a_stage_are_those_we_saw(database: Database) -> None:
    before, after = deal("d1", "a1"), deal("d1", "a1", stage="Won", amount=5.0, modified_at=NOW - DAY)
    async with database.transaction() as tx:
        await tx.changes.add(diff(before, after, seen_at=NOW))
        assert await tx.changes.stage_entries(["d1", "d2"]) == {("d1", NOW - DAY)}
        assert await tx.changes.stage_entries([]) == set()
