"""The stolen-files drill, short: without the memory's process, which `python -m tests.drill` runs, too."""

from __future__ import annotations

import base64
import gzip
import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.drill.day import a_day, with_password
from tests.drill.thief import found_in
from tests.drill.verdict import search

KEY = base64.b64encode(b"planted key, thirty-two bytes ok").decode()
KEPT = ("database", "write-ahead log", "engine", "memory's index", "anchors and the rest of the home", "log")


async def test_unsealed_a_thief_finds_texts_in_the_database_alone_and_no_secret_anywhere(
    sqlite_url: str, tmp_path: Path
) -> None:
    async with a_day(sqlite_url, tmp_path, seal_keys="") as loot:
        verdict = search(loot)
    planted = {kind: sorted(values) for kind, values in loot.planted.kinds().items() if kind != "secrets"}
    assert verdict.kinds_in("database", "write-ahead log") == planted  # every word is really stored, and found
    assert verdict.kinds_in("engine", "memory's index", "anchors and the rest of the home", "log") == {}
    assert "secrets" not in verdict.kinds_in("exports")


async def test_sealed_a_thief_finds_nothing_in_anything_the_bot_keeps(database_url: str, tmp_path: Path) -> None:
    on_server = database_url.startswith("postgres")
    url = with_password(database_url) if on_server else database_url
    async with a_day(url, tmp_path, seal_keys=KEY, whole=not on_server) as loot:
        verdict = search(loot)
    assert all(verdict.searched[place] for place in ("database", "log", "exports"))  # there was something to search
    assert verdict.kinds_in(*KEPT) == {}
    assert set(verdict.kinds_in("exports")) == {"names", "texts", "typed"}  # an export is for its owner to read
    assert loot.modes == {0o600, 0o700}


PACKINGS: dict[str, Callable[[str], bytes]] = {
    "plain": lambda text: text.encode(),
    "utf-16": lambda text: text.encode("utf-16-le"),
    "json": lambda text: json.dumps(text).encode(),
    "base64": lambda text: base64.b64encode(f"xx{text}".encode()),
    "gzip inside": lambda text: b"head" + gzip.compress(text.encode()),
    "lower case": lambda text: text.casefold().encode(),
}


@pytest.mark.parametrize("packed", PACKINGS)
def test_the_thief_finds_a_word_however_it_is_packed(packed: str, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_bytes(b"\0\xff" + PACKINGS[packed]("of Größenwahn said"))
    assert found_in([file], ["Größenwahn", "absent"]) == {"Größenwahn": ["file"]}


def test_the_thief_opens_archives(tmp_path: Path) -> None:
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("notes.txt", "of Grauwacke said" * 10)
    (tmp_path / "file").write_bytes(inner.getvalue())
    assert found_in([tmp_path / "file"], ["Grauwacke"]) == {"Grauwacke": ["file"]}
