"""An old import path fails, and the changelog names the module's new place."""

from __future__ import annotations

import ast
import re
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.documents import ROOT, read

_ROW = re.compile(r"^\| `([\w.]+)` \| (`.+) \|$", re.MULTILINE)
_MODULE = re.compile(r"`([\w.]+)`(?: as `(\w+)`)?")


def moved() -> dict[str, str]:
    """Old path → new path, by the table of the changelog."""
    table = read("CHANGELOG.md").partition("### Moved modules")[2].partition("\n#")[0]
    return {
        old: f"{room}.{name or old.rpartition('.')[2]}"
        for room, cell in _ROW.findall(table)
        for old, name in _MODULE.findall(cell)
    }


def split() -> dict[str, str]:
    """Old path → the package that holds its parts."""
    lines = read("CHANGELOG.md").partition("Split into several modules:")[2].partition("\n#")[0].splitlines()
    found = [line.partition(": see ") for line in lines if line.startswith("- ")]
    return {old: _MODULE.findall(rest)[0][0] for olds, _, rest in found for old, _ in _MODULE.findall(olds)}


MOVED, SPLIT = moved(), split()


def test_the_changelog_lists_what_moved() -> None:
    assert len(MOVED) > 200
    assert MOVED["bot.bootstrap"] == "bot.wiring.root"
    assert SPLIT["integrations.zoho.reconcile"] == "integrations.zoho.writing"
    assert MOVED["agents.flows.people"] == "agents.flows.access.identity"


@pytest.mark.parametrize("old", MOVED)
def test_an_old_path_does_not_import_and_its_new_one_does(old: str) -> None:
    new = find_spec(MOVED[old])
    assert new is not None
    assert new.origin is not None
    names = _defined_in(Path(new.origin))
    if _is_room(old):  # a room took the module's name, and has nothing to give by itself
        assert not names & _defined_in(Path(ROOT, *old.split("."), "__init__.py"))
        assert not names & set(vars(import_module(old))) - _modules_in(old)
    else:
        with pytest.raises(ImportError):
            import_module(old)


@pytest.mark.parametrize("old", SPLIT)
def test_the_path_of_a_split_module_does_not_import_and_its_parts_do(old: str) -> None:
    assert _is_room(SPLIT[old])
    assert len(_modules_in(SPLIT[old])) > 2
    with pytest.raises(ImportError):
        import_module(old)


def _is_room(path: str) -> bool:
    return Path(ROOT, *path.split("."), "__init__.py").exists()


def _modules_in(room: str) -> set[str]:
    return {each.stem for each in Path(ROOT, *room.split(".")).iterdir()}


def _defined_in(module: Path) -> set[str]:
    body = ast.parse(module.read_text(encoding="utf-8")).body
    return {each.name for each in body if isinstance(each, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)}
