"""Changes that no list shows: more deletions than the CRM lists, and records that return with their old Modified_Time."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path

import pytest

from agents.flows.records import compare_records
from agents.flows.records.remember import Remember
from integrations.sandbox.history import CrmEvent, Json
from store.domain.crm.accounts import Entity, Kind
from tests.flows.company import ACME, ANNA, BOREALIS, FIRST_NIGHT, LONG_AGO, SAM, SLIPPING, company, happens
from tests.flows.stage import NIGHT, Stage, stage
from tests.integrations.zoho.company import create

DAY = timedelta(days=1)
CALL = "4150868000005000002"  # at Acme East
NOTE = "4150868000006000001"


async def kept(made: Stage, kind: Kind, record_id: str) -> Entity | None:
    async with made.bot.services.database.reading() as tx:
        return await tx.snapshots.entity(kind, record_id)


async def held(made: Stage, kind: Kind) -> int:
    async with made.bot.services.database.reading() as tx:
        return (await tx.snapshots.counts())[kind]


def deletes(made: Stage, module: str, ids: Iterable[str]) -> None:
    now = made.clock.now()
    for record_id in ids:
        made.zoho.happens(CrmEvent(at=now, op="delete", module=module, id=record_id, user_id=ANNA))


async def goes_and_returns(made: Stage, module: str, record_id: str) -> None:
    """A record is deleted, which the bot reads, and restored a day later."""
    made.clock.advance(DAY)
    deletes(made, module, [record_id])
    await made.bot.services.sync()
    made.clock.advance(DAY)
    made.zoho.restore(module, record_id)


def people(count: int) -> list[CrmEvent]:
    ids = [str(4150868000009000000 + number) for number in range(count)]
    return [create("Contacts", each, at=LONG_AGO, Last_Name="Peel", Account_Name={"id": ACME}) for each in ids]


def notes(count: int) -> list[CrmEvent]:
    on: Json = {"module": {"api_name": "Accounts"}, "id": ACME}
    ids = [str(int(NOTE) + number) for number in range(count)]
    return [create("Notes", each, at=LONG_AGO, Note_Content="Called.", Parent_Id=on) for each in ids]


@pytest.mark.parametrize(("module", "kind"), [("Contacts", Kind.CONTACT), ("Notes", Kind.NOTE)])
async def test_more_deletions_than_the_crm_lists_are_all_seen_after_one_read(
    sqlite_url: str, tmp_path: Path, module: str, kind: Kind
) -> None:
    crowd = people(2_001) if kind is Kind.CONTACT else notes(2_001)
    async with stage(sqlite_url, tmp_path, of=company(*crowd)) as made:
        assert await made.look(FIRST_NIGHT)
        assert await made.look(NIGHT)
        before = await held(made, kind)
        made.clock.advance(timedelta(minutes=10))
        deletes(made, module, [event.id for event in crowd])

        assert await made.bot.jobs.syncs()
        assert await held(made, kind) == before - 2_001


@pytest.mark.parametrize(
    ("module", "kind", "record_id"),
    [
        ("Accounts", Kind.ACCOUNT, BOREALIS),
        ("Deals", Kind.DEAL, SLIPPING),
        ("Contacts", Kind.CONTACT, SAM),
        ("Calls", Kind.ACTIVITY, CALL),
        ("Notes", Kind.NOTE, NOTE),
    ],
)
async def test_a_restored_record_is_back_after_one_read(
    database_url: str, tmp_path: Path, module: str, kind: Kind, record_id: str
) -> None:
    async with stage(database_url, tmp_path, of=company(*notes(1))) as made:
        assert await made.look(FIRST_NIGHT)
        assert await made.look(NIGHT)
        before = await kept(made, kind, record_id)
        made.clock.advance(DAY)
        deletes(made, module, [record_id])
        assert await made.bot.jobs.syncs()
        assert await kept(made, kind, record_id) is None
        made.clock.advance(DAY)
        made.zoho.restore(module, record_id)

        assert await made.bot.jobs.syncs()
        assert await kept(made, kind, record_id) == before is not None


async def test_a_restored_deal_is_no_new_one_and_its_time_in_the_stage_is_not_made_up(night: Stage) -> None:
    await goes_and_returns(night, "Deals", SLIPPING)
    report = await night.bot.services.sync()

    assert report.changes == 1
    async with night.bot.services.database.reading() as tx:
        last = (await tx.changes.for_record(Kind.DEAL, SLIPPING))[-1]
        assert (last.kind, last.at) == ("restored", night.clock.now())
        back = await tx.snapshots.entity(Kind.DEAL, SLIPPING)
        assert back is not None
        assert await tx.snapshots.stage_since([SLIPPING]) == {SLIPPING: back.modified_at}


async def test_memory_mentions_a_contact_who_was_restored(night: Stage) -> None:
    await goes_and_returns(night, "Contacts", SAM)
    await night.bot.services.sync()
    await Remember(night.bot.services.database, night.clock)()

    async with night.bot.services.database.reading() as tx:
        said = [each.text for each in await tx.memory.everything_of(ACME)]
    assert any("Sam Okafor was removed" in each for each in said)
    assert any("Sam Okafor was restored" in each for each in said)


async def test_a_record_that_left_without_a_trace_while_another_returned_is_found_within_a_week(night: Stage) -> None:
    await goes_and_returns(night, "Deals", SLIPPING)
    night.zoho._tables._db.execute('delete from "Deals" where id = 4150868000003000002')  # taken out of our sight
    await night.bot.services.sync()
    assert await kept(night, Kind.DEAL, SLIPPING) is None  # there are as many deals as before
    night.clock.advance(7 * DAY)
    await night.bot.services.sync()

    assert await kept(night, Kind.DEAL, SLIPPING) is not None
    assert await kept(night, Kind.DEAL, "4150868000003000002") is None


async def test_only_the_ranges_whose_counts_differ_are_compared(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compare_records, "RANGE", 50)
    crowd = people(400)
    async with stage(sqlite_url, tmp_path, of=company(*crowd)) as made:
        assert await made.look(FIRST_NIGHT)
        assert await made.look(NIGHT)
        made.clock.advance(DAY)
        deletes(made, "Contacts", [crowd[7].id])
        await made.bot.services.sync()
        before = made.zoho.calls
        made.clock.advance(DAY)
        await made.bot.services.sync()
        usual = made.zoho.calls - before
        made.zoho.restore("Contacts", crowd[7].id)
        before = made.zoho.calls
        made.clock.advance(DAY)
        await made.bot.services.sync()

        assert await kept(made, Kind.CONTACT, crowd[7].id) is not None
        assert made.zoho.calls - before <= usual + 12  # the halves' counts, the ids, the record


async def test_a_module_that_is_switched_off_takes_nothing_with_it(night: Stage) -> None:
    before = await held(night, Kind.ACTIVITY)
    night.zoho.disable("Calls")
    night.clock.advance(8 * DAY)
    await night.bot.services.sync()
    assert await held(night, Kind.ACTIVITY) == before


async def test_a_crm_that_refuses_to_count_stops_no_read(night: Stage) -> None:
    night.clock.advance(timedelta(minutes=1))
    night.zoho.happens(happens("Contacts", SAM, night.clock.now(), Title="Chair"))
    refusing = {"code": "SYNTAX_ERROR", "status": "error"}
    night.zoho.faults.answer("POST", "/coql", status=400, body=refusing, after=8, times=30)

    report = await night.bot.services.sync()
    assert report.changes == 1
