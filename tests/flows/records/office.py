"""The CRM, people who work in it in ways that no list of changes shows, and the store that is to follow."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx

from agents.flows.records.sync_accounts import SyncAccounts
from integrations.sandbox.history import CrmEvent, Json
from integrations.sandbox.zoho import ZohoSandbox
from integrations.zoho.reading.client import ZohoClient
from store.database import Database
from store.domain.errors import CrmError
from tests.flows.company import ACME, ANNA, BOB, BOREALIS, CEDAR, DELTA, SAM, SLIPPING, WINNING, company
from tests.flows.stage import NIGHT, StillClock
from tests.gate.desk import client_of

ACCOUNTS = (ACME, BOREALIS, CEDAR, DELTA)
MODULES = ("Accounts", "Deals", "Contacts", "Tasks", "Events", "Calls", "Notes")
STAGES = ("Value Proposition", "Needs Analysis", "Qualification")
ODD: dict[str, tuple[tuple[str, Any], ...]] = {
    "Accounts": (("Annual_Revenue", "a lot"), ("Account_Name", None), ("Owner", "Anna"), ("Industry", {"no": "text"})),
    "Deals": (
        ("Amount", "1.2M"),
        ("Closing_Date", "31/02"),
        ("Account_Name", "Acme"),
        ("Stage", None),
        ("Created_Time", 7),
    ),
    "Contacts": (("Last_Name", None), ("Title", ["COO"]), ("Account_Name", {"name": "Acme"})),
    "Tasks": (("Due_Date", "soon"), ("What_Id", "Acme"), ("Status", {"no": "text"})),
    "Events": (("Start_DateTime", "0001-01-01T00:00:00+01:00"), ("End_DateTime", "later")),
    "Calls": (("Call_Start_Time", "25:00"), ("Subject", "x" * 2_000)),
    "Notes": (("Note_Content", "<p>Fine.</p>" * 90_000), ("Modified_Time", "today"), ("Note_Title", False)),
}


class Killed(BaseException):
    """The process ends here."""


@dataclass
class Line:
    """The way to the CRM: ends the process once so many more answers have come."""

    answers: int | None = None

    async def on_response(self, _response: httpx.Response) -> None:
        if self.answers is not None:
            self.answers -= 1
            if self.answers < 0:
                self.answers = None
                raise Killed


@dataclass
class Office:
    """The CRM, people who work in it, and the store that is to follow."""

    zoho: ZohoSandbox
    clock: StillClock
    database: Database
    crm: ZohoClient
    line: Line
    file: Path
    alive: dict[str, list[str]] = field(
        default_factory=lambda: {"Accounts": list(ACCOUNTS), "Deals": [SLIPPING, WINNING], "Contacts": [SAM]}
    )
    bin: dict[str, list[str]] = field(default_factory=dict)
    made: int = 0
    crowded: bool = False

    async def sync(self) -> None:
        """Read, as a process that has just started."""
        with suppress(CrmError, Killed):
            await SyncAccounts(self.database, self.crm, self.clock)()

    def happens(self, op: str, module: str, record_id: str, **fields: Json) -> None:
        event = CrmEvent(at=self.clock.now(), op=op, module=module, id=record_id, user_id=ANNA, fields=fields)  # type: ignore[arg-type]  # given as plain keywords
        self.zoho.happens(event)

    def pick(self, module: str, number: int) -> str | None:
        there = self.alive.get(module, [])
        return there[number % len(there)] if there else None

    def creates(self, module: str, number: int) -> None:
        account = self.pick("Accounts", number)
        if account is None and module != "Accounts":
            return
        self.made += 1
        record_id = str(4150868000009000000 + self.made)
        self.happens("create", module, record_id, **_fields(module, account or "", number))
        self.alive.setdefault(module, []).append(record_id)

    def edits(self, module: str, number: int) -> None:
        if record_id := self.pick(module, number):
            self.happens("update", module, record_id, **_edited(module, number, self.pick("Accounts", number)))

    def deletes(self, module: str, number: int) -> None:
        if record_id := self.pick(module, number):
            self.alive[module].remove(record_id)
            self.bin.setdefault(module, []).append(record_id)
            self.happens("delete", module, record_id)

    def restores(self, module: str, number: int) -> None:
        if binned := self.bin.get(module):
            record_id = binned.pop(number % len(binned))
            self.alive[module].append(record_id)
            self.zoho.restore(module, record_id)

    def distorts(self, module: str, number: int) -> None:
        """A record gets an odd value while someone edits it."""
        if record_id := self.pick(module, number):
            odd = ODD[module]
            self.edits(module, number)
            name, value = odd[number % len(odd)]
            self.zoho.distort(module, record_id, **{name: value})

    def straightens(self, module: str, number: int) -> None:
        """Its own value shows again, without any edit."""
        if record_id := self.pick(module, number):
            self.zoho.straighten(module, record_id)

    def withdraws(self, _module: str, number: int) -> None:
        """An administrator takes a stage off the picklist; the deals in it keep it."""
        self.zoho.withdraw_stage(STAGES[number % len(STAGES)])

    def leaves(self, _module: str, number: int) -> None:
        """A user is deactivated, or comes back."""
        bob = next(user for user in self.zoho.company.users if user.id == BOB)
        self.zoho.keep_user(replace(bob, active=number % 2 == 0))

    async def crowds(self) -> None:
        """More contacts come, and leave between two reads, than the CRM lists as deleted; once an example."""
        if self.crowded or not (account := self.pick("Accounts", 0)):
            return
        self.crowded = True
        ids = [str(4150868000007000000 + number) for number in range(2_001)]
        for number, record_id in enumerate(ids):
            self.happens("create", "Contacts", record_id, **_fields("Contacts", account, number))
        await self.sync()
        self.clock.advance(timedelta(minutes=7))
        for record_id in ids:
            self.happens("delete", "Contacts", record_id)

    def merges(self, module: str, number: int) -> None:
        winner, loser = self.pick(module, number), self.pick(module, number + 1)
        if winner and loser and winner != loser:
            self.alive[module].remove(loser)
            self.zoho.merge(module, winner, loser, touch_children=number % 2 == 0)


@asynccontextmanager
async def at_work(file: Path) -> AsyncIterator[Office]:
    """The company's CRM on the first night, and an empty store in this file."""
    clock, line = StillClock(NIGHT), Line()
    zoho = ZohoSandbox(company(), clock=clock.now)
    await zoho.start()
    zoho.play(NIGHT)
    database = Database(f"sqlite+aiosqlite:///{file}", clock=clock.now)
    try:
        async with httpx.AsyncClient(timeout=30, trust_env=False) as http:
            http.event_hooks = {"response": [line.on_response]}
            yield Office(zoho, clock, database, client_of(zoho, http, clock), line, file)
    finally:
        await database.close()
        await zoho.stop()


