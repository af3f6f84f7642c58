"""The chain and the walk along it, without any database."""

from __future__ import annotations

import json
import tracemalloc
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any, TypeVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from store.domain.gate.audit import (
    GENESIS,
    START,
    AnchorsDamaged,
    AuditAnchor,
    AuditEntry,
    WrittenEntry,
    canonical_json,
    chained,
    entry_hash,
    is_as_hashed,
    problem_with,
    written,
)
from store.domain.gate.audit_walk import AuditReport, walk

T = TypeVar("T")
AT = datetime(2026, 3, 24, 7, 30, tzinfo=UTC)


def trail(count: int) -> list[AuditEntry]:
    entries: list[AuditEntry] = []
    for seq in range(1, count + 1):
        entries.append(
            chained(
                seq=seq,
                at=AT + timedelta(minutes=seq),
                actor="u-anna",
                action="proposal.approved",
                subject=f"p{seq}",
                detail={"version": seq},
                request_id="r",
                previous=entries[-1].hash if entries else GENESIS,
            )
        )
    return entries


async def stream(values: Sequence[T]) -> AsyncIterator[T]:
    for value in values:
        yield value


async def walked(entries: Sequence[AuditEntry], *seqs: int, after: AuditAnchor = START) -> AuditReport:
    whole = {entry.seq: AuditAnchor(entry.seq, entry.hash) for entry in trail(9)}
    return await walk(
        stream([written(entry) for entry in entries]), anchors=stream([whole[seq] for seq in seqs]), after=after
    )


def test_the_hash_of_an_entry_is_what_it_has_always_been() -> None:
    """Trails that were written before have to hold for ever."""
    assert trail(2)[1].hash == "c5284975ebade8f4f44c6b6cd60a94d3e63ee52f7ee23927d26b570f0c22462a"


def test_an_entry_is_the_same_whatever_the_offset_it_was_given_in() -> None:
    first = trail(1)[0]
    tokyo = replace(first, at=first.at.astimezone(timezone(timedelta(hours=9))))
    assert entry_hash(tokyo) == first.hash
    assert written(tokyo).at == "2026-03-24T07:31:00.000000+00:00"


@settings(max_examples=50)
@given(
    st.dictionaries(st.text(max_size=4), st.none() | st.booleans() | st.integers() | st.text(max_size=9), max_size=5)
)
def test_there_is_one_text_for_what_means_the_same(detail: dict[str, object]) -> None:
    shuffled = dict(reversed(detail.items()))
    assert canonical_json(shuffled) == canonical_json(json.loads(canonical_json(detail)))


@pytest.mark.parametrize(
    ("seq", "problem"),
    [
        (None, "An entry numbered None is in the place of entry 2."),
        (1, "An entry numbered 1 is in the place of entry 2."),
        (3, "Entry 2 is missing."),
    ],
)
def test_what_is_wrong_with_a_number_is_said(seq: int | None, problem: str) -> None:
    first, second = trail(2)
    assert problem_with(replace(written(second), seq=seq), seq=2, previous=first.hash) == problem


def test_what_is_wrong_with_an_entry_is_said() -> None:
    first, second = trail(2)
    good = written(second)
    assert problem_with(good, seq=2, previous=first.hash) is None
    assert problem_with(good, seq=2, previous=GENESIS) == "Entry 2 does not follow the entry before it."
    bad = replace(good, actor="u-eve")
    assert problem_with(bad, seq=2, previous=first.hash) == "Entry 2 was changed after it was written."


@pytest.mark.parametrize("name", [field for field in WrittenEntry.__dataclass_fields__ if field != "seq"])
def test_no_cell_may_be_empty_or_another(name: str) -> None:
    entry = written(trail(1)[0])
    assert is_as_hashed(entry)
    for other in (None, "x"):
        changed: dict[str, Any] = {name: other}
        assert not is_as_hashed(replace(entry, **changed))


@pytest.mark.parametrize("seqs", [(3, 2), (2, 1, 3), (1, 3, 2)])
async def test_anchors_out_of_their_order_are_damaged(seqs: tuple[int, ...]) -> None:
    with pytest.raises(AnchorsDamaged, match="comes after that of entry"):
        await walked(trail(5), *seqs)


async def test_an_anchor_may_be_noted_twice() -> None:
    report = await walked(trail(3), 2, 2, 3)
    assert (report.ok, report.anchors, report.anchored) == (True, 3, 3)


async def test_a_number_before_the_first_is_no_anchor() -> None:
    with pytest.raises(AnchorsDamaged):
        await walk(stream([]), anchors=stream([AuditAnchor(0, GENESIS)]))


async def test_the_walk_goes_on_from_an_anchor() -> None:
    entries = trail(5)
    after = AuditAnchor(3, entries[2].hash)
    report = await walked(entries[3:], 4, after=after)
    assert (report.ok, report.entries, report.head, report.anchored) == (True, 5, entries[4].hash, 4)
    assert (await walked(entries[4:], after=after)).first_bad == 4


async def test_a_trail_without_entries_and_anchors_holds() -> None:
    assert await walk(stream([])) == AuditReport(ok=True, entries=0, head=GENESIS)


async def test_a_report_tells_what_held_before_the_first_fault() -> None:
    entries = trail(4)
    report = await walked([*entries[:2], entries[3]], 1, 2, 4)
    assert report == AuditReport(
        ok=False,
        entries=2,
        head=entries[1].hash,
        first_bad=3,
        problem="Entry 3 is missing.",
        anchors=2,
        anchored=2,
    )


async def test_memory_does_not_grow_with_the_trail() -> None:
    seen = 0

    async def endless() -> AsyncIterator[WrittenEntry]:
        nonlocal seen
        previous = GENESIS
        for seq in range(1, 3_001):
            entry = chained(
                seq=seq, at=AT, actor="a", action="b", subject="c", detail={}, request_id="d", previous=previous
            )
            previous, seen = entry.hash, seq
            yield written(entry)

    tracemalloc.start()
    report = await walk(endless())
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert report.entries == seen == 3_000
    assert peak < 100_000, "bytes, where the entries themselves would take several millions"
