"""A database left by an earlier release: every proposal in it is taken over, decided and written as if nothing had happened.

tests/data/upgrade holds what the release at d5b5b6a left (`d5b5b6a.py.txt` is the script that made it): a proposal in every
state, of every kind, with the CRM's changes that go with them.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from agents.flows.gate.operate_writes import OperateWrites
from agents.flows.gate.snooze_proposal import SnoozeProposal
from agents.flows.records.anchor_audit import verify_audit
from integrations.sandbox.history import CrmEvent
from store.database import Database
from store.domain.access.rules import EVERYONE
from store.domain.errors import AlreadyDecided, Expired, GateClosed, Stale
from store.domain.gate.proposals import Proposal, State
from store.domain.gate.registry import kinds
from store.domain.gate.write import digest_of, is_digest_of
from store.domain.gate.writes.create_task import CreateTask
from store.domain.signals.kinds import SignalKind
from tests.gate.desk import POLICY, WRITES, Desk, caller, open_desk

LEFT = Path(__file__).parents[1] / "data" / "upgrade"
SETTLE = WRITES.timeout + WRITES.settle + timedelta(seconds=1)


@cache
def left() -> dict[str, Any]:
    told: dict[str, Any] = json.loads((LEFT / "d5b5b6a.json").read_text())
    return told


@dataclass
class Upgraded:
    desk: Desk

    async def get(self, name: str) -> Proposal:
        return await self.desk.get(left()["names"][name])

    def written(self) -> list[tuple[str, str]]:
        """What this release wrote to the CRM."""
        return [(entry.op, entry.module) for entry in self.desk.zoho.ledger]


LATER_KINDS = {"reassign_account", "update_task"}


@pytest.fixture
async def upgraded(tmp_path: Path) -> AsyncIterator[Upgraded]:
    file, now = tmp_path / "old.db", datetime.fromisoformat(left()["now"])
    with closing(sqlite3.connect(file)) as connection:
        connection.executescript((LEFT / "d5b5b6a.sql").read_text())
    database = Database(f"sqlite+aiosqlite:///{file}")
    await database.migrate()
    await database.close()
    async with open_desk(f"sqlite+aiosqlite:///{file}", synced=False) as desk:
        desk.zoho.play(now)
        for entry in left()["ledger"]:
            desk.zoho.happens(CrmEvent(**{**entry, "at": datetime.fromisoformat(entry["at"])}))
        desk.clock.moment = now
        yield Upgraded(desk)


async def test_every_proposal_of_every_state_and_kind_is_read_and_its_digest_holds(upgraded: Upgraded) -> None:
    found = [await upgraded.get(name) for name in left()["names"]]

    assert {each.state for each in found} == set(State) - {State.RETRACTED}  # of a later release
    assert {each.write.kind for each in found} == set(kinds()) - LATER_KINDS
    assert all(is_digest_of(each.digest, each.write) and each.digest != digest_of(each.write) for each in found)
    assert {each.recommendation.signals for each in found} == {(SignalKind.NO_ACTIVITY,)}


async def test_the_trail_is_whole_and_goes_on(upgraded: Upgraded) -> None:
    await upgraded.desk.decide.approve(caller("anna"), left()["names"]["pending_note"], 1)
    report = await verify_audit(upgraded.desk.database, None)
    assert report.ok, report.problem


@pytest.mark.parametrize(
    ("name", "change"),
    [("task", ("create", "Tasks")), ("note", ("create", "Notes")), ("update", ("update", "Accounts"))],
)
async def test_the_approve_button_of_an_old_card_writes_what_was_shown(
    upgraded: Upgraded, name: str, change: tuple[str, str]
) -> None:
    desk, shown = upgraded.desk, await upgraded.get(f"pending_{name}")
    await desk.decide.approve(caller("anna"), shown.id, shown.version, digest=shown.digest)
    done = await desk.execute.of_kind(shown.id, shown.write.kind, reach=EVERYONE)

    assert (done.state, done.write, done.digest) == (State.DONE, shown.write, shown.digest)
    assert upgraded.written() == [change]


async def test_an_old_card_still_adjusts_rejects_and_is_put_off(upgraded: Upgraded) -> None:
    desk, anna = upgraded.desk, caller("anna")
    task, note, update = [await upgraded.get(f"pending_{name}") for name in ("task", "note", "update")]
    assert isinstance(task.write, CreateTask)

    same = await desk.adjust.adjust(anna, task.id, 1, task.write)
    assert same.proposal.id == task.id
    made = (await desk.adjust.adjust(anna, task.id, 1, replace(task.write, subject="Ring them"))).proposal
    assert (made.version, made.digest) == (2, digest_of(made.write))
    await desk.decide.reject(anna, note.id, 1, "No")
    put_off = await SnoozeProposal(desk.database, POLICY).snooze(anna, update.id, 1, days=2)

    assert put_off.proposal.state is State.SNOOZED
    assert [(await upgraded.get(f"pending_{name}")).state for name in ("task", "note")] == [
        State.SUPERSEDED, State.REJECTED,
    ]  # fmt: skip
    assert upgraded.written() == []


async def test_what_was_decided_before_stays_decided(upgraded: Upgraded) -> None:
    desk, anna = upgraded.desk, caller("anna")
    closed = {"rejected": AlreadyDecided, "expired": Expired, "superseded": Stale, "done_task": AlreadyDecided}
    for name, error in closed.items():
        with pytest.raises(error):
            await desk.decide.approve(anna, left()["names"][name], 1)
    adjusted = await upgraded.get("adjusted")
    await desk.decide.approve(anna, adjusted.id, 2)
    woken = await SnoozeProposal(desk.database, POLICY).bring_back(anna, left()["names"]["snoozed"], 1)
    assert woken.proposal.state is State.PENDING


async def test_a_second_person_completes_an_approval_that_the_first_gave_before(upgraded: Upgraded) -> None:
    endorsed = await upgraded.get("endorsed_update")
    assert endorsed.endorsed_by is not None
    await upgraded.desk.decide.approve(caller("mia"), endorsed.id, 1)
    assert (await upgraded.desk.execute.drive(endorsed.id)).state is State.DONE
    assert upgraded.written() == [("update", "Accounts")]


async def test_every_open_write_comes_to_its_end_with_one_record_each(upgraded: Upgraded) -> None:
    """Writes that had arrived are found again, the others are written once, and an approved undo is made."""
    await upgraded.desk.sweep(after=SETTLE)
    await upgraded.desk.settle()

    open_ones = ["ready_task", "ready_note", "ready_update", "sending_arrived", "sending_lost", "unknown_arrived"]
    states = {name: (await upgraded.get(name)).state for name in (*open_ones, "unknown_lost", "undo_ready")}
    assert set(states.values()) == {State.DONE}, states
    assert (await upgraded.get("undo_approved")).state is State.UNDONE
    assert sorted(upgraded.written()) == [
        ("create", "Notes"), ("create", "Notes"), ("create", "Tasks"), ("create", "Tasks"), ("delete", "Tasks"),
        ("update", "Accounts"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "change"),
    [("done_task", ("delete", "Tasks")), ("done_note", ("delete", "Notes")), ("done_update", ("update", "Accounts"))],
)
async def test_what_the_earlier_release_wrote_can_be_undone(
    upgraded: Upgraded, name: str, change: tuple[str, str]
) -> None:
    desk, anna, done = upgraded.desk, caller("anna"), await upgraded.get(name)
    undo = (await desk.undo.offer(anna, done.id, 1)).undo
    await desk.undo.approve(anna, undo.id, 1)
    await desk.execute.drive(undo.id)

    assert (await upgraded.get(name)).state is State.UNDONE
    assert upgraded.written() == [change]


async def test_an_undo_that_was_offered_before_is_the_one_that_is_approved(upgraded: Upgraded) -> None:
    desk, anna = upgraded.desk, caller("anna")
    offered, undo = await upgraded.get("undo_offered"), await upgraded.get("undo_pending")
    assert (await desk.undo.offer(anna, offered.id, 1)).undo.id == undo.id
    await desk.undo.approve(anna, undo.id, 1)
    assert (await desk.execute.drive(undo.id)).state is State.DONE
    with pytest.raises(Expired):
        await desk.undo.offer(anna, left()["names"]["done_long_ago"], 1)
    with pytest.raises(GateClosed, match="undone already"):
        await desk.undo.offer(anna, left()["names"]["undone"], 1)


async def test_an_operator_ends_what_was_dead_or_parked(upgraded: Upgraded) -> None:
    desk = upgraded.desk
    operate = OperateWrites(desk.database, lifetime=POLICY.lifetime)
    dead, parked = await upgraded.get("dead"), await upgraded.get("parked")
    assert parked.parked_at is not None
    await operate.retry("root", dead.id)
    await operate.retry("root", parked.id)
    assert (await desk.execute.drive(dead.id)).state is State.DONE
    assert (await desk.execute.drive(parked.id)).state is State.DONE  # found again by its mark
    assert upgraded.written() == [("create", "Tasks")]


async def test_what_zoho_takes_in_each_field_is_still_known(upgraded: Upgraded) -> None:
    async with upgraded.desk.database.reading() as tx:
        rules = await tx.sync.field_rules()
    assert set(rules) == {"create_task", "add_note", "update_account"}
    assert rules["create_task"].fields["subject"].required
