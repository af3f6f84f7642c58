"""Passages: put once, moved to the end when they change, emptied when they go; read by account, kind and time."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from store.database import Database, Tx
from store.domain.memory.passage import MemoryKind, Passage, passage_id
from tests.store.makers import NOW

DAY = timedelta(days=1)


def passage(id: str = "note:n1#0", account_id: str = "a1", text: str = "They like it.", **fields: Any) -> Passage:
    kind, _, rest = id.partition(":")
    given: dict[str, Any] = {"title": "Talk", "at": NOW, "author": "Anna Berg"}
    return Passage(
        id=id, account_id=account_id, kind=MemoryKind(kind), record_id=rest.split("#")[0], text=text, **given | fields
    )


async def put(database: Database, *passages: Passage) -> int:
    async with database.transaction() as tx:
        return await tx.memory.upsert(passages)


async def log_of(database: Database, after: int = 0) -> list[tuple[int, str, bool]]:
    async with database.reading() as tx:
        return [(each.seq, each.passage.id, each.gone) for each in await tx.memory.after(after, 100)]


async def test_putting_again_what_is_there_moves_nothing(database: Database) -> None:
    first, second = passage(), passage("call:c1#0")
    assert await put(database, first, second) == 2
    assert await put(database, first, second, first) == 0
    assert await log_of(database) == [(1, first.id, False), (2, second.id, False)]
    async with database.reading() as tx:
        assert await tx.memory.by_ids([first.id, "unknown"]) == {first.id: first}


async def test_a_passage_that_changes_goes_to_the_end(database: Database) -> None:
    await put(database, passage(), passage("call:c1#0"))
    assert await put(database, passage(text="They love it.")) == 1
    assert await log_of(database, after=2) == [(3, "note:n1#0", False)]
    assert [id for _, id, _ in await log_of(database)] == ["call:c1#0", "note:n1#0"]


async def test_what_is_removed_leaves_a_mark_without_words(database: Database) -> None:
    await put(database, passage(), passage("call:c1#0"))
    async with database.transaction() as tx:
        assert await tx.memory.remove(["note:n1#0", "unknown"]) == 1
        assert await tx.memory.remove(["note:n1#0"]) == 0
        (mark,) = await tx.memory.after(2, 10)
        assert (mark.seq, mark.gone, mark.passage.text, mark.passage.title) == (3, True, "", "")
        assert await tx.memory.by_ids(["note:n1#0"]) == {}
    assert await put(database, passage()) == 1
    assert await log_of(database, after=3) == [(4, "note:n1#0", False)]


async def test_pieces_that_a_record_no_longer_has_are_removed(database: Database) -> None:
    await put(
        database, *(passage(f"note:n1#{piece}") for piece in range(3)), passage("note:n2#0"), passage("call:n1#0")
    )
    async with database.transaction() as tx:
        assert await tx.memory.remove_missing([MemoryKind.NOTE], ["n1"], keep={"note:n1#0"}) == 2
        assert {each.id for each in await tx.memory.everything_of("a1")} == {"note:n1#0", "note:n2#0", "call:n1#0"}


async def test_an_account_is_removed_as_a_whole_and_nothing_else(database: Database) -> None:
    await put(database, passage(), passage("call:c1#0"), passage("note:n2#0", "a2"))
    async with database.transaction() as tx:
        assert await tx.memory.remove_account("a1") == 2
        assert await tx.memory.everything_of("a1") == []
        assert len(await tx.memory.everything_of("a2")) == 1


async def test_a_timeline_is_narrowed_and_paged_the_latest_first(database: Database) -> None:
    await put(
        database, *(passage(passage_id("note", f"n{day}"), at=NOW - day * DAY) for day in range(5)), passage("call:c#0")
    )
    async with database.reading() as tx:
        timeline = await tx.memory.timeline("a1", kinds=[MemoryKind.NOTE], limit=2, page=1)
        assert [each.id for each in timeline] == ["note:n2#0", "note:n3#0"]
        between = await tx.memory.timeline("a1", since=NOW - 3 * DAY, until=NOW - DAY)
        assert [each.id for each in between] == ["note:n2#0", "note:n3#0"]
        assert await tx.memory.timeline("unknown") == []


async def test_passages_are_counted_by_kind_also_for_thousands_of_accounts(database: Database) -> None:
    await put(database, passage(), passage("call:c1#0"), passage("note:n2#0", "a2"))
    async with database.reading() as tx:
        everywhere, one = await tx.memory.counts(), await tx.memory.counts(["a2"])
        many = await tx.memory.counts(["a1", "a2", *(f"other{number}" for number in range(40_000))])
    assert (everywhere[MemoryKind.NOTE], one[MemoryKind.NOTE], one[MemoryKind.CALL]) == (2, 1, 0)
    assert many == everywhere


async def test_old_passages_of_one_kind_are_removed(database: Database) -> None:
    await put(database, passage(at=NOW - 9 * DAY), passage("note:n2#0"), passage("call:c1#0", at=NOW - 9 * DAY))
    async with database.transaction() as tx:
        assert await tx.memory.remove_older(MemoryKind.NOTE, NOW - DAY) == 1
        assert {each.id for each in await tx.memory.everything_of("a1")} == {"note:n2#0", "call:c1#0"}


def test_two_passages_that_differ_only_in_account_have_other_digests() -> None:
    assert passage().digest != replace(passage(), account_id="a2").digest


async def beside(tx: Tx, *ids: str) -> dict[str, tuple[str, ...]]:
    """By the ids of the passages, as they are told in."""
    found = await tx.memory.around(ids, best=ids)
    return {id: tuple(each.passage_id for each in others) for id, others in found.beside.items()}


async def test_what_stands_beside_a_passage_is_found_in_our_tables(database: Database) -> None:
    about = {"deal_id": "d1", "contact_id": "c1"}
    near = passage("note:n2#0", deal_id="d1")
    await put(
        database, passage("note:n1#0", **about), near, passage("note:n3#0", contact_id="c1"),
        passage("note:n4#0", "a2", deal_id="d1"), passage("note:n5#0"),
    )  # fmt: skip
    async with database.reading() as tx:
        assert await beside(tx, "note:n1#0", "unknown") == {"note:n1#0": ("note:n2#0", "note:n3#0")}
    async with database.transaction() as tx:
        await tx.memory.remove([near.id])
        assert await beside(tx, "note:n1#0") == {"note:n1#0": ("note:n3#0",)}
        assert await beside(tx) == {}
