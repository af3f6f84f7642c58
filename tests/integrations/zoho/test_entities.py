"""Zoho's rows read into our records: accounts, deals, contacts, activities and notes."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from integrations.zoho.entities import NOTE_LIMIT, entity_from
from store.domain.crm.accounts import Account, Activity, Contact, Deal, Note

NOW = datetime(2026, 3, 20, 6, 0, tzinfo=UTC)
SYSTEM: dict[str, Any] = {
    "id": "4150868000002000001",
    "Owner": {"id": "41"},
    "Created_Time": "2026-03-02T10:00:00+01:00",
    "Modified_Time": "2026-03-03T02:00:00-08:00",
}


def read(module: str, **fields: Any) -> Any:
    return entity_from(module, {**SYSTEM, **fields})


def test_an_account_is_read_with_its_times_in_utc() -> None:
    account = read("Accounts", Account_Name="Northwind", Annual_Revenue=1500, Rating="", Account_Type=None)
    assert account == Account(
        id="4150868000002000001",
        name="Northwind",
        owner_id="41",
        created_at=datetime(2026, 3, 2, 9, tzinfo=UTC),
        modified_at=datetime(2026, 3, 3, 10, tzinfo=UTC),
        annual_revenue=1500.0,
    )


def test_ids_are_texts_even_where_zoho_gives_numbers() -> None:
    deal = entity_from("Deals", {**SYSTEM, "id": 4150868000003000001, "Owner": 41, "Account_Name": {"id": 7}})
    assert isinstance(deal, Deal)
    assert (deal.id, deal.owner_id, deal.account_id) == ("4150868000003000001", "41", "7")


def test_a_deal_without_account_amount_or_date_is_read_as_such() -> None:
    deal = read("Deals", Deal_Name="Pilot", Stage="Qualification")
    assert (deal.account_id, deal.amount, deal.closing_date, deal.next_step, deal.contact_id) == (None,) * 5
    assert deal.pipeline_name is None


def test_an_amount_of_zero_is_not_taken_for_none() -> None:
    assert read("Deals", Amount=0).amount == 0.0


HIDDEN = "\u202eAc\u200bme\U000e0041 ™\r\nLtd\u3164"


@pytest.mark.parametrize(
    ("module", "field", "ours"),
    [
        ("Accounts", "Account_Name", "name"),
        ("Accounts", "Industry", "industry"),
        ("Deals", "Deal_Name", "name"),
        ("Deals", "Stage", "stage"),
        ("Deals", "Next_Step", "next_step"),
        ("Deals", "Pipeline", "pipeline_name"),
        ("Contacts", "Last_Name", "name"),
        ("Contacts", "Title", "title"),
        ("Contacts", "Buying_Role", "buying_role"),
        ("Tasks", "Subject", "subject"),
        ("Events", "Event_Title", "subject"),
        ("Calls", "Subject", "subject"),
    ],
)
def test_what_cannot_be_seen_in_a_name_or_a_line_never_gets_in(module: str, field: str, ours: str) -> None:
    assert getattr(read(module, **{field: HIDDEN}), ours) == "Acme ™\nLtd"


@pytest.mark.parametrize("field", ["Rating", "Account_Type", "Description"])
def test_a_value_that_an_update_may_put_back_stays_as_it_stands_in_the_crm(field: str) -> None:
    assert getattr(read("Accounts", **{field: HIDDEN}), field.lower()) == HIDDEN


def test_a_name_of_nothing_that_can_be_seen_is_no_name() -> None:
    assert read("Accounts", Account_Name="\u200b\u3164").name == "Account without a name"


def test_neither_address_nor_number_of_a_contact_is_kept() -> None:
    contact = read(
        "Contacts",
        First_Name="Sam",
        Last_Name="Okafor",
        Email="sam@example.org",
        Phone="+49 30 1",
        Buying_Role="Sponsor",
    )
    assert isinstance(contact, Contact)
    assert (contact.name, contact.buying_role) == ("Sam Okafor", "Sponsor")
    assert "example.org" not in repr(contact)
    assert "+49" not in repr(contact)


def test_a_task_is_due_at_midnight_utc_of_its_date() -> None:
    task = read(
        "Tasks",
        Subject="Call",
        Due_Date="2026-03-10",
        What_Id={"id": "7"},
        Priority="High",
        **{"$se_module": "Accounts"},
    )
    assert (task.at, task.done, task.done_at) == (datetime(2026, 3, 10, tzinfo=UTC), False, None)
    assert (task.account_id, task.deal_id) == ("7", None)


def test_a_completed_task_was_done_when_closed_or_else_when_last_changed() -> None:
    closed = read("Tasks", Status="Completed", Closed_Time="2026-03-05T11:00:00+01:00")
    assert closed.done_at == datetime(2026, 3, 5, 10, tzinfo=UTC)
    assert read("Tasks", Status="Completed").done_at == datetime(2026, 3, 3, 10, tzinfo=UTC)


@pytest.mark.parametrize(("end", "done"), [("2026-03-20T07:00:00+01:00", True), ("2026-03-20T07:00:01+01:00", False)])
def test_a_meeting_is_done_once_its_end_has_come_whenever_it_was_read(end: str, done: bool) -> None:
    meeting = read("Events", Start_DateTime="2026-03-20T05:00:00+00:00", End_DateTime=end)
    assert (meeting.done, meeting.done_at) == (False, None)
    assert meeting.is_done(NOW) is done
    assert meeting.at == datetime(2026, 3, 20, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("start", "end", "ends_at"),
    [
        ("2026-03-20T00:00:00+01:00", "2026-03-20T00:00:00+01:00", datetime(2026, 3, 20, 23, tzinfo=UTC)),
        ("2026-03-20T00:00:00+01:00", "2026-03-20T23:59:00+01:00", datetime(2026, 3, 20, 22, 59, tzinfo=UTC)),
        ("2026-03-20", "2026-03-21", datetime(2026, 3, 22, tzinfo=UTC)),
        ("2026-03-20T09:00:00-08:00", None, datetime(2026, 3, 20, 17, tzinfo=UTC)),
        (None, None, None),
    ],
)
def test_a_meeting_that_fills_days_ends_with_the_last_and_one_without_an_end_with_its_start(
    start: str | None, end: str | None, ends_at: datetime | None
) -> None:
    assert read("Events", Start_DateTime=start, End_DateTime=end).ends_at == ends_at


def test_a_task_or_call_whose_time_has_passed_is_not_done_by_that() -> None:
    task = read("Tasks", Due_Date="2026-03-10")
    call = read(
        "Calls", Call_Type="Outbound", Outgoing_Call_Status="Overdue", Call_Start_Time="2026-03-11T14:30:00+00:00"
    )
    assert (task.is_done(NOW), call.is_done(NOW)) == (False, False)


@pytest.mark.parametrize(
    ("fields", "done"),
    [
        ({"Call_Type": "Inbound"}, True),
        ({"Call_Type": "Outbound", "Outgoing_Call_Status": "Completed"}, True),
        ({"Call_Type": "Outbound", "Outgoing_Call_Status": "Scheduled"}, False),
        ({"Call_Type": "Missed"}, False),
    ],
)
def test_a_call_is_done_when_it_came_in_or_was_completed(fields: dict[str, str], done: bool) -> None:
    assert read("Calls", Call_Start_Time="2026-03-11T14:30:00+00:00", **fields).done is done


@pytest.mark.parametrize(
    ("entered", "done"), [("2026-03-11T14:30:00+00:00", True), ("2026-03-11T14:29:59+00:00", False)]
)
def test_an_outbound_call_without_a_status_is_done_if_it_was_entered_after_it_began(entered: str, done: bool) -> None:
    call = read("Calls", Call_Type="Outbound", Call_Start_Time="2026-03-11T14:30:00+00:00", Created_Time=entered)
    assert (call.done, call.done_at is not None) == (done, done)


def test_what_hangs_on_a_deal_names_the_deal_and_leaves_the_account_open() -> None:
    task = read("Tasks", What_Id={"id": "9"}, **{"$se_module": "Deals"})
    note = read("Notes", Note_Content="x", Parent_Id={"id": "9", "module": {"api_name": "Deals"}})
    assert (task.deal_id, task.account_id, note.deal_id, note.account_id) == ("9", None, "9", None)


def test_what_hangs_on_a_lead_hangs_on_nothing_we_know() -> None:
    task = read("Tasks", What_Id={"id": "9"}, **{"$se_module": "Leads"})
    assert (task.deal_id, task.account_id) == (None, None)


def test_notes_are_masked_of_addresses_and_numbers_of_people() -> None:
    note = read("Notes", Note_Title="ask sam@example.org", Note_Content="or ring +49 30 1234567 now")
    assert isinstance(note, Note)
    assert "example.org" not in f"{note.title}{note.text}"
    assert "1234567" not in note.text


def test_an_address_at_the_cut_of_a_long_note_does_not_survive_in_part() -> None:
    text = "x" * (NOTE_LIMIT - 6) + " samuel@example.org"
    note = read("Notes", Note_Content=text)
    assert len(note.text) <= NOTE_LIMIT
    assert "samue" not in note.text


def test_dates_are_dates() -> None:
    assert read("Deals", Closing_Date="2026-03-31").closing_date == date(2026, 3, 31)
    assert isinstance(read("Calls"), Activity)


def test_a_task_with_the_bots_marker_is_its_own_only_if_the_user_it_writes_as_made_it() -> None:
    row = {**SYSTEM, "Subject": "Call Eva", "Description": "[SAM-5e1a36f95a]", "Created_By": {"id": "40"}}
    made, copied = (
        entity_from("Tasks", row, ours="40"),
        entity_from("Tasks", {**row, "Created_By": {"id": "41"}}, ours="40"),
    )
    assert isinstance(made, Activity)
    assert isinstance(copied, Activity)
    assert (made.marker, copied.marker) == ("[SAM-5e1a36f95a]", None)
