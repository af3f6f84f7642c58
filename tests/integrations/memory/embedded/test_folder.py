from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from integrations.memory.embedded.folder import IndexFolder
from integrations.memory.errors import IndexBusy, IndexUnavailable


def test_the_cursor_is_kept_across_processes(tmp_path: Path) -> None:
    folder = IndexFolder(tmp_path)
    state = folder.begin("hashing")
    folder.save(replace(state, cursor=40))

    assert IndexFolder(tmp_path).state("hashing").cursor == 40


def test_another_embedder_begins_anew_and_leaves_no_byte_of_the_former_files(tmp_path: Path) -> None:
    folder = IndexFolder(tmp_path)
    (folder.files(folder.begin("hashing")) / "vectors").write_text("canary", encoding="utf-8")
    state = folder.state("minilm")

    assert (state.cursor, state.generation) == (0, 2)
    assert not [file for file in tmp_path.rglob("*") if file.is_file() and b"canary" in file.read_bytes()]


def test_another_tenant_begins_anew_and_is_told_nothing_of_the_former_one(tmp_path: Path) -> None:
    folder = IndexFolder(tmp_path, tenant="ours")
    state = folder.begin("hashing")
    (folder.files(state) / "vectors").write_text("canary", encoding="utf-8")
    folder.save(replace(state, cursor=40))

    theirs = IndexFolder(tmp_path, tenant="theirs")
    assert theirs.peek() is None
    assert theirs.state("hashing").cursor == 0
    assert not [file for file in tmp_path.rglob("*") if file.is_file() and b"canary" in file.read_bytes()]


@pytest.mark.parametrize("content", ["", "{", "[]", '{"fingerprint": "hashing"}', '{"unknown": 1}', "\udc80"])
def test_a_state_that_cannot_be_read_begins_anew(tmp_path: Path, content: str) -> None:
    folder = IndexFolder(tmp_path)
    folder.begin("hashing")
    (tmp_path / "state.json").write_text(content, encoding="utf-8", errors="surrogateescape")

    state = IndexFolder(tmp_path).state("hashing")
    assert state.cursor == 0
    assert state.namespace


def test_a_folder_that_another_process_holds_is_told_in_one_sentence(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from integrations.memory.embedded.folder import IndexFolder\n"
        "folder = IndexFolder(Path(sys.argv[1])); folder.hold(); print('held', flush=True); sys.stdin.read()"
    )
    command = [sys.executable, "-c", code, str(tmp_path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout
        assert other.stdout.readline() == "held\n"
        with pytest.raises(IndexBusy, match="Another process holds the memory index"):
            IndexFolder(tmp_path).hold()
        other.kill()
    IndexFolder(tmp_path).hold()


def test_a_folder_that_cannot_be_made_is_told_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(IndexUnavailable, match="cannot be opened"):
        IndexFolder(tmp_path / "file" / "index").hold()


def died(folder: Path, where: str) -> None:
    code = (
        "import os, sys; from pathlib import Path; from integrations.memory.embedded.folder import IndexFolder\n"
        f"with IndexFolder(Path(sys.argv[1])).{where}(): os._exit(139)"
    )
    subprocess.run([sys.executable, "-c", code, str(folder)], check=False)


def test_a_process_that_dies_while_it_opens_leaves_a_mark(tmp_path: Path) -> None:
    died(tmp_path, "opening")
    folder = IndexFolder(tmp_path)

    assert folder.died_opening
    with folder.opening():
        pass
    assert not folder.died_opening


def test_only_the_second_process_in_a_row_that_dies_clearing_up_counts(tmp_path: Path) -> None:
    died(tmp_path, "tending")
    assert not IndexFolder(tmp_path).died_tending
    with IndexFolder(tmp_path).tending():
        pass
    died(tmp_path, "tending")
    assert not IndexFolder(tmp_path).died_tending
    died(tmp_path, "tending")
    assert IndexFolder(tmp_path).died_tending
    IndexFolder(tmp_path).begin("hashing")
    assert not IndexFolder(tmp_path).died_tending
