"""Another kind of write, executed by another system, needs only files of its own.

`other_kind/product` has those files, laid out as in the product. They are added to a copy of it, in which the whole journey of
`other_kind/journey.py` runs; no other file of the product is touched.
"""

from __future__ import annotations

import filecmp
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.documents import ROOT

PRODUCT = ("bot", "agents", "integrations", "store", "prompts")
ADDED = Path(__file__).parent / "other_kind" / "product"
LEFT_OUT = shutil.ignore_patterns("__pycache__")
INTEGRATION, VIEW = "integrations/ledger/writing/book_credit.py", "bot/views/writes/book_credit.py"
KIND_FILES = {"store/domain/gate/writes/book_credit.py", INTEGRATION, VIEW}
SYSTEM_FILES = {
    "bot/wiring/systems/ledger.py",
    "integrations/ledger/__init__.py",
    "integrations/ledger/book.py",
    "integrations/ledger/writing/__init__.py",
    "integrations/ledger/writing/writer.py",
}


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The product as it is, with the files of the kind and its system added."""
    for name in PRODUCT:
        shutil.copytree(ROOT / name, tmp_path / name, ignore=LEFT_OUT)
    shutil.copytree(ADDED, tmp_path, dirs_exist_ok=True, ignore=LEFT_OUT)
    return tmp_path


def files(root: Path) -> set[str]:
    found = (path for name in PRODUCT for path in (root / name).rglob("*") if path.is_file())
    return {str(path.relative_to(root)) for path in found if "__pycache__" not in path.parts}


def run(copy: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, *arguments], cwd=copy, capture_output=True, text=True, timeout=600)


@pytest.mark.slow
def test_a_kind_of_another_system_lives_by_adding_its_own_files_only(copy: Path) -> None:
    shutil.copytree(ROOT / "tests", copy / "tests", ignore=LEFT_OUT)
    shutil.copy(ROOT / "pyproject.toml", copy)

    journey = run(copy, "-m", "pytest", "tests/gate/other_kind/journey.py")

    assert journey.returncode == 0, journey.stdout[-6_000:] + journey.stderr[-2_000:]
    assert "3 passed" in journey.stdout
    assert files(copy) - files(ROOT) == KIND_FILES | SYSTEM_FILES
    assert [name for name in files(ROOT) if not filecmp.cmp(ROOT / name, copy / name, shallow=False)] == []


STARTS = """
from bot.views.write import _views
from store.domain.gate import registry

_views()
registry.modules("integrations.ledger.writing", registry.kinds_of("ledger"))
registry.modules("bot.wiring.systems", registry.systems())
"""


@pytest.mark.parametrize("missing", [INTEGRATION, VIEW, "bot/wiring/systems/ledger.py"])
def test_a_kind_that_lacks_one_of_its_files_stops_the_start(copy: Path, missing: str) -> None:
    (copy / missing).unlink()

    started = run(copy, "-c", STARTS)

    assert started.returncode == 1
    assert "ModuleNotFoundError" in started.stderr
