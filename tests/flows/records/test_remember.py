"""Remembering: what was kept becomes passages, once, whatever dies in between; what goes from the CRM goes from memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import pytest

from agents.flows.records.remember import MemoryPolicy, Remember
from store.database import Database
from store.domain.crm.accounts import Entity, Kind
from store.domain.crm.changes import diff
from store.domain.gate.proposals import State
from store.domain.memory.passage import MemoryKind, Passage, passage_id
from store.domain.memory.pieces import MAX_CHUNKS
from tests.store.makers import ANNA, BEN, NOW, account, activity, contact, deal, note, proposal

DAY = timedelta(days=1)


class Killed(BaseException):
    """As sudden as the end of a process: nothing of ours catches it."""


@dataclass(frozen=True)
class At:
    moment: datetime = NOW

    def now(self) -> datetime:
        return self.moment


async def keep(database: Database, *entities: Entity, seen_at: datetime = NOW) -> None:
    """As the sync does: the new versions and what moved, in one transaction."""
    async with database.transaction() as tx:
        for entity in entities:
            before = (await tx.snapshots.versions(entity.kind, [entity.id])).get(entity.id)
            await tx.snapshots.upsert([entity], seen_at=seen_at)
            await tx.changes.add(diff(before, entity, seen_at=seen_at))


async def drop(database: Database, kind: Kind, *ids: str) -> None:
    async with database.transaction() as tx:
        await tx.snapshots.remove(kind, ids)


async def remembered(
    database: Database, account_id: str = "a1", *kinds: MemoryKind, batch: int = 200
) -> Sequence[Passage]:
    await Remember(database, At(), MemoryPolicy(batch=batch))()
    async with database.reading() as tx:
        assert await tx.memory.waiting() == 0
        return [each for each in await tx.memory.everything_of(account_id) if not kinds or each.kind in kinds]


async def ids(database: Database, account_id: str = "a1", *kinds: MemoryKind) -> set[str]:
    return {each.id for each in await remembered(database, account_id, *kinds)}


async def seqs(database: Database) -> list[tuple[str, bool, str]]:
    async with database.reading() as tx:
        return [(each.passage.id, each.gone, each.passage.text) for each in await tx.memory.after(0, 1_000)]


RECORDS = (account("a1"), deal("d1", "a1"), contact("k1", "a1"), activity("c1", deal_id="d1"), note("n1", "a1"))


async def test_what_is_kept_is_remembered_and_found(database: Database) -> None:
    await keep(database, *RECORDS)
    assert await ids(database, "a1", MemoryKind.NOTE, MemoryKind.CALL) == {"note:n1#0", "call:c1#0"}
    async with database.reading() as tx:
        hits = await tx.full_text.search(await tx.snapshots.account_ids([ANNA.id]), "note n1")
    assert hits[0].passage_id == "note:n1#0"


async def test_remembering_again_changes_nothing(database: Database) -> None:
    await keep(database, *RECORDS)
    await remembered(database)
    before = await seqs(database)
    async with database.transaction() as tx:
        await tx.snapshots.upsert(RECORDS, seen_at=NOW + DAY)
    await remembered(database)
    assert await seqs(database) == before


async def test_a_run_that_dies_at_any_place_ends_like_an_undisturbed_one(database: Database) -> None:
    many: list[Entity] = [account("a1"), *(note(f"n{number}", "a1") for number in range(7))]
    await keep(database, *many)

    async def dies(after: int) -> None:
        """One step is a transaction; what dies after some of them leaves the rest on the list."""
        steps = iter(range(after))

        def progress(_records: int, _waiting: int) -> None:
            if next(steps, None) is None:
                raise Killed

        with pytest.raises(Killed):
            await Remember(database, At(), MemoryPolicy(batch=1))(progress=progress)

    for after in (0, 1, 2):
        await dies(after)
    assert await ids(database) == {passage_id("note", f"n{number}") for number in range(7)}
    assert len(await seqs(database)) == 7


async def test_a_batch_that_is_given_up_stays_on_the_list(database: Database) -> None:
    await keep(database, *RECORDS)
    async with database.reading() as tx:
        waiting = await tx.memory.waiting()
    with pytest.raises(Killed):
        await _taken_and_given_up(database)
    async with database.reading() as tx:
        assert await tx.memory.waiting() == waiting


async def test_removed_records_go_from_memory(database: Database) -> None:
    await keep(database, *RECORDS)
    await remembered(database)
    await drop(database, Kind.NOTE, "n1")
    assert await ids(database, "a1", MemoryKind.NOTE, MemoryKind.CALL) == {"call:c1#0"}
    await drop(database, Kind.ACCOUNT, "a1")
    assert await ids(database) == set()


async def test_a_note_that_gets_shorter_leaves_no_pieces_behind(database: Database) -> None:
    long = replace(note("n1", "a1"), text="They want it signed soon. " * 150)
    await keep(database, account("a1"), long)
    assert len(await remembered(database)) > 2
    await keep(database, replace(long, text="They want it signed soon.", modified_at=NOW + DAY))
    assert [each.text for each in await remembered(database)] == ["They want it signed soon."]


async def test_empty_huge_and_odd_notes_are_kept_as_far_as_they_say_anything(database: Database) -> None:
    texts = {
        "n1": "",
        "n2": " \u200b\n",
        "n3": "The pelican signed it. " * 450_000,
        "n4": "x" * 10_000_000,
        "n5": "a\x00b'--",
    }
    await keep(database, account("a1"), *(replace(note(id, "a1"), text=text) for id, text in texts.items()))
    kept = await remembered(database, "a1", MemoryKind.NOTE)
    assert [sum(each.record_id == id for each in kept) for id in texts] == [0, 0, MAX_CHUNKS, MAX_CHUNKS, 1]
    assert sum("more characters were left out" in each.text for each in kept) == 2
    async with database.reading() as tx:
        assert (await tx.full_text.search(["a1"], "pelican"))[0].passage_id.startswith("note:n3#")


async def test_an_account_keeps_its_memory_when_it_changes_hands(database: Database) -> None:
    await keep(database, *RECORDS)
    await remembered(database)
    await keep(database, replace(RECORDS[0], owner_id=BEN.id, modified_at=NOW + DAY))
    assert {"note:n1#0", "call:c1#0"} < await ids(database)
    assert any("went from" in each.text for each in await remembered(database, "a1", MemoryKind.CHANGE))
    async with database.reading() as tx:
        assert await tx.snapshots.account_ids([ANNA.id]) == []
        assert await tx.snapshots.account_ids([BEN.id]) == ["a1"]


async def test_what_hangs_on_a_deal_follows_it_to_another_account(database: Database) -> None:
    await keep(database, *RECORDS, account("a2"))
    await remembered(database)
    await keep(database, deal("d1", "a2", modified_at=NOW + DAY))
    assert await ids(database, "a1", MemoryKind.CALL) == set()
    assert await ids(database, "a2", MemoryKind.CALL) == {"call:c1#0"}


async def test_what_a_deal_is_called_on_another_account_is_not_told_on_the_one_it_left(database: Database) -> None:
    await keep(database, *RECORDS, account("a2", BEN))
    await keep(database, deal("d1", "a2", stage="Won", name="Canary", modified_at=NOW + DAY))
    moved = await remembered(database, "a1", MemoryKind.CHANGE)
    assert any("The deal moved from Qualification to Won" in each.text for each in moved)
    assert "Canary" not in str(await remembered(database, "a1"))


async def test_what_comes_before_its_deal_is_remembered_once_that_is_known(database: Database) -> None:
    await keep(database, account("a1"), activity("c1", deal_id="d1"))
    assert await ids(database) == set()
    await keep(database, deal("d1", "a1"))
    assert await ids(database, "a1", MemoryKind.CALL) == {"call:c1#0"}


async def test_advice_and_decisions_are_remembered_as_the_gate_moves(database: Database) -> None:
    async with database.transaction() as tx:
        await tx.proposals.add(proposal("p1", lineage="p1"), proposal("p2", lineage="p2", key="other"))
    kinds = (MemoryKind.RECOMMENDATION, MemoryKind.DECISION)
    assert await ids(database, "a1", *kinds) == {"recommendation:p1#0", "recommendation:p2#0"}
    async with database.transaction() as tx:
        await tx.proposals.move("p1", frm=[State.PENDING], to=State.REJECTED, decided_by=ANNA.id, decided_at=NOW)
        await tx.proposals.move("p2", frm=[State.PENDING], to=State.SUPERSEDED)
    assert await ids(database, "a1", *kinds) == {"recommendation:p1#0", "decision:p1#0"}


async def test_a_forgotten_account_is_not_remembered_again(database: Database) -> None:
    async with database.transaction() as tx:
        await tx.forgotten.add("a1", ["d1"], at=NOW, by=ANNA.id)
    await keep(database, *RECORDS, deal("d9", "a1"))
    assert await ids(database) == set()


async def test_old_passages_of_a_kind_go_and_do_not_come_back(database: Database) -> None:
    old = replace(note("n1", "a1"), created_at=NOW - 400 * DAY)
    await keep(database, account("a1"), old, note("n2", "a1"))
    assert await ids(database) == {"note:n1#0", "note:n2#0"}
    for _ in range(2):
        await keep(database, replace(old, modified_at=NOW + DAY, title="Again"))
        await Remember(database, At(), MemoryPolicy(retention={MemoryKind.NOTE: 365 * DAY}))()
        async with database.reading() as tx:
            assert [each.id for each in await tx.memory.everything_of("a1")] == ["note:n2#0"]


async def _taken_and_given_up(database: Database) -> None:
    async with database.transaction() as tx:
        assert await tx.memory.take_due(100)
        raise Killed
