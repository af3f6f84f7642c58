"""What briefs led to, counted in the database; and signs and surveys, kept once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from agents.flows.pilot.purge_pilot import PurgePilot
from store.database import Database
from store.domain.gate.proposals import Proposal, State
from store.domain.memory.outcomes import Expectation, Movement, Outcome, OutcomeVerdict
from store.domain.pilot.measures import Cell, Sitting
from store.domain.pilot.opening import Sign
from store.domain.pilot.survey import Decline, Question, Survey
from tests.flows.stage import StillClock
from tests.store.makers import ANNA, BEN, brief, proposal

MONDAY, FRIDAY = date(2026, 11, 23), date(2026, 11, 27)
SILENT, LATE = "a1:follow_up:no_activity:a1", "a1:update:task_overdue:t1"


def at(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=UTC)


async def morning(database: Database, id: str, day: date, *asked: Proposal, owner: str = ANNA.id) -> None:
    """A brief of that day that reached Slack at seven."""
    async with database.transaction() as tx:
        await tx.briefs.begin(owner, day, brief_id=id, now=at(day, 6))
        await tx.briefs.save(replace(brief(id, day=day, generated_at=at(day, 6)), owner_id=owner))
        await tx.briefs.posted(id, at(day, 7))
        await tx.proposals.add(*asked)


def decided(key: str, brief_id: str, moment: datetime, *, state: State = State.DONE, by: str = ANNA.id) -> Proposal:
    done = moment + timedelta(seconds=5) if state is State.DONE else None
    made = proposal(key=key, brief_id=brief_id, state=state, decided_by=by, decided_at=moment)
    return replace(made, done_at=done)


async def counted(database: Database, *, since: date = MONDAY, owners: Sequence[str] | None = None) -> list[Cell]:
    async with database.reading() as tx:
        found, _ = await tx.pilot.measured(since=since, owner_ids=owners)
    return sorted(found, key=lambda each: (each.person_id, each.week, each.kind))


async def sat(database: Database, *, since: date = MONDAY, owners: Sequence[str] | None = None) -> list[Sitting]:
    async with database.reading() as tx:
        return (await tx.pilot.measured(since=since, owner_ids=owners))[1]


async def signed(database: Database, moment: datetime, *, sign: Sign = Sign.HOME, by: str = ANNA.id) -> None:
    async with database.transaction() as tx:
        await tx.openings.note(by, await tx.openings.brief_at(by, moment), sign, moment)


async def test_recommendations_are_counted_by_person_week_and_kind_as_far_as_they_came(database: Database) -> None:
    await morning(
        database,
        "b1",
        MONDAY,
        decided(SILENT, "b1", at(MONDAY, 8)),
        decided(LATE, "b1", at(MONDAY, 8), state=State.REJECTED),
        proposal(key="a2:follow_up:no_activity:a2", brief_id="b1", state=State.EXPIRED),
    )
    await morning(database, "b2", MONDAY, proposal(key=SILENT, brief_id="b2", owner=BEN), owner=BEN.id)
    assert await counted(database) == [
        Cell(person_id=ANNA.id, week=MONDAY, kind="no_activity", shown=2, opened=2, decided=1, accepted=1, executed=1),
        Cell(person_id=ANNA.id, week=MONDAY, kind="task_overdue", shown=1, opened=1, decided=1),
        Cell(person_id=BEN.id, week=MONDAY, kind="no_activity", shown=1),
    ]


async def test_a_week_begins_on_monday_and_ends_on_sunday(database: Database) -> None:
    sunday = MONDAY + timedelta(days=6)
    for number, day in enumerate((MONDAY, sunday, sunday + timedelta(days=1))):
        await morning(database, f"b{number}", day)
    assert sorted(each.week for each in await sat(database)) == [MONDAY, MONDAY, MONDAY + timedelta(weeks=1)]


async def test_an_improvement_is_counted_among_the_measured(database: Database) -> None:
    advice = [decided(f"a{number}:follow_up:no_activity:a{number}", "b1", at(MONDAY, 8)) for number in range(3)]
    await morning(database, "b1", MONDAY, *advice)
    async with database.transaction() as tx:
        for each, verdict in zip(advice, (OutcomeVerdict.IMPROVED, OutcomeVerdict.FLAT), strict=False):
            expected = Expectation(
                proposal_id=each.id,
                account_id="a1",
                movement=Movement.REPLY,
                record_id="a1",
                since=at(MONDAY, 8),
                until=at(FRIDAY, 8),
            )
            await tx.outcomes.expect([expected])
            outcome = Outcome(
                proposal_id=each.id,
                account_id="a1",
                verdict=verdict,
                score=1.0,
                because="It came.",
                evidence=(),
                measured_at=at(FRIDAY, 9),
            )
            await tx.outcomes.measured(outcome)
    (cell,) = await counted(database)
    assert (cell.executed, cell.measured, cell.improved) == (3, 2, 1)


async def test_a_question_that_is_asked_again_counts_once(database: Database) -> None:
    """In a newer brief, in another version, or as a note of work done already."""
    adjusted = proposal(key=SILENT, brief_id="b1", state=State.SUPERSEDED)
    newer = replace(proposal(key=SILENT, brief_id="b1"), lineage=adjusted.lineage, version=2)
    rejected = decided(LATE, "b1", at(MONDAY, 8), state=State.REJECTED)
    again = replace(proposal(key=LATE, brief_id="b1"), lineage=rejected.lineage, version=2)
    logged = proposal(key=f"log:{rejected.lineage}", brief_id="b1")
    await morning(database, "b1", MONDAY, adjusted, newer, rejected, again, logged)
    assert [(each.kind, each.shown, each.decided) for each in await counted(database)] == [
        ("no_activity", 1, 0),
        ("task_overdue", 1, 0),
    ]


async def test_reviews_and_briefs_that_never_reached_slack_are_not_counted(database: Database) -> None:
    async with database.transaction() as tx:
        await tx.briefs.save_review(brief("r1"))
        await tx.briefs.posted("r1", at(MONDAY, 7))
        await tx.briefs.begin(ANNA.id, MONDAY, brief_id="b1", now=at(MONDAY, 6))
        await tx.proposals.add(proposal(key=SILENT, brief_id="r1"), proposal(key=LATE, brief_id="b1"))
    assert (await counted(database), await sat(database)) == ([], [])


async def test_a_brief_is_opened_by_a_sign_after_it_came_and_before_the_next(database: Database) -> None:
    await signed(database, at(MONDAY, 6, 30))
    await morning(database, "b1", MONDAY)
    await morning(database, "b2", MONDAY + timedelta(weeks=1))
    await signed(database, at(MONDAY + timedelta(weeks=1), 9))
    await morning(database, "b3", MONDAY + timedelta(weeks=2))
    found = sorted(await sat(database), key=lambda each: each.week)
    assert [each.opened for each in found] == [False, True, False]


async def test_review_time_runs_from_the_first_sign_to_the_last_own_decision(database: Database) -> None:
    other = "a2:follow_up:no_activity:a2"
    await morning(
        database,
        "b1",
        MONDAY,
        decided(SILENT, "b1", at(MONDAY, 8, 1)),
        decided(LATE, "b1", at(MONDAY, 8, 2), state=State.REJECTED),
        decided(other, "b1", at(MONDAY, 11), by=BEN.id),  # someone else's
    )
    await signed(database, at(MONDAY, 8), sign=Sign.WHY)
    (sitting,) = await sat(database)
    assert sitting.seconds == 120


async def test_a_single_press_has_no_review_time(database: Database) -> None:
    await morning(database, "b1", MONDAY, decided(SILENT, "b1", at(MONDAY, 8)))
    await signed(database, at(MONDAY, 8), sign=Sign.PRESS)
    (sitting,) = await sat(database)
    assert (sitting.opened, sitting.seconds) == (True, None)


async def test_only_these_owners_and_days_are_counted(database: Database) -> None:
    await morning(database, "b1", MONDAY, proposal(key=SILENT, brief_id="b1"))
    await morning(database, "b2", FRIDAY, proposal(key=SILENT, brief_id="b2", owner=BEN), owner=BEN.id)
    assert [each.person_id for each in await counted(database, owners=[ANNA.id])] == [ANNA.id]
    assert [each.person_id for each in await sat(database, since=FRIDAY)] == [BEN.id]
    assert await sat(database, owners=[]) == []


async def test_a_sign_of_one_kind_is_kept_once_for_a_brief_and_day(database: Database) -> None:
    await morning(database, "b1", MONDAY)
    async with database.transaction() as tx:
        assert await tx.openings.brief_at(ANNA.id, at(MONDAY, 8)) == "b1"
        assert await tx.openings.brief_at(ANNA.id, at(MONDAY, 6)) == ""
        assert await tx.openings.note(ANNA.id, "b1", Sign.HOME, at(MONDAY, 8))
        assert not await tx.openings.note(ANNA.id, "b1", Sign.HOME, at(MONDAY, 9))
        assert await tx.openings.is_noted(ANNA.id, "b1", Sign.HOME, at(MONDAY, 9))
        assert not await tx.openings.is_noted(ANNA.id, "b1", Sign.WHY, at(MONDAY, 9))


async def test_a_survey_is_kept_once_and_a_never_ends_all_of_them(database: Database) -> None:
    first, second = (Survey(person_id=ANNA.id, number=number, asked_at=at(MONDAY, 9)) for number in (1, 2))
    async with database.transaction() as tx:
        assert await tx.surveys.asked(first)
        assert not await tx.surveys.asked(first)
        assert await tx.surveys.asked(second)
        await tx.surveys.answer(first, Question.WORTH, "no", at=at(MONDAY, 10))
        await tx.surveys.decline(first, Decline.FOR_GOOD)
    async with database.transaction() as tx:
        last = (await tx.surveys.last([ANNA.id]))[ANNA.id]
        assert (last.number, last.declined) == (2, Decline.FOR_GOOD)
        await tx.surveys.decline(second, None)
        assert (await tx.surveys.last([ANNA.id]))[ANNA.id].declined is None
        assert [each.worth for each in await tx.surveys.answered(since=at(MONDAY, 0))] == ["no"]


async def test_what_is_too_old_is_deleted_but_not_the_wish_to_be_asked_no_more(database: Database) -> None:
    old, new = at(MONDAY, 9), at(MONDAY + timedelta(days=40), 9)
    bob = Survey(person_id="bob", number=1, asked_at=old)
    surveys = [Survey(person_id=ANNA.id, number=number, asked_at=when) for number, when in ((1, old), (2, new))]
    async with database.transaction() as tx:
        for each in (*surveys, bob):
            await tx.surveys.asked(each)
            await tx.surveys.answer(each, Question.WORTH, "no", at=each.asked_at)
        await tx.surveys.decline(bob, Decline.FOR_GOOD)
        for when in (old, new):
            await tx.openings.note(ANNA.id, "", Sign.HOME, when)
    keep = PurgePilot(database, StillClock(new), keep=timedelta(days=31))
    assert (await keep(), await keep()) == (2, 0)
    async with database.transaction() as tx:
        assert await tx.surveys.get(ANNA.id, 1) is None
        assert [each.number for each in await tx.surveys.answered(since=old)] == [2]
        assert (await tx.surveys.last(["bob"]))["bob"] == replace(bob, declined=Decline.FOR_GOOD)
        assert not await tx.openings.is_noted(ANNA.id, "", Sign.HOME, old)
        assert await tx.openings.is_noted(ANNA.id, "", Sign.HOME, new)


async def test_readers_are_those_with_a_brief_lately_and_one_long_ago(database: Database) -> None:
    await morning(database, "b1", MONDAY - timedelta(days=14))
    await morning(database, "b2", MONDAY)
    await morning(database, "b3", MONDAY, owner=BEN.id)
    async with database.reading() as tx:
        found = await tx.surveys.readers(since=at(MONDAY, 6), first_before=at(MONDAY - timedelta(days=14), 8))
    assert found == {ANNA.id: at(MONDAY - timedelta(days=14), 7)}


async def test_an_approval_that_was_undone_is_decided_and_not_accepted(database: Database) -> None:
    undone = replace(decided(SILENT, "b1", at(MONDAY, 8), state=State.UNDONE), done_at=at(MONDAY, 8, 1))
    await morning(database, "b1", MONDAY, undone)
    (cell,) = await counted(database)
    assert (cell.decided, cell.accepted, cell.executed, cell.undone) == (1, 0, 0, 1)


async def test_a_decision_counts_for_whoever_made_it_and_not_for_whose_brief_asked(database: Database) -> None:
    await morning(database, "b1", MONDAY, decided(SILENT, "b1", at(MONDAY, 8), by=BEN.id))
    anna, ben = await counted(database)
    assert (anna.person_id, anna.shown, anna.decided, anna.accepted) == (ANNA.id, 1, 0, 0)
    assert (ben.person_id, ben.shown, ben.decided, ben.accepted, ben.executed) == (BEN.id, 0, 1, 1, 1)
    assert await counted(database, owners=[ANNA.id]) == [anna]
    assert await counted(database, owners=[BEN.id]) == [ben]
