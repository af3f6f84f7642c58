"""A small company whose accounts each show one thing: Anna in Berlin, Bob in Tokyo, Cora in New York, Mia their manager."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

from integrations.sandbox.history import STANDARD_STAGES, Company, CrmEvent, CrmUser, Json
from tests.integrations.zoho.company import create

ADA, MIA, ANNA, BOB, CORA = (f"415086800000010000{n}" for n in range(1, 6))
# Anna's: silent, a namesake of it that is quiet, a deal that slips, a deal that is won, a task that is overdue, two quiet ones.
ACME, ACME_EAST, BOREALIS, CEDAR, DELTA, ELM, FJORD = (f"415086800000200000{n}" for n in range(1, 8))
GRANITE, HARBOUR = "4150868000002000010", "4150868000002000011"  # Bob's and Cora's, both silent
SLIPPING, WINNING = "4150868000003000001", "4150868000003000002"
SAM = "4150868000004000001"

LONG_AGO = datetime(2026, 1, 12, 9, 0, tzinfo=UTC)
LATELY = datetime(2026, 3, 16, 9, 0, tzinfo=UTC)
MONDAY = datetime(2026, 3, 23, 9, 0, tzinfo=UTC)
TUESDAY_AT_SEVEN = datetime(2026, 3, 24, 7, 0, tzinfo=UTC)
FIRST_NIGHT = datetime(2026, 3, 20, 4, 0, tzinfo=UTC)
TUESDAY = date(2026, 3, 24)
NAMES = {
    ACME: "Acme Robotics", ACME_EAST: "Acme East", BOREALIS: "Borealis Foods", CEDAR: "Cedar Health",
    DELTA: "Delta Freight", ELM: "Elm Street Books", FJORD: "Fjord Lines", GRANITE: "Granite Works", HARBOUR: "Harbour Glass",
}  # fmt: skip
_SILENT = (ACME, GRANITE, HARBOUR)


def company(*more: CrmEvent) -> Company:
    """The company with its records, and with these events besides."""
    return Company(
        name="Flows",
        users=tuple(_users()),
        stages=STANDARD_STAGES,
        events=tuple(sorted((*_events(), *more), key=lambda event: event.at)),
        as_of=TUESDAY,
    )


def busier() -> Company:
    """With an open deal at Delta: that makes its overdue task worth a decision, though its risk is low."""
    return company(_deal("4150868000003000009", DELTA, "Lorry parts", amount=8_000.0))


def happens(module: str, record_id: str, at: datetime, *, user: str = ANNA, **fields: Json) -> CrmEvent:
    """Somebody changes a record."""
    return CrmEvent(at=at, op="update", module=module, id=record_id, user_id=user, fields=fields)


def _users() -> Iterator[CrmUser]:
    yield _user(ADA, "Ada", "Admin", "UTC", profile="Administrator")
    yield _user(MIA, "Mia", "Lind", "Europe/Berlin", role="Sales Manager")
    yield _user(ANNA, "Anna", "Berg", "Europe/Berlin", manager_id=MIA)
    yield _user(BOB, "Bob", "Chan", "Asia/Tokyo", manager_id=MIA)
    yield _user(CORA, "Cora", "Diaz", "America/New_York")


def _user(user_id: str, first: str, last: str, zone: str, **more: Any) -> CrmUser:
    email = f"{first.lower()}@example.com"
    return CrmUser(id=user_id, first_name=first, last_name=last, email=email, time_zone=zone, **more)


def _events() -> Iterator[CrmEvent]:
    for number, (account_id, name) in enumerate(NAMES.items()):
        owner = {GRANITE: BOB, HARBOUR: CORA}.get(account_id, ANNA)
        yield create("Accounts", account_id, at=LONG_AGO, user=owner, Account_Name=name, Account_Type="Prospect")
        if account_id not in _SILENT:
            yield _call(str(4150868000005000001 + number), account_id)
    yield create(
        "Contacts", SAM, at=LONG_AGO, First_Name="Sam", Last_Name="Okafor", Account_Name={"id": ACME}, Title="COO"
    )
    yield _deal(SLIPPING, BOREALIS, "Cold chain", amount=8_000.0)
    yield happens("Deals", SLIPPING, MONDAY, Closing_Date="2026-06-30")
    yield _deal(WINNING, CEDAR, "Ward beds", amount=9_000.0)
    yield happens("Deals", WINNING, MONDAY, Stage="Closed Won")
    yield happens("Accounts", CEDAR, TUESDAY_AT_SEVEN, Industry="Health")
    yield create("Tasks", "4150868000005000090", at=LATELY, Subject="Send the offer", Status="Not Started",
                 Due_Date="2026-03-17", on=("Accounts", DELTA))  # fmt: skip


def _call(record_id: str, account_id: str) -> CrmEvent:
    return create("Calls", record_id, at=LATELY, Subject="Check-in", Call_Type="Inbound",
                  Call_Start_Time=LATELY.isoformat(), on=("Accounts", account_id))  # fmt: skip


def _deal(record_id: str, account_id: str, name: str, *, amount: float) -> CrmEvent:
    return create("Deals", record_id, at=LATELY, Deal_Name=name, Account_Name={"id": account_id}, Stage="Qualification",
                  Closing_Date="2026-05-29", Next_Step="Agree the terms", Amount=amount)  # fmt: skip
