"""What becomes of a run when one of its workers dies or hangs."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
CONFTEST = """
from tests.shares import ByFile

def pytest_xdist_make_scheduler(config, log):
    return ByFile(config, log)
"""
FAULTS = {
    "dies": "import os\n\ndef test_culprit():\n    os.abort()\n",
    "hangs": "import time\n\ndef test_culprit():\n    time.sleep(600)\n",
}


@pytest.mark.slow
@pytest.mark.parametrize("fault", FAULTS)
def test_a_run_whose_worker_dies_or_hangs_ends_and_names_the_test(fault: str, tmp_path: Path) -> None:
    (tmp_path / "conftest.py").write_text(CONFTEST)
    (tmp_path / "test_faulty.py").write_text(FAULTS[fault] + "\ndef test_next():\n    pass\n")
    for name in "abc":
        (tmp_path / f"test_{name}.py").write_text("def test_fine():\n    pass\n")

    arguments = f"-n 2 -c {ROOT / 'pyproject.toml'} --rootdir {tmp_path} -o faulthandler_timeout=2 {tmp_path}"
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", *arguments.split()],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

    assert ran.returncode == 1
    assert re.search("crashed while running .*test_faulty.py::test_culprit'", ran.stdout)
    assert "1 failed" in ran.stdout
