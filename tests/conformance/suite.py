"""The official conformance suite as a process: where it is found, and what it says of a server."""

from __future__ import annotations

import asyncio
import re
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
INSTALLED = ROOT / ".conformance" / "node_modules"  # by `make conformance`
NODE = 22  # the oldest major version that the suite runs on
VERSIONS = ("2025-11-25", "2026-07-28")
PATIENCE = 900  # seconds
_VERDICT = re.compile(r"^(?P<mark>[✓✗]) (?P<name>[\w-]+): (?P<passed>\d+) passed, (?P<failed>\d+) failed", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Suite:
    node: str
    script: str

    async def verdicts(self, url: str, version: str) -> Mapping[str, bool]:
        """Whether each scenario of a protocol revision passed; one that checked nothing did not."""
        process = await asyncio.create_subprocess_exec(
            *(self.node, self.script, "server", "--url", url, "--suite", "all", "--spec-version", version),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        async with asyncio.timeout(PATIENCE):
            said, _ = await process.communicate()
        found = _VERDICT.finditer(said.decode(errors="replace"))
        return {one["name"]: one["failed"] == "0" and one["passed"] != "0" for one in found}


def find_suite() -> Suite | str:
    """The suite, or why it cannot be run here."""
    script = INSTALLED / "@modelcontextprotocol" / "conformance" / "dist" / "index.js"
    if not script.is_file():
        return "the conformance suite is not installed; run `make conformance`"
    for node in (INSTALLED / ".bin" / "node", shutil.which("node")):
        if node and Path(node).exists() and _major(str(node)) >= NODE:
            return Suite(str(node), str(script))
    return f"there is no Node {NODE} or newer"


def _major(node: str) -> int:
    try:
        said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False, timeout=60).stdout
    except OSError:
        return 0
    found = re.match(r"v(\d+)\.", said)
    return int(found[1]) if found else 0
