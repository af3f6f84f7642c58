"""Whatever happens in the CRM and on the way to it: in the end the snapshots are what stands there, but for fields that cannot be
read, each of which is listed; and each move was told once."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing, suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from agents.flows.records.sync_accounts import SyncAccounts
from integrations.sandbox.history import CrmEvent, Json
from integrations.sandbox.zoho import ZohoSandbox
from integrations.zoho.reading.client import ZohoClient
from store.codec import decode_entity
from store.database import Database
from store.domain.crm.accounts import Entity, Kind, Stream
from store.domain.crm.changes import WATCHED, text_of
from store.domain.crm.settle import USER
from store.domain.crm.unread import VITAL, Quarantined, fields_of
from store.domain.errors import CrmError
from tests.flows.company import ACME, ANNA, BOB, BOREALIS, CEDAR, DELTA, SAM, SLIPPING, WINNING, company
from tests.flows.stage import NIGHT, StillClock
from tests.gate.desk import client_of
from tests.repetition import LONG, times

ACCOUNTS = (ACME, BOREALIS, CEDAR, DELTA)
MODULES = ("Accounts", "Deals", "Contacts", "Tasks", "Events", "Calls", "Notes")


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
        """A record gets an odd value while somebody edits it."""
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


@pytest.fixture(scope="session")
def fresh_file(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Path]:
    """Gives a migrated, empty database, always in the same place."""
    file = tmp_path_factory.mktemp("accuracy") / "sergas.db"

    def fresh() -> Path:
        for old in file.parent.glob("sergas.db*"):
            old.unlink()
        shutil.copyfile(sqlite_template, file)
        return file

    return fresh


Step = tuple[str, str, int, int]
STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            (
                *(
                    "creates",
                    "edits",
                    "edits",
                    "deletes",
                    "restores",
                    "merges",
                    "sync",
                    "sync",
                    "sync",
                    "trouble",
                    "dies",
                ),
                *("distorts", "distorts", "straightens", "withdraws", "leaves", "crowds"),
            )
        ),
        st.sampled_from(MODULES),
        st.integers(0, 9),
        st.sampled_from((0, 1, 40, 400)),
    ),
    min_size=4,
    max_size=25,
)


@pytest.mark.long
@given(steps=STEPS)
@settings(
    max_examples=times(10, 150),
    phases=(Phase.generate,),
    suppress_health_check=list(HealthCheck),
    database=None,
    derandomize=not LONG,
)
def test_snapshots_follow_the_crm_and_each_move_is_told_once(steps: list[Step], fresh_file: Callable[[], Path]) -> None:
    asyncio.run(_lived(steps, fresh_file()))


async def _lived(steps: list[Step], file: Path) -> None:
    async with _office(file) as office:
        await office.sync()
        before = _texts(_kept(office))
        for what, module, number, seconds in steps:
            office.clock.advance(timedelta(seconds=seconds))
            await _step(office, what, module, number)
        office.zoho.faults.clear()
        office.line.answers = None
        office.clock.advance(timedelta(seconds=1))
        await office.sync()

        kept, standing = _kept(office), await _standing(office)
        odd = {(each.kind, *each.key) for each in await _quarantined(office)}
        assert odd == {(key[0], key[1], each.field) for key, entity in standing.items() for each in entity.unread}
        waiting = {key for key, entity in standing.items() if fields_of(entity.unread) & VITAL} - kept.keys()
        assert _readable(kept) == _readable({key: each for key, each in standing.items() if key not in waiting})
        assert _without(await _replayed(office, before), odd) == _without(_texts(kept), odd)
        async with office.database.reading() as tx:
            people = {person.id: person.active for person in await tx.people.all()}
        assert people == {user["id"]: user["status"] == "active" for user in await _users(office)}


async def _step(office: Office, what: str, module: str, number: int) -> None:
    match what:
        case "sync":
            await office.sync()
        case "dies":
            office.line.answers = 2 * number
            await office.sync()
            office.line.answers = None
        case "trouble":
            office.zoho.faults.answer("*", f"/{module}|/coql$", status=503 if number % 2 else 400, times=1 + number)
            await office.sync()
            office.zoho.faults.clear()
        case "crowds":
            await office.crowds()
        case "merges":
            office.merges(("Accounts", "Deals", "Contacts")[number % 3], number)
        case _:
            getattr(office, what)(module, number)


def _kept(office: Office) -> dict[tuple[Kind, str], Entity]:
    with closing(sqlite3.connect(office.file)) as connection:
        rows = connection.execute("select kind, id, body from snapshot").fetchall()
    return {(Kind(kind), record_id): decode_entity(Kind(kind), body) for kind, record_id, body in rows}


async def _quarantined(office: Office) -> list[Quarantined]:
    async with office.database.reading() as tx:
        return [each for each in await tx.quarantine.all() if each.kind != USER]


async def _users(office: Office) -> list[dict[str, Any]]:
    answer = await office.crm.transport.get("/users", params={"type": "AllUsers"})
    assert answer is not None
    return list(answer["users"])


def _readable(entities: dict[tuple[Kind, str], Entity]) -> dict[tuple[Kind, str], dict[str, object]]:
    """Their fields, without those that cannot be read."""
    return {
        key: {
            name: getattr(entity, name)
            for name in entity.__dataclass_fields__
            if name not in fields_of(entity.unread) and name != "kind"
        }
        for key, entity in entities.items()
    }


async def _standing(office: Office) -> dict[tuple[Kind, str], Entity]:
    """Everything that is in the CRM now, read from the beginning."""
    found: dict[tuple[Kind, str], Entity] = {}
    for stream in Stream:
        async for page, _ in office.crm.changed(stream, since=None):
            found |= {(entity.kind, entity.id): entity for entity in page}
    counts = [await office.crm.transport.get(f"/{module}/actions/count") for module in MODULES if module != "Notes"]
    counted = [key for key in found if key[0] is not Kind.NOTE]  # Zoho does not count notes
    assert len(counted) == sum(count["count"] for count in counts if count)
    return found


Texts = dict[tuple[Kind, str], dict[str, str | None]]


def _texts(entities: dict[tuple[Kind, str], Entity]) -> Texts:
    return {
        key: {name: text_of(getattr(entity, name)) for name in WATCHED[entity.kind]} for key, entity in entities.items()
    }


async def _replayed(office: Office, before: Texts) -> Texts:
    """What follows from what was there first and each change that was noted; a change that does not fit fails."""
    with closing(sqlite3.connect(office.file)) as connection:
        connection.row_factory = sqlite3.Row
        rows = connection.execute("select * from change").fetchall()
    told = {key: dict(values) for key, values in before.items()}
    came: dict[tuple[Kind, str], set[str]] = {}
    for row in sorted(rows, key=lambda row: (row["seen_at"], row["at"], row["kind"] == "deleted")):
        key = (Kind(row["record_kind"]), row["record_id"])
        match row["kind"]:
            case "created" | "restored":
                assert key not in told, f"{row['kind']}, although it was there"
                told[key], came[key] = {}, set()
            case "deleted":
                assert told.pop(key, None) is not None, "deleted, although it was not there"
            case _:
                _moves(told[key], row, known=key not in came or row["field"] in came[key])
                came.setdefault(key, set()).add(row["field"])
    standing = _texts(_kept(office))
    for key, values in told.items():  # what a record was created with is told by the record itself
        for name, value in standing.get(key, {}).items():
            if key in came and name not in came[key]:
                values[name] = value
    return told


def _without(texts: Texts, odd: set[tuple[str, str, str]]) -> Texts:
    return {
        key: {name: value for name, value in values.items() if (key[0], key[1], name) not in odd}
        for key, values in texts.items()
    }


def _moves(values: dict[str, str | None], row: sqlite3.Row, *, known: bool) -> None:
    if known:
        assert values[row["field"]] == row["before"], f"{row['field']} moved from what it was not"
    values[row["field"]] = row["after"]


@asynccontextmanager
async def _office(file: Path) -> AsyncIterator[Office]:
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
