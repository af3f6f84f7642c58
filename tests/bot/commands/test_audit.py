"""`sergas audit verify` and `list`: one clear sentence for each outcome, and the right exit code."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.commands.audit import run_list
from tests.bot.commands.terminal import Sergas, each_database, entries, export, verify
from tests.store.repositories.test_audit import tamper


@each_database
def test_a_whole_trail_is_reported_with_its_notes(sergas: Sergas, url: str, home: Path) -> None:
    entries(url, 1, 2, anchored=True)
    ran = sergas(verify())
    assert ran.code == 0
    assert "The audit trail is intact: 3 entries" in ran.out
    assert f"all 2 anchors in {home}/audit-anchors.jsonl; the latest is entry 3." in ran.out

    entries(url, 4)
    assert "Until the next anchor, only the chain protects the 1 after it." in sergas(verify()).out


def test_an_empty_trail_is_reported(sergas: Sergas) -> None:
    ran = sergas(verify())
    assert (ran.code, ran.out) == (0, "The audit trail is empty, and there are no anchors.")


@pytest.mark.parametrize(
    ("statement", "says"),
    [
        ("UPDATE audit SET actor = 'u-eve' WHERE seq = 2", "broken at entry 2: Entry 2 was changed"),
        ("DELETE FROM audit WHERE seq = 2", "broken at entry 2: Entry 2 is missing"),
        (
            "DELETE FROM audit WHERE seq >= 3",
            "broken at entry 3: The trail ends with entry 2, but entry 3 was stored outside the database",
        ),
        ("DELETE FROM audit", "broken at entry 1: The trail ends with entry 0"),
    ],
)
def test_a_broken_trail_is_reported_with_a_next_step(sergas: Sergas, url: str, statement: str, says: str) -> None:
    entries(url, 1, 2, anchored=True)
    tamper(url, statement)
    ran = sergas(verify())
    assert ran.code == 1
    assert says in ran.out
    assert "copy both and compare them with a backup" in ran.out


def test_without_anchors_that_ever_were_it_warns(sergas: Sergas, url: str) -> None:
    entries(url, 1)
    ran = sergas(verify())
    assert ran.code == 0
    assert "WARNING: The chain itself is intact: 1 entries" in ran.out
    assert "rewritten trail would go unnoticed: `sergas serve` writes them" in ran.out


@pytest.mark.parametrize("how", ["removed", "emptied"])
def test_anchors_that_are_gone_are_a_fault(sergas: Sergas, url: str, home: Path, how: str) -> None:
    entries(url, 1, anchored=True)
    file = home / "audit-anchors.jsonl"
    file.unlink() if how == "removed" else file.write_text("")
    ran = sergas(verify())
    assert ran.code == 1
    assert "but nothing is there: it was removed or emptied. Restore it from a backup" in ran.out


def test_anchors_that_were_damaged_are_a_fault(sergas: Sergas, url: str, home: Path) -> None:
    entries(url, 1, anchored=True)
    with_one = (home / "audit-anchors.jsonl").read_text()
    (home / "audit-anchors.jsonl").write_text(f"no anchor\n{with_one}")
    assert "line 1 is no anchor" in sergas(verify()).out
    (home / "audit-anchors.jsonl").write_text("no anchor\n")
    ran = sergas(verify())
    assert ran.code == 1
    assert "the last line is no anchor" in ran.out
    assert "The chain itself is intact: 2 entries" in ran.out
    assert "Restore it from a backup, or inspect the changes there." in ran.out

    tamper(url, "DELETE FROM audit WHERE seq = 1")
    ran = sergas(verify())
    assert "broken at entry 1" in ran.out, "a chain that is broken by itself comes first"


def test_anchors_that_cannot_be_reached_are_a_fault(sergas: Sergas, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    entries(url, 1)
    monkeypatch.setenv("SERGAS_AUDIT_ANCHOR", "/dev/null/anchors.jsonl")
    ran = sergas(verify())
    assert ran.code == 1
    assert "/dev/null/anchors.jsonl cannot be read or written: Not a directory." in ran.out
    assert "Try again once it is reachable." in ran.out


def test_anchoring_that_is_off_is_reported_loudly(sergas: Sergas, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    entries(url, 1, anchored=True)
    monkeypatch.setenv("SERGAS_AUDIT_ANCHOR", "off")
    ran = sergas(verify())
    assert ran.code == 0
    assert "WARNING: The chain itself is intact: 2 entries" in ran.out
    assert "Anchoring is off, so a truncated or rewritten trail would go unnoticed" in ran.out
    assert "Earlier anchors exist: check with --anchor" in ran.out


def test_another_place_may_be_named(sergas: Sergas, url: str, home: Path) -> None:
    entries(url, 1, anchored=True)
    copy = home / "copy of the anchors"
    copy.write_bytes((home / "audit-anchors.jsonl").read_bytes())
    assert "all 2 anchors in" in sergas(verify(anchor=str(copy))).out

    ran = sergas(verify(anchor=str(home / "nowhere")))
    assert ran.code == 2
    assert ran.err == f"sergas: {home}/nowhere has no anchors; check --anchor.\n"
    ran = sergas(verify(anchor="ftp://host"))
    assert ran.code == 2
    assert "SERGAS_AUDIT_ANCHOR is neither a path nor an address" in ran.err


@each_database
def test_the_list_has_names_and_words(sergas: Sergas, url: str) -> None:
    entries(url, 1, 2)
    out = sergas(lambda: run_list(limit=5, subject=None, since=None)).out
    assert "2 2026-11-20 07:00:02 Anna Berg proposal approved (version 2) p2" in out
    assert "p1" in out
    assert "p1" not in sergas(lambda: run_list(limit=1, subject=None, since=None)).out
    assert "p2" not in sergas(lambda: run_list(limit=5, subject="p1", since=None)).out
    assert sergas(lambda: run_list(limit=5, subject=None, since="2026-11-21")).out == "No entries."


def test_the_list_shows_tampered_entries_and_obeys_none_of_them(sergas: Sergas, url: str) -> None:
    entries(url, 1, 2, 3)
    tamper(
        url,
        "UPDATE audit SET detail = 'no' WHERE seq = 1",
        "UPDATE audit SET detail = '[]', actor = '[red]x[/red]' WHERE seq = 2",
    )
    out = sergas(lambda: run_list(limit=5, subject=None, since=None)).out
    assert out.count("(unreadable)") == 2
    assert "[red]x[/red]" in out


def test_without_a_database_it_says_what_to_do(sergas: Sergas, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SERGAS_HOME", str(home / "elsewhere"))
    monkeypatch.setenv("SERGAS_DATABASE_URL", "")
    for command in (verify(), export(), lambda: run_list(limit=1, subject=None, since=None)):
        ran = sergas(command)
        assert ran.code == 2
        assert "There is no database in" in ran.err
