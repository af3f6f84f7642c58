"""`sergas audit export`: files that hold everything, appear when they are complete, and can be verified by themselves."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.commands.audit import run_list
from bot.commands.audit_export import moment
from bot.commands.run import run
from tests.bot.commands.terminal import Sergas, each_database, entries, export, verify
from tests.store.repositories.test_audit import tamper

ROOT = Path(__file__).parents[3]


@each_database
def test_an_export_holds_every_entry_with_its_hashes_and_names(sergas: Sergas, url: str, home: Path) -> None:
    entries(url, 1, 2, 3)
    out = home / "export.jsonl"
    out.write_text("older")
    ran = sergas(export(out=out))
    lines = [json.loads(line) for line in out.read_text().splitlines()]

    assert ran.code == 0
    assert ran.err == f"3 entries, 1 to 3, head {lines[2]['hash']}.\n"
    assert out.stat().st_mode & 0o777 == 0o600
    assert [line["seq"] for line in lines] == [1, 2, 3]
    assert [line["previous"] for line in lines[1:]] == [lines[0]["hash"], lines[1]["hash"]]
    assert lines[0] == {
        "seq": 1,
        "at": "2026-11-20T07:00:01.000000+00:00",
        "actor": "u-anna",
        "actor_name": "Anna Berg",
        "action": "proposal.approved",
        "subject": "p1",
        "detail": {"version": 1, "who": "Zoë — 試験", "second": False},
        "request_id": "r1",
        "previous": "0" * 64,
        "hash": lines[0]["hash"],
    }
    assert [path.name for path in home.iterdir() if "export" in path.name] == ["export.jsonl"], "nothing is left over"


@each_database
def test_an_export_takes_a_span_and_a_subject(sergas: Sergas, url: str, capsys: pytest.CaptureFixture[str]) -> None:
    entries(url, 1, 2, 3)

    def seqs(**options: str) -> list[int]:
        assert run(export(**options)) == 0
        return [json.loads(line)["seq"] for line in capsys.readouterr().out.splitlines()]

    assert seqs() == [1, 2, 3]
    assert seqs(since="2026-11-20T07:00:02Z") == [2, 3]
    assert seqs(until="2026-11-20T08:00:02+01:00") == [1]
    assert seqs(since="2026-11-20", until="2026-11-21") == [1, 2, 3]
    assert seqs(subject="p2") == [2]
    assert seqs(since="2026-11-21") == []
    run(export(since="2026-11-21"))
    assert capsys.readouterr().err == "No entries.\n"


@pytest.mark.parametrize("text", ["yesterday", "2026-13-01", "", "01.02.2026", "0001-01-01T00:00+12:00"])
def test_a_date_that_is_none_is_one_sentence(sergas: Sergas, text: str) -> None:
    for command in (export(since=text), export(until=text), lambda: run_list(limit=1, subject=None, since=text)):
        ran = sergas(command)
        assert ran.code == 2
        assert ran.err == f"sergas: “{text}” is not a date: write it like 2026-01-31, or 2026-01-31T08:00+01:00.\n"


def test_dates_begin_at_midnight_utc() -> None:
    assert moment("2026-01-31") == datetime(2026, 1, 31, tzinfo=UTC)
    assert moment("2026-01-31T08:00+01:00") == datetime(2026, 1, 31, 7, tzinfo=UTC)
    assert moment(None) is None


def test_an_end_before_the_beginning_is_one_sentence(sergas: Sergas) -> None:
    ran = sergas(export(since="2026-02-01", until="2026-02-01"))
    assert (ran.code, ran.err) == (2, "sergas: --until must be later than --since.\n")


def test_a_reader_who_leaves_early_ends_the_export_without_a_word(url: str, home: Path) -> None:
    entries(url, *range(1, 400))
    command = f"{sys.executable} -m bot audit export | head -1"
    ran = subprocess.run(
        command, shell=True, cwd=home, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True
    )
    assert json.loads(ran.stdout)["seq"] == 1
    assert ran.stderr == ""


def test_a_file_that_cannot_be_written_is_one_sentence(sergas: Sergas, url: str, home: Path) -> None:
    ran = sergas(export(out=home / "no" / "folder"))
    assert ran.code == 2
    assert ran.err == f"sergas: {home}/no/folder can't be written: No such file or directory.\n"


def test_an_export_can_be_verified_with_and_without_anchors(sergas: Sergas, url: str, home: Path) -> None:
    entries(url, 1, 2, 3, anchored=True)
    whole, later = home / "whole.jsonl", home / "later.jsonl"
    sergas(export(out=whole))
    sergas(export(out=later, since="2026-11-20T07:00:03Z"))
    anchors = str(home / "audit-anchors.jsonl")

    assert "The export is intact: entries 1 to 4" in sergas(verify(file=whole)).out
    assert "not compared with anchors" in sergas(verify(file=whole)).out
    assert "matches all 2 anchors in its range" in sergas(verify(file=whole, anchor=anchors)).out
    assert "The export is intact: entries 3 to 4" in sergas(verify(file=later, anchor=anchors)).out


def test_an_export_that_was_changed_does_not_hold(sergas: Sergas, url: str, home: Path) -> None:
    entries(url, 1, 2, 3)
    out = home / "export.jsonl"
    sergas(export(out=out))
    lines = out.read_text().splitlines(keepends=True)
    for changed, says in (
        ([lines[0], lines[2]], "Entry 2 is missing. An export of one subject has gaps"),
        ([lines[0], lines[2], lines[1]], "Entry 2 is missing"),
        ([lines[0], lines[1].replace("u-anna", "u-eve"), lines[2]], "Entry 2 was changed"),
        ([lines[0], lines[1].replace('"version": 2', '"version": 3')], "Entry 2 was changed"),
        ([lines[0].replace('"action": "proposal.approved"', '"action": 7')], "Entry 1 was changed"),
    ):
        out.write_text("".join(changed))
        ran = sergas(verify(file=out))
        assert ran.code == 1
        assert says in ran.out


@pytest.mark.parametrize("text", ["", "no\n", "[1]\n", '{"seq": 1}\n', "[" * 100_000, "\udcff"])
def test_what_is_no_export_is_one_sentence(sergas: Sergas, home: Path, text: str) -> None:
    out = home / "export.jsonl"
    out.write_text(text, errors="surrogateescape")
    ran = sergas(verify(file=out))
    assert ran.code == 2
    assert "no entries" in ran.err or "not an export" in ran.err or "not an entry" in ran.err
    assert sergas(verify(file=home / "none")).err == f"sergas: {home}/none can't be read: No such file or directory.\n"


@each_database
def test_an_export_gives_tampered_entries_as_they_are(sergas: Sergas, url: str, home: Path) -> None:
    entries(url, 1, 2)
    tamper(
        url,
        "UPDATE audit SET detail = 'no' WHERE seq = 1",
        "UPDATE audit SET detail = '{\"a\": 1}' WHERE seq = 2",
    )
    out = home / "export.jsonl"
    sergas(export(out=out))
    assert [json.loads(line)["detail"] for line in out.read_text().splitlines()] == ["no", '{"a": 1}']
    assert "Entry 1 was changed" in sergas(verify(file=out)).out
