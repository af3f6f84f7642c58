"""How far we have read, and when that last went well."""

from __future__ import annotations

from datetime import timedelta

from store.database import Database
from store.domain.crm.accounts import Pipeline, Stage, StageOutcome, Stream
from store.domain.gate.fields import FieldRule, RecordRules
from store.repositories.sync import Reading
from tests.store.makers import NOW

MINUTE = timedelta(minutes=1)


async def test_a_watermark_is_kept_for_each_stream_and_moves(database: Database) -> None:
    async with database.transaction() as tx:
        assert await tx.sync.watermark(Stream.DEALS) is None
        for moment in (NOW, NOW + MINUTE):
            await tx.sync.begin(Stream.DEALS, moment)
            await tx.sync.finish(Stream.DEALS, moment)
            assert await tx.sync.watermark(Stream.DEALS) == moment
        assert await tx.sync.watermark(Stream.NOTES) is None


async def test_a_read_that_was_not_finished_is_gone_on_with_from_where_it_stood(database: Database) -> None:
    async with database.transaction() as tx:
        assert await tx.sync.begin(Stream.CALLS, NOW) == Reading(since=None, began=NOW, after="")
        await tx.sync.note(Stream.CALLS, "page 3")
        again = await tx.sync.begin(Stream.CALLS, NOW + MINUTE)
        assert again == Reading(since=None, began=NOW, after="page 3")

        await tx.sync.finish(Stream.CALLS, NOW)
        later = await tx.sync.begin(Stream.CALLS, NOW + 2 * MINUTE)
        assert later == Reading(since=NOW, began=NOW + 2 * MINUTE, after="")


async def test_what_could_not_be_read_is_remembered_until_the_next_read(database: Database) -> None:
    async with database.transaction() as tx:
        assert await tx.sync.problems() == ()
        await tx.sync.save_problems(["Calls are switched off."])
        assert await tx.sync.problems() == ("Calls are switched off.",)
        await tx.sync.save_problems([])
        assert await tx.sync.problems() == ()


async def test_the_last_success_is_the_start_of_the_latest_run_that_ended_well(database: Database) -> None:
    async with database.transaction() as tx:
        assert await tx.sync.last_success() is None
        for number, run in enumerate(("good", "better", "failed", "unfinished")):
            await tx.sync.start_run(run, NOW + number * MINUTE)
        await tx.sync.finish_run("better", NOW + 5 * MINUTE, counts={"deal": 3})
        await tx.sync.finish_run("good", NOW + 6 * MINUTE)
        await tx.sync.finish_run("failed", NOW + 7 * MINUTE, error="The CRM did not answer.")
        assert await tx.sync.last_success() == NOW + MINUTE


async def test_old_runs_are_purged_but_for_our_first_look_at_the_crm_and_the_last_one(database: Database) -> None:
    async with database.transaction() as tx:
        for number in range(5):
            await tx.sync.start_run(f"run {number}", NOW + number * MINUTE)
            await tx.sync.finish_run(f"run {number}", NOW + number * MINUTE, error="No." if number == 1 else None)
        assert await tx.sync.purge(NOW + 3 * MINUTE) == 2
        assert await tx.sync.purge(NOW + 60 * MINUTE) == 1
        assert await tx.sync.first_success() == NOW
        assert await tx.sync.last_success() == NOW + 4 * MINUTE


async def test_runs_are_purged_where_none_succeeded(database: Database) -> None:
    async with database.transaction() as tx:
        await tx.sync.start_run("failed", NOW)
        await tx.sync.finish_run("failed", NOW, error="No.")
        assert await tx.sync.purge(NOW + MINUTE) == 1


async def test_the_pipeline_comes_back_and_is_replaced(database: Database) -> None:
    first = Pipeline((Stage(name="Open", position=0),))
    second = Pipeline((Stage(name="Won", position=1, outcome=StageOutcome.WON, probability=100),))
    async with database.transaction() as tx:
        assert await tx.sync.pipeline() is None
        await tx.sync.save_pipeline(first)
        await tx.sync.save_pipeline(second)
        assert await tx.sync.pipeline() == second


async def test_a_reference_is_a_text_under_a_name(database: Database) -> None:
    async with database.transaction() as tx:
        await tx.sync.set_reference("organisation", "Acme – Ltd")
        assert await tx.sync.reference("organisation") == "Acme – Ltd"
        assert await tx.sync.reference("unknown") is None


async def test_what_the_crm_takes_in_its_fields_comes_back_and_is_replaced(database: Database) -> None:
    due = FieldRule(label="Due Date", type="date", required=True)
    priority = FieldRule(label="Priority", type="picklist", length=120, read_only=True, choices=("High", "Low"))
    first = {"create_task": RecordRules(fields={"due": due, "priority": priority}, also_required=("Region",))}
    second = {"add_note": RecordRules(fields={})}
    async with database.transaction() as tx:
        assert await tx.sync.field_rules() == {}
        await tx.sync.save_field_rules(first)
        assert await tx.sync.field_rules() == first
        await tx.sync.save_field_rules(second)
        assert await tx.sync.field_rules() == second