def _fields(module: str, account: str, number: int) -> dict[str, Json]:
    on: dict[str, Json] = {"$se_module": "Accounts", "What_Id": {"id": account}}
    by: dict[str, dict[str, Json]] = {
        "Accounts": {"Account_Name": f"New {number}"},
        "Deals": {
            "Deal_Name": f"Deal {number}",
            "Account_Name": {"id": account},
            "Stage": "Qualification",
            "Amount": 100.0 * number,
        },
        "Contacts": {"Last_Name": f"Person {number}", "Account_Name": {"id": account}},
        "Tasks": {"Subject": f"Task {number}", "Status": "Not Started", **on},
        "Events": {
            "Event_Title": f"Meeting {number}",
            "Start_DateTime": NIGHT.isoformat(),
            "End_DateTime": NIGHT.isoformat(),
            **on,
        },
        "Calls": {
            "Subject": f"Call {number}",
            "Call_Type": "Inbound",
            "Call_Start_Time": NIGHT.isoformat(),
            **on,
        },
        "Notes": {
            "Note_Title": f"Note {number}",
            "Note_Content": "It went well.",
            "$se_module": "Accounts",
            "Parent_Id": {"id": account},
        },
    }
    return {"Owner": {"id": BOB if number % 2 else ANNA}, **by[module]}


def _edited(module: str, number: int, account: str | None) -> dict[str, Json]:
    if number % 5 == 0:
        return {"Owner": {"id": BOB if number % 2 else ANNA}}
    if module in ("Deals", "Contacts") and number % 3 == 0 and account:
        return {"Account_Name": {"id": account}}
    names = {
        "Accounts": ("Industry", "Rating"),
        "Deals": ("Next_Step", "Deal_Name"),
        "Contacts": ("Title", "Last_Name"),
        "Tasks": ("Subject", "Priority"),
        "Events": ("Event_Title", "Event_Title"),
        "Calls": ("Subject", "Subject"),
        "Notes": ("Note_Content", "Note_Title"),
    }[module]
    values = {"Rating": ("Active", "Acquired"), "Priority": ("High", "Low")}
    name = names[number % 2]
    return {name: values.get(name, ("One", "Two"))[number % 4 // 2] + ("" if name in values else f" {number}")}
