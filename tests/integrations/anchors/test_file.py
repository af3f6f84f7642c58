"""Heads of the audit trail in a file: appended, private, durable, and honest about what was done to it."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from integrations.anchors import open_anchors
from integrations.anchors.file import FileAnchors
from store.domain.gate.audit import AnchorsDamaged, AnchorsUnavailable, AuditAnchor
from tests.store.makers import NOW


def anchor(seq: int) -> AuditAnchor:
    return AuditAnchor(seq, f"{seq:064x}")


async def kept(anchors: FileAnchors, *seqs: int) -> None:
    for seq in seqs:
        await anchors.keep(anchor(seq), NOW)


async def noted(anchors: FileAnchors) -> list[int]:
    return [one.seq async for one in anchors.all()]


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


def lines(path: Path) -> list[str]:
    return path.read_text(errors="surrogateescape").splitlines(keepends=True)


def rewrite(path: Path, text: str) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, errors="surrogateescape")


def add(path: Path, text: str) -> None:
    with path.open("a", errors="surrogateescape") as file:
        file.write(text)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "kept elsewhere" / "anchors.jsonl"


@pytest.fixture
def anchors(path: Path) -> FileAnchors:
    opened = open_anchors(str(path))
    assert isinstance(opened, FileAnchors)
    return opened


async def test_nothing_is_noted_and_nothing_made_before_the_first(anchors: FileAnchors, path: Path) -> None:
    assert await anchors.latest() is None
    assert await noted(anchors) == []
    assert not path.parent.exists()


async def test_anchors_come_back_as_they_were_noted(anchors: FileAnchors, path: Path) -> None:
    await kept(anchors, 1, 3, 7)

    assert await anchors.latest() == anchor(7)
    assert [one async for one in anchors.all()] == [anchor(1), anchor(3), anchor(7)]
    assert json.loads(lines(path)[1]) == {"seq": 3, "hash": anchor(3).hash, "at": "2026-11-20T07:00:00+00:00"}


async def test_the_file_is_its_owners_alone(anchors: FileAnchors, path: Path) -> None:
    await kept(anchors, 1)

    assert mode(path) == 0o600
    assert mode(path.parent) == 0o700


async def test_an_anchor_is_never_older_than_the_last(anchors: FileAnchors) -> None:
    await kept(anchors, 5, 4, 5, 6)

    assert await noted(anchors) == [5, 6]


async def test_many_at_once_leave_whole_lines_in_order(path: Path) -> None:
    processes = [FileAnchors(path) for _ in range(4)]

    await asyncio.gather(*(kept(one, *range(start, 40, 4)) for start, one in enumerate(processes, start=1)))

    seqs = await noted(processes[0])
    assert seqs == sorted(set(seqs))
    assert seqs[-1] == 39


async def test_more_than_one_chunk_is_read_in_order(anchors: FileAnchors, path: Path) -> None:
    await kept(anchors, 1)
    line = lines(path)[0]
    rewrite(path, "".join(line.replace('"seq": 1', f'"seq": {seq}') for seq in range(1, 1_202)))

    assert await noted(anchors) == list(range(1, 1_202))


@pytest.mark.parametrize("rest", ['{"seq": 3, "ha', "\0\0\0\0", "{"])
async def test_a_line_that_the_power_cut_short_is_no_anchor_and_goes_with_the_next(
    anchors: FileAnchors, path: Path, rest: str
) -> None:
    await kept(anchors, 1, 2)
    add(path, rest)

    assert await anchors.latest() == anchor(2)
    assert await noted(anchors) == [1, 2]
    await kept(anchors, 3)
    assert await noted(anchors) == [1, 2, 3]


async def test_a_first_line_that_was_cut_short_goes_too(anchors: FileAnchors, path: Path) -> None:
    rewrite(path, '{"seq')

    assert await anchors.latest() is None
    await kept(anchors, 1)
    assert await noted(anchors) == [1]


@pytest.mark.parametrize(
    "line",
    [
        "",
        "no anchor",
        "7",
        "[1, 2]",
        "{}",
        '{"seq": 2}',
        '{"seq": "2", "hash": "%s"}' % ("0" * 64),
        '{"seq": true, "hash": "%s"}' % ("0" * 64),
        '{"seq": 0, "hash": "%s"}' % ("0" * 64),
        '{"seq": -2, "hash": "%s"}' % ("0" * 64),
        '{"seq": 2.0, "hash": "%s"}' % ("0" * 64),
        '{"seq": 2, "hash": "%s"}' % ("0" * 63),
        '{"seq": 2, "hash": "%s"}' % ("G" * 64),
        '{"seq": 2, "hash": 7}',
        "\udcff\udcfe",
        "[" * 100_000,
        "x" * 9_000,
    ],
)
async def test_a_line_that_is_no_anchor_is_told_and_nothing_is_added_behind_it(
    anchors: FileAnchors, path: Path, line: str
) -> None:
    await kept(anchors, 1)
    add(path, line + "\n")

    with pytest.raises(AnchorsDamaged, match="line 2 is no anchor"):
        await noted(anchors)
    with pytest.raises(AnchorsDamaged, match="the last line is no anchor"):
        await anchors.latest()
    standing = lines(path)
    with pytest.raises(AnchorsDamaged):
        await kept(anchors, 9)
    assert lines(path) == standing


@pytest.mark.parametrize("place", [".", "/dev/null/anchors.jsonl", "/proc/anchors.jsonl"])
async def test_a_place_that_cannot_be_written_is_told_in_one_sentence(place: str) -> None:
    with pytest.raises(AnchorsUnavailable, match=f"{place} cannot be read or written"):
        await FileAnchors(Path(place)).keep(anchor(1), NOW)


async def test_a_folder_in_the_place_of_the_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(AnchorsUnavailable, match="cannot be read"):
        await FileAnchors(tmp_path).latest()
    with pytest.raises(AnchorsUnavailable, match="cannot be read"):
        await noted(FileAnchors(tmp_path))


def test_the_place_is_the_path(anchors: FileAnchors, path: Path) -> None:
    assert anchors.place == str(path)
