"""A small company for the tests of the Zoho client: two owners under a manager, an administrator whose sign-in we use."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta

from integrations.sandbox.history import STANDARD_STAGES, Company, CrmEvent, CrmUser, Json

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
NOW = datetime(2026, 3, 20, 6, 0, tzinfo=UTC)

ADA, MIA, ANNA, BOB, GONE = (f"415086800000010000{n}" for n in range(1, 6))
NORTHWIND, HARBOUR = "4150868000002000001", "4150868000002000002"
RENEWAL, PILOT, WON, LOOSE = (f"415086800000300000{n}" for n in range(1, 5))
SPONSOR, USER = "4150868000004000001", "4150868000004000002"
OVERDUE, FINISHED, MEETING, UPCOMING, CALL, PLANNED_CALL, OTHERS = (f"415086800000500000{n}" for n in range(1, 8))
NOTE, DEAL_NOTE, OTHERS_NOTE = (f"415086800000600000{n}" for n in range(1, 4))

USERS = (
    CrmUser(
        id=ADA, first_name="Ada", last_name="Admin", email="ada@example.com", time_zone="UTC", profile="Administrator"
    ),
    CrmUser(id=MIA, first_name="Mia", last_name="Manager", email="mia@example.com", time_zone="Europe/Berlin"),
    CrmUser(
        id=ANNA,
        first_name="Anna",
        last_name="Berg",
        email="anna@example.com",
        time_zone="Europe/Berlin",
        manager_id=MIA,
    ),
    CrmUser(
        id=BOB, first_name="Bob", last_name="Chan", email="bob@example.com", time_zone="Asia/Tokyo", manager_id=MIA
    ),
    CrmUser(id=GONE, first_name="Old", last_name="Timer", email="old@example.com", time_zone="UTC", active=False),
)


def company(events: Iterable[CrmEvent] | None = None) -> Company:
    """The company with its standard records, or with these events instead."""
    chosen = standard_events() if events is None else events
    return Company(
        name="Test",
        users=USERS,
        stages=STANDARD_STAGES,
        events=tuple(sorted(chosen, key=lambda event: event.at)),
        as_of=date(2026, 3, 20),
    )


def create(
    module: str,
    record_id: str,
    *,
    at: datetime = START,
    user: str = ANNA,
    on: tuple[str, str] | None = None,
    **fields: Json,
) -> CrmEvent:
    """A record made by its owner; `on` is the module and id of what an activity hangs on."""
    hangs_on: dict[str, Json] = {"$se_module": on[0], "What_Id": {"id": on[1]}} if on else {}
    return CrmEvent(
        at=at,
        op="create",
        module=module,
        id=record_id,
        user_id=user,
        fields={"Owner": {"id": user}, **hangs_on, **fields},
    )


def accounts(count: int, *, user: str = ANNA) -> list[CrmEvent]:
    """Accounts with ascending ids, named Account 0, Account 1 …"""
    return [
        create(
            "Accounts", str(int(NORTHWIND) + n), user=user, Account_Name=f"Account {n}", at=START + timedelta(seconds=n)
        )
        for n in range(count)
    ]


def notes(count: int, *, on: str = NORTHWIND, at: datetime = START, apart: timedelta = timedelta()) -> list[CrmEvent]:
    """Notes on one account, each `apart` later than the one before."""
    return [
        create(
            "Notes",
            str(int(NOTE) + 100 + n),
            at=at + n * apart,
            Note_Content=f"Note {n}",
            Parent_Id=_parent("Accounts", on),
        )
        for n in range(count)
    ]


def standard_events() -> list[CrmEvent]:
    return [*_accounts(), *_contacts(), *_deals(), *_activities(), *_notes()]


def _accounts() -> list[CrmEvent]:
    return [
        create("Accounts", NORTHWIND, Account_Name="Northwind O'Neil", Industry="Transport", Account_Type="Prospect",
               Rating="Active", Annual_Revenue=1_500_000.0, Description="Moves goods.\nSlowly."),
        create("Accounts", HARBOUR, user=BOB, Account_Name="Harbour 100% Ltd"),
    ]  # fmt: skip


def _contacts() -> list[CrmEvent]:
    return [
        create("Contacts", SPONSOR, First_Name="Sam", Last_Name="Okafor", Account_Name={"id": NORTHWIND}, Title="COO",
               Buying_Role="Sponsor", Email="sam@example.org", Phone="+49 30 1234567"),
        create("Contacts", USER, Last_Name="Ito", Account_Name={"id": NORTHWIND}),
    ]  # fmt: skip


def _deals() -> list[CrmEvent]:
    return [
        create("Deals", RENEWAL, Deal_Name="Renewal", Account_Name={"id": NORTHWIND}, Stage="Negotiation/Review", Amount=42_000.0,
               Closing_Date="2026-03-31", Next_Step="Send terms", Contact_Name={"id": SPONSOR}),
        create("Deals", PILOT, user=BOB, Deal_Name="Pilot", Account_Name={"id": HARBOUR}, Stage="Qualification"),
        create("Deals", WON, Deal_Name="First order", Account_Name={"id": NORTHWIND}, Stage="Closed Won", Amount=5_000.0),
        create("Deals", LOOSE, Deal_Name="No account yet", Stage="Qualification"),
    ]  # fmt: skip


def _activities() -> list[CrmEvent]:
    on_account, on_deal = ("Accounts", NORTHWIND), ("Deals", RENEWAL)
    return [
        create("Tasks", OVERDUE, Subject="Call back", Status="Not Started", Priority="High", Due_Date="2026-03-10", on=on_account),
        create("Tasks", FINISHED, Subject="Send deck", Status="Completed", Closed_Time="2026-03-05T10:00:00+00:00", on=on_deal),
        create("Events", MEETING, Event_Title="Review", Start_DateTime="2026-03-12T09:00:00+01:00",
               End_DateTime="2026-03-12T10:00:00+01:00", Who_Id={"id": SPONSOR}, on=on_account),
        create("Events", UPCOMING, Event_Title="Next review", Start_DateTime="2026-04-02T09:00:00+02:00",
               End_DateTime="2026-04-02T10:00:00+02:00", on=on_deal),
        create("Calls", CALL, Subject="Check-in", Call_Type="Inbound", Call_Start_Time="2026-03-11T14:30:00+00:00", on=on_account),
        create("Calls", PLANNED_CALL, Subject="Ring again", Call_Type="Outbound", Outgoing_Call_Status="Scheduled",
               Call_Start_Time="2026-03-25T14:30:00+00:00", on=on_account),
        create("Tasks", OTHERS, user=BOB, Subject="Not Anna's", Status="Not Started", on=("Accounts", HARBOUR)),
    ]  # fmt: skip


def _notes() -> list[CrmEvent]:
    return [
        create("Notes", NOTE, Note_Title="Visit", Note_Content="Write to sam@example.org or ring +49 30 1234567.",
               Parent_Id=_parent("Accounts", NORTHWIND)),
        create("Notes", DEAL_NOTE, Note_Content="Wants a discount.", Parent_Id=_parent("Deals", RENEWAL)),
        create("Notes", OTHERS_NOTE, user=BOB, Note_Content="Harbour only.", Parent_Id=_parent("Accounts", HARBOUR)),
    ]  # fmt: skip


def _parent(module: str, record_id: str) -> dict[str, Json]:
    return {"module": {"api_name": module}, "id": record_id}
