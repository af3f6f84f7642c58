"""One odd value stops nothing: its field is quarantined and named, everything else is read, and it leaves once it reads well."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

from bot.wiring.overview import Overview, look
from integrations.sandbox.history import CrmEvent
from store.domain.crm.accounts import Contact, Deal, Kind
from tests.flows.company import ACME, ANNA, BOREALIS, CEDAR, SAM, SLIPPING, WINNING, happens
from tests.flows.stage import Stage
from tests.integrations.zoho.company import create

MINUTE = timedelta(minutes=1)
HUGE = "<p>It went well.</p>" * 50_000  # a megabyte


async def kept(made: Stage, kind: Kind, record_id: str) -> Any:
    async with made.bot.services.database.reading() as tx:
        return await tx.snapshots.entity(kind, record_id)


async def overview(made: Stage) -> Overview:
    services = made.bot.services
    of = services.settings
    return await look(of.zoho, of.engine, of.signals, services.database, now=made.clock.now(), brief_time=of.brief.time)


async def told(made: Stage) -> list[tuple[str, str, str]]:
    return [(each["record"], each["field"], each["why"]) for each in (await overview(made)).quarantine]


async def moved(made: Stage, kind: Kind, record_id: str) -> list[tuple[str, str | None, str | None]]:
    async with made.bot.services.database.reading() as tx:
        return [(each.field, each.before, each.after) for each in await tx.changes.for_record(kind, record_id)]


async def edited(made: Stage, module: str, record_id: str, **fields: Any) -> None:
    """Someone edits a field, and the record is read."""
    made.clock.advance(MINUTE)
    made.zoho.happens(happens(module, record_id, made.clock.now(), **fields))
    await made.bot.services.sync()


def created(made: Stage, module: str, record_id: str, **fields: Any) -> None:
    """Anna creates a record, which is not read yet."""
    made.clock.advance(MINUTE)
    made.zoho.happens(create(module, record_id, at=made.clock.now(), **fields))


async def test_an_amount_that_is_no_number_is_named_and_the_rest_is_read(night: Stage) -> None:
    night.zoho.distort("Deals", SLIPPING, Amount="1.2M")
    await edited(night, "Deals", SLIPPING, Next_Step="Call the buyer")

    deal = await kept(night, Kind.DEAL, SLIPPING)
    assert (deal.next_step, deal.amount) == ("Call the buyer", None)
    assert await told(night) == [(SLIPPING, "Amount", "is no number")]
    assert ("amount", "8000", None) not in await moved(night, Kind.DEAL, SLIPPING)
    assert (await overview(night)).sync is not None


async def test_it_leaves_quarantine_once_it_reads_well_and_the_move_is_complete(night: Stage) -> None:
    night.zoho.distort("Deals", SLIPPING, Closing_Date="31/02")
    await edited(night, "Deals", SLIPPING, Next_Step="Call the buyer")
    assert await told(night) == [(SLIPPING, "Closing_Date", "is no date")]
    assert (await kept(night, Kind.DEAL, SLIPPING)).closing_date is None
    await edited(night, "Deals", SLIPPING, Closing_Date="2026-07-31")

    assert await told(night) == []
    assert (await kept(night, Kind.DEAL, SLIPPING)).closing_date == date(2026, 7, 31)
    assert ("closing_date", "2026-06-30", "2026-07-31") in await moved(night, Kind.DEAL, SLIPPING)


async def test_a_value_that_is_mended_without_an_edit_is_found_at_the_next_read(night: Stage) -> None:
    night.zoho.distort("Deals", SLIPPING, Amount="8,000")
    await edited(night, "Deals", SLIPPING, Next_Step="Call the buyer")
    night.zoho.straighten("Deals", SLIPPING)
    night.clock.advance(timedelta(hours=1))
    await night.bot.services.sync()

    assert await told(night) == []
    assert (await kept(night, Kind.DEAL, SLIPPING)).amount == 8_000.0
    assert "amount" not in {field for field, _, _ in await moved(night, Kind.DEAL, SLIPPING)}


async def test_a_deal_whose_account_cannot_be_read_stays_where_it_was(night: Stage) -> None:
    night.zoho.distort("Deals", SLIPPING, Account_Name="Borealis", Stage=None)
    await edited(night, "Deals", SLIPPING, Next_Step="Call the buyer")

    deal = await kept(night, Kind.DEAL, SLIPPING)
    assert (deal.account_id, deal.next_step) == (BOREALIS, "Call the buyer")
    assert await told(night) == [(SLIPPING, "Account_Name", "names no record"), (SLIPPING, "Stage", "is empty")]


async def test_a_new_record_without_a_time_waits_until_it_has_one(night: Stage) -> None:
    record_id = "4150868000003000077"
    created(night, "Deals", record_id, Deal_Name="Vans", Account_Name={"id": CEDAR}, Stage="Qualification")
    night.zoho.distort("Deals", record_id, Created_Time="yesterday")
    await night.bot.services.sync()
    assert await kept(night, Kind.DEAL, record_id) is None
    assert await told(night) == [(record_id, "Created_Time", "is no time")]

    night.zoho.straighten("Deals", record_id)
    night.clock.advance(MINUTE)
    await night.bot.services.sync()
    assert isinstance(await kept(night, Kind.DEAL, record_id), Deal)
    assert await told(night) == []


async def test_a_person_without_a_name_and_a_note_of_a_megabyte_stop_nothing(night: Stage) -> None:
    note, on = "4150868000006000044", {"module": {"api_name": "Accounts"}, "id": ACME}
    created(night, "Notes", note, Note_Content="Fine.", Parent_Id=on)
    night.zoho.distort("Notes", note, Note_Content=HUGE)
    night.zoho.distort("Contacts", SAM, Last_Name=None, First_Name=None)
    await edited(night, "Contacts", SAM, Title="Chair")

    sam = await kept(night, Kind.CONTACT, SAM)
    assert isinstance(sam, Contact)
    assert (sam.title, sam.name) == ("Chair", "Contact without a name")
    assert "It went well." in (await kept(night, Kind.NOTE, note)).text
    assert await told(night) == [
        (SAM, "Last_Name", "is empty"),
        (note, "Note_Content", "is longer than Zoho allows, so only its beginning is read"),
    ]


async def test_rows_that_are_no_records_and_users_without_an_id_stop_nothing(night: Stage) -> None:
    night.zoho.distort("Deals", WINNING, id=None)
    night.zoho.distort("Deals", SLIPPING, Amount="1.2M")
    await edited(night, "Deals", SLIPPING, Next_Step="Call the buyer")
    assert (await kept(night, Kind.DEAL, SLIPPING)).next_step == "Call the buyer"


async def test_what_goes_in_and_out_is_in_the_trail_without_a_value(night: Stage) -> None:
    night.zoho.distort("Deals", SLIPPING, Deal_Name={"secret": "Anna Berg"})
    await edited(night, "Deals", SLIPPING, Next_Step="Call the buyer")
    await edited(night, "Deals", SLIPPING, Deal_Name="Cold chain 2")

    entries = [each for each in await night.trail("deal") if each.action.startswith("record.")]
    assert [(each.action, each.detail["fields"]) for each in entries] == [
        ("record.quarantined", [f"{SLIPPING}:name:not_text"]),
        ("record.readable", [f"{SLIPPING}:name:not_text"]),
    ]
    assert "secret" not in json.dumps([dict(each.detail) for each in entries])


async def test_a_deleted_record_leaves_quarantine_and_so_does_a_forgotten_account(night: Stage) -> None:
    night.zoho.distort("Deals", SLIPPING, Amount="1.2M")
    night.zoho.distort("Deals", WINNING, Amount="none")
    night.clock.advance(MINUTE)
    for deal in (SLIPPING, WINNING):
        night.zoho.happens(happens("Deals", deal, night.clock.now(), Next_Step="Call"))
    await night.bot.services.sync()
    assert len(await told(night)) == 2
    night.clock.advance(MINUTE)
    night.zoho.happens(CrmEvent(at=night.clock.now(), op="delete", module="Deals", id=SLIPPING, user_id=ANNA))
    await night.bot.services.sync()
    assert [record for record, _, _ in await told(night)] == [WINNING]

    async with night.bot.services.database.transaction() as tx:
        erased = await tx.holdings.erase(CEDAR)
    assert erased.rows["quarantine"] == 1


async def test_the_reads_that_succeed_are_counted(night: Stage) -> None:
    before = (await overview(night)).reads
    night.zoho.distort("Deals", SLIPPING, Amount="1.2M")
    await edited(night, "Deals", SLIPPING, Next_Step="Call the buyer")
    after = await overview(night)
    assert after.reads == {"succeeded": before["succeeded"] + 1, "failed": 0, "share": 1.0}
    assert after.quarantined_records == 1
    assert len(after.problems) == 1
