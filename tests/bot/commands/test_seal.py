"""`sergas seal` as an operator runs it: turning it on, changing the key, losing it, turning it off."""

from __future__ import annotations

import base64
import json
import re
import shutil
import sqlite3
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from bot.settings import load_settings
from bot.wiring.seals import seals_of
from store.domain.errors import SettingError
from store.sealing import Seals
from tests.bot.shell import sergas

OLD, NEW = (base64.b64encode(letter * 32).decode() for letter in (b"o", b"n"))
OLD_ID, NEW_ID = "5363adf5", "9530f344"


@pytest.fixture(scope="module")
def plain_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database in which three people are known, from before there was a key."""
    folder = tmp_path_factory.mktemp("seal") / "home"
    assert sergas("migrate", cwd=folder.parent, home=folder).returncode == 0
    with sqlite3.connect(folder / "sergas.db") as connection:
        for name in ("Anna", "Bob", "Cora"):
            body = json.dumps({"id": name, "name": f"{name} Kestrel", "email": "", "role": "", "active": True})
            connection.execute("INSERT INTO person VALUES (?, ?, '', 1, NULL, ?)", (name, f"{name} Kestrel", body))
    connection.close()
    return folder


@pytest.fixture
def home(plain_home: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(plain_home, tmp_path / "home"))


@pytest.fixture(scope="module")
def sealed_home(plain_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same, sealed with the older key."""
    folder = Path(shutil.copytree(plain_home, tmp_path_factory.mktemp("sealed") / "home"))
    rotate(folder, OLD)
    return folder


def people(home: Path) -> str:
    with sqlite3.connect(home / "sergas.db") as connection:
        rows = connection.execute("SELECT name, body FROM person").fetchall()
    connection.close()
    return str(rows)


def status(home: Path, keys: str) -> tuple[int, Mapping[str, Any]]:
    ran = sergas("seal", "status", "--json", cwd=home.parent, home=home, seal_keys=keys)
    return ran.returncode, json.loads(ran.stdout)


def rotate(home: Path, keys: str) -> str:
    ran = sergas("seal", "rotate", cwd=home.parent, home=home, seal_keys=keys)
    assert ran.returncode == 0, ran.stderr
    assert not any(key in ran.stdout + ran.stderr for key in (OLD, NEW))
    return ran.stdout


def test_turning_it_on_changing_the_key_and_turning_it_off(home: Path) -> None:
    assert status(home, OLD)[0] == 1
    told = rotate(home, OLD)
    assert f"3 rows changed. All texts are sealed with the key {OLD_ID}." in told
    assert "3 of 3 rows" in told
    assert "Kestrel" not in people(home)
    assert status(home, OLD)[0] == 0
    assert status(home, f"{NEW},{OLD}")[1]["tables"]["person"] == {"plain": 0, "sealed": {OLD_ID: 6}}
    rotate(home, f"{NEW},{OLD}")
    assert status(home, NEW)[1]["tables"]["person"] == {"plain": 0, "sealed": {NEW_ID: 6}}

    assert "All texts are not sealed." in rotate(home, f"off,{NEW}")
    assert "Anna Kestrel" in people(home)
    assert status(home, "")[0] == 0


@pytest.mark.parametrize("command", [("seal", "rotate"), ("migrate",), ("status",)])
@pytest.mark.parametrize("keys", ["", NEW], ids=["without", "with another"])
def test_without_the_key_every_command_says_so_in_one_sentence_and_changes_nothing(
    sealed_home: Path, command: tuple[str, ...], keys: str
) -> None:
    before = people(sealed_home)
    ran = sergas(*command, cwd=sealed_home.parent, home=sealed_home, seal_keys=keys)
    assert ran.returncode == 2
    assert ran.stderr == (
        f"sergas: The setting SERGAS_SEAL_KEYS lacks the key {OLD_ID}, with which texts in this database are sealed. "
        "Give every key used so far, the newest first.\n"
    )
    assert people(sealed_home) == before


def test_the_rows_for_people_name_the_tables_and_keys(home: Path) -> None:
    ran = sergas("seal", "status", cwd=home.parent, home=home, seal_keys=OLD)
    assert re.search(r"person +6\b", ran.stdout)
    assert f"New texts are sealed with the key {OLD_ID}. 6 others: run `sergas seal rotate`." in ran.stdout


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ("hunter2", "has no key of 32 bytes in base64 in place 1"),
        (f"{OLD},hunter2", "has no key of 32 bytes in base64 in place 2"),
        (base64.b64encode(b"short").decode(), "has no key of 32 bytes in base64 in place 1"),
        (f"{OLD},off", "may have “off” in the first place only"),
        ("file:/nowhere/keys", "names the file /nowhere/keys, which cannot be read: No such file or directory"),
    ],
)
def test_a_malformed_key_is_told_without_showing_it(given: str, problem: str) -> None:
    with pytest.raises(SettingError, match=problem) as caught:
        _seals(given)
    assert "hunter2" not in str(caught.value)


def test_keys_come_from_a_private_file_the_newest_first(tmp_path: Path) -> None:
    file = tmp_path / "keys"
    file.write_text(f"# made in November\n{NEW}\n\n{OLD}\n")
    file.chmod(0o640)
    with pytest.raises(SettingError, match="a file that others can read: run `chmod 600"):
        _seals(f"file:{file}")
    file.chmod(0o600)
    seals = _seals(f"file:{file}")
    assert (seals.current_id, seals.ids) == (NEW_ID, frozenset({NEW_ID, OLD_ID}))
    file.write_text("# none\n")
    with pytest.raises(SettingError, match="which has no key"):
        _seals(f"file:{file}")


def test_without_the_setting_nothing_is_sealed() -> None:
    assert (_seals("").current_id, _seals("").ids) == ("", frozenset())


def _seals(given: str) -> Seals:
    return seals_of(load_settings({"seal_keys": given}, env_file=None).storage)
