"""Whatever somebody with all rights over the database does to entries that were noted outside, verifying sees it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from itertools import combinations, permutations
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from store.database import Database
from store.domain.gate.audit import START, AuditAnchor
from tests.repetition import times
from tests.store.makers import NOW
from tests.store.repositories.vandal import COLUMNS, Deed, Vandal, rehashed, vandal

ENTRIES = 4
EVERY = range(1, ENTRIES + 1)
TEXTS = ("actor", "action", "subject", "request_id", "previous", "hash")

a_few = settings(max_examples=times(20, 400), suppress_health_check=[HealthCheck.function_scoped_fixture])
positions = st.integers(1, ENTRIES)


@pytest.fixture
async def trail(database: Database, database_url: str) -> AsyncIterator[Vandal]:
    async with vandal(database, database_url, entries=ENTRIES) as one:
        yield one


def other_texts(old: str) -> list[Any]:
    """Other texts than this one, most of them alike."""
    told = [
        old + " ",
        " " + old,
        old + "\u200b",
        old[::-1],
        old.upper(),
        "",
        old + "\n",
        "\N{CYRILLIC SMALL LETTER A}" + old[1:],
    ]
    return [text for text in told if text != old]


def other_details(old: str) -> list[str]:
    """Other JSON texts, some of which mean the same."""
    return [
        old.replace(":", ": "),
        old + " ",
        "\ufeff" + old,
        old.replace("\\u2014", "\N{EM DASH}"),
        old.replace("\\u2014", "\\u2015"),
        old[:-1] + ',"version":9}',
        '{"version":9,' + old[1:],
        old.replace("false", "0"),
        old.replace("false", "null"),
        old[:-1] + "}}",
        "{}",
        "null",
        "",
        "[" * 100_000,
        '{"version":' + "9" * 5_000 + "}",
        '{"version":NaN}',
        '{"who":"\\ud800"}',
    ]


def other_cells(column: str, old: Any, *, sqlite: bool) -> list[str | tuple[str, Any]]:
    """SQL expressions, or expressions with a value, that put something else into the cell."""
    if column == "seq":
        return [
            "NULL",
            "seq + 1000",
            "-seq",
            "0",
            "seq + 1",
            "seq - 1",
            *(["seq + 0.5", "CAST(seq AS TEXT)"] if sqlite else []),
        ]
    if column == "at":
        return _other_times_sqlite(str(old)) if sqlite else _other_times_postgres()
    texts = other_details(old) if column == "detail" else other_texts(old)
    cells: list[str | tuple[str, Any]] = ["NULL", *((":value", text) for text in texts)]
    if sqlite:
        cells += [f"CAST({column} AS BLOB)", "CAST(x'fffe' AS TEXT)", f"{column} || CAST(x'00' AS TEXT)", "7", "7.5"]
    return cells


def _other_times_sqlite(old: str) -> list[str | tuple[str, Any]]:
    same_moment = [
        old + "+00:00",
        old + "Z",
        old.replace(" ", "T"),
        old.replace(" ", "T") + "+00:00",
        old[:-7],
        old[:-3],
    ]
    others = [
        old + "+05:00",
        old + "-00:01",
        old[:-1] + "1",
        " " + old,
        "2026",
        "soon",
        "",
        old.replace("2026", "-2026"),
    ]
    return [
        "NULL",
        "0",
        "strftime('%s', at)",
        "CAST(at AS BLOB)",
        *((":value", text) for text in [*same_moment, *others]),
    ]


def _other_times_postgres() -> list[str | tuple[str, Any]]:
    moved = ("1 microsecond", "-1 microsecond", "5 hours", "1 day", "100 years", "10000 years", "-3000 years")
    return ["NULL", "'infinity'", "'-infinity'", *(f"at + interval '{by}'" for by in moved)]


async def is_seen(trail: Vandal, deed: Deed) -> bool:
    """By the anchors of all entries, and by that of the last alone."""
    reports = [await deed.verify(*trail.anchors), await deed.verify(trail.anchors[-1])]
    return not any(report.ok for report in reports) and all(report.problem for report in reports)


@pytest.mark.parametrize("column", COLUMNS)
async def test_every_edit_of_every_cell_is_seen(trail: Vandal, column: str) -> None:
    is_sqlite = trail.engine.dialect.name == "sqlite"
    tried = 0
    for seq in EVERY:
        async with trail.at_work() as deed:
            old = await deed.raw(seq, column)
        for cell in other_cells(column, old, sqlite=is_sqlite):
            expression, values = (cell, {}) if isinstance(cell, str) else (cell[0], {"value": cell[1]})
            async with trail.at_work() as deed:
                await deed.sql(f"UPDATE audit SET {column} = {expression} WHERE seq = {seq}", **values)
                assert await is_seen(trail, deed), (seq, cell)
                tried += 1
    assert tried >= ENTRIES * 6


@a_few
@given(
    seq=positions,
    column=st.sampled_from((*TEXTS, "detail")),
    value=st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])),
)
async def test_any_text_in_any_cell_is_seen(trail: Vandal, seq: int, column: str, value: str) -> None:
    async with trail.at_work() as deed:
        changed = value != await deed.raw(seq, column)
        await deed.sql(f"UPDATE audit SET {column} = :value WHERE seq = {seq}", value=value)
        assert await is_seen(trail, deed) is changed


@a_few
@given(seq=positions, moved=st.timedeltas(-timedelta(days=700_000), timedelta(days=2_000_000)))
async def test_any_other_moment_is_seen(trail: Vandal, seq: int, moved: timedelta) -> None:
    async with trail.at_work() as deed:
        moment = trail.entries[seq - 1].at + moved
        value = moment if trail.engine.dialect.name == "postgresql" else f"{moment:%Y-%m-%d %H:%M:%S.%f}"
        await deed.sql(f"UPDATE audit SET at = :value WHERE seq = {seq}", value=value)
        assert await is_seen(trail, deed) is bool(moved)


@pytest.mark.parametrize("close", [False, True], ids=["leaving gaps", "closing the gaps"])
async def test_every_deletion_is_seen(trail: Vandal, close: bool) -> None:
    for count in EVERY:
        for gone in combinations(EVERY, count):
            async with trail.at_work() as deed:
                for seq in reversed(gone):
                    await deed.sql(f"DELETE FROM audit WHERE seq = {seq}")
                    if close:
                        await deed.sql(f"UPDATE audit SET seq = seq - 1 WHERE seq > {seq}")
                assert await is_seen(trail, deed), gone


@pytest.mark.parametrize("number", ["seq", "same", "0", "-1", "NULL"])
async def test_every_insertion_is_seen(trail: Vandal, number: str) -> None:
    for seq in EVERY:
        for copied in EVERY:
            async with trail.at_work() as deed:
                names = ", ".join(COLUMNS[1:])
                if number == "seq":
                    await deed.sql(f"UPDATE audit SET seq = seq + 1 WHERE seq >= {seq}")
                place = str(seq) if number in ("seq", "same") else number
                moved = copied + 1 if number == "seq" and copied >= seq else copied
                await deed.sql(
                    f"INSERT INTO audit (seq, {names}) SELECT {place}, {names} FROM audit WHERE seq = {moved}"
                )
                assert await is_seen(trail, deed), (seq, copied)


async def test_every_other_order_is_seen(trail: Vandal) -> None:
    for order in permutations(EVERY):
        if order == tuple(EVERY):
            continue
        async with trail.at_work() as deed:
            cases = " ".join(f"WHEN {seq} THEN {place}" for seq, place in zip(EVERY, order, strict=True))
            await deed.sql(f"UPDATE audit SET seq = CASE seq {cases} END")
            assert await is_seen(trail, deed), order


async def test_every_cut_tail_is_seen(trail: Vandal) -> None:
    for kept in range(ENTRIES):
        async with trail.at_work() as deed:
            await deed.sql(f"DELETE FROM audit WHERE seq > {kept}")
            report = await deed.verify(trail.anchors[-1])
            assert await is_seen(trail, deed)
            assert report.first_bad == kept + 1
            assert "cut off" in str(report.problem)


@a_few
@given(changed=positions, name=st.sampled_from(("actor", "action", "subject", "request_id", "at", "detail")))
async def test_a_trail_written_anew_with_hashes_that_fit_is_seen(trail: Vandal, changed: int, name: str) -> None:
    value = {"at": NOW + timedelta(days=1), "detail": {"version": 99}}.get(name, "u-eve")
    forged = rehashed(trail.entries, changed, **{name: value})
    async with trail.at_work() as deed:
        await deed.put(forged)
        assert (await deed.verify()).ok, "by itself the chain holds"
        report = await deed.verify(*trail.anchors)
        assert report.first_bad == changed
        assert "rewritten" in str(report.problem)
        assert await is_seen(trail, deed)


@a_few
@given(noted=st.sets(positions, min_size=1), changed=positions)
async def test_what_is_noted_once_protects_everything_before_it(trail: Vandal, noted: set[int], changed: int) -> None:
    anchors = [trail.anchors[seq - 1] for seq in sorted(noted)]
    async with trail.at_work() as deed:
        await deed.put(rehashed(trail.entries, changed, actor="u-eve"))
        assert (await deed.verify(*anchors)).ok is (changed > max(noted))


async def test_what_was_not_yet_noted_can_be_cut_or_written_anew_unseen(trail: Vandal) -> None:
    noted = trail.anchors[2]
    async with trail.at_work() as deed:
        await deed.sql("DELETE FROM audit WHERE seq > 3")
        assert (await deed.verify(noted)).ok, "entries after the last anchor are held by the chain alone"
    async with trail.at_work() as deed:
        await deed.put(rehashed(trail.entries, 4, actor="u-eve"))
        assert (await deed.verify(noted)).ok
        assert not (await deed.verify(trail.anchors[3])).ok


async def test_what_does_not_follow_from_the_last_anchor_is_never_noted(trail: Vandal) -> None:
    last = trail.anchors[2]
    async with trail.at_work() as deed:
        report = await deed.verify(after=last)
        assert (report.ok, report.entries, report.head) == (True, ENTRIES, trail.entries[-1].hash)
        await deed.sql("UPDATE audit SET actor = 'u-eve' WHERE seq = 4")
        assert (await deed.verify(after=last)).first_bad == 4
    for statement in (
        "DELETE FROM audit WHERE seq >= 3",
        "UPDATE audit SET hash = 'no' WHERE seq = 3",
        "UPDATE audit SET actor = 'u-eve' WHERE seq = 3",
        "INSERT INTO audit SELECT * FROM audit WHERE seq = 3",
    ):
        async with trail.at_work() as deed:
            await deed.sql(statement)
            report = await deed.verify(after=last)
            assert (report.ok, report.first_bad) == (False, 3), statement


async def test_the_zone_of_a_session_changes_nothing(trail: Vandal) -> None:
    if trail.engine.dialect.name == "sqlite":
        pytest.skip("SQLite knows no zones")
    async with trail.at_work() as deed:
        await deed.sql("SET TIME ZONE 'Asia/Tokyo'")
        await deed.sql("SET datestyle = 'German'")
        assert (await deed.verify(*trail.anchors)).anchors == ENTRIES


async def test_an_untouched_trail_passes_every_anchor(trail: Vandal) -> None:
    async with trail.at_work() as deed:
        report = await deed.verify(*trail.anchors)
        assert (report.ok, report.entries, report.anchors, report.anchored) == (True, ENTRIES, ENTRIES, ENTRIES)
        assert (await deed.verify(after=START)).ok
        assert not (await deed.verify(AuditAnchor(1, "0" * 64))).ok
