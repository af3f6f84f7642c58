"""Whatever happens in the CRM and on the way to it, in the end the snapshots equal the records there, but for fields that cannot
be read, each of which is listed; and each move was reported once."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from store.codec import decode_entity
from store.domain.crm.accounts import Entity, Kind, Stream
from store.domain.crm.changes import WATCHED, text_of
from store.domain.crm.settle import USER
from store.domain.crm.unread import VITAL, Quarantined, fields_of
from tests.flows.records.office import MODULES, Office, at_work
from tests.repetition import LONG, times


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

# Each kind of trouble in one history: odd values, more deletions than the CRM lists, restores, stages withdrawn, users who left.
ALL: list[Step] = [
    ("deletes", "Deals", 1, 40),
    ("distorts", "Deals", 0, 40),
    ("distorts", "Contacts", 2, 40),
    ("withdraws", "Deals", 2, 0),
    ("leaves", "Accounts", 1, 1),
    ("crowds", "Contacts", 0, 40),
    ("restores", "Deals", 0, 40),
    ("edits", "Deals", 3, 40),
    ("sync", "Deals", 0, 400),
    ("straightens", "Deals", 0, 40),
    ("distorts", "Accounts", 1, 40),
    ("leaves", "Accounts", 2, 1),
    ("dies", "Deals", 3, 40),
]


@pytest.mark.long
@given(steps=STEPS)
@example(steps=ALL)
@settings(
    max_examples=times(10, 300),
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=list(HealthCheck),
    database=None,
    derandomize=not LONG,
)
def test_snapshots_follow_the_crm_and_each_move_is_reported_once(
    steps: list[Step], fresh_file: Callable[[], Path]
) -> None:
    asyncio.run(_lived(steps, fresh_file()))


async def _lived(steps: list[Step], file: Path) -> None:
    async with at_work(file) as office:
        await office.sync()
        before = _texts(_kept(office))
        for what, module, number, seconds in steps:
            office.clock.advance(timedelta(seconds=seconds))
            await _step(office, what, module, number)
        office.zoho.faults.clear()
        office.line.answers = None
        office.clock.advance(timedelta(seconds=1))
        await office.sync()

        kept, present = _kept(office), await _present(office)
        odd = {(each.kind, each.record_id, each.unread.field) for each in await _quarantined(office)}
        assert odd == {(key[0], key[1], each.field) for key, entity in present.items() for each in entity.unread}
        waiting = {key for key, entity in present.items() if fields_of(entity.unread) & VITAL} - kept.keys()
        assert _readable(kept) == _readable({key: each for key, each in present.items() if key not in waiting})
        assert _without(_replayed(office, before), odd) == _without(_texts(kept), odd)
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


async def _present(office: Office) -> dict[tuple[Kind, str], Entity]:
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


def _replayed(office: Office, before: Texts) -> Texts:
    """Replay every recorded change on the records as they were at first; a change that does not fit fails."""
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
    present = _texts(_kept(office))
    for key, values in told.items():  # only the record itself says with which values it was created
        for name, value in present.get(key, {}).items():
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
        assert values[row["field"]] == row["before"], f"{row['field']} moved from a value it did not have"
    values[row["field"]] = row["after"]
