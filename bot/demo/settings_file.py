"""The settings of a running demo, in its home folder: `sergas doctor` there checks the demo's stand-ins by them.

They open nothing but these stand-ins on this machine. A real key for Claude is never among them.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path

_FILE = "demo-settings.json"


def leave_settings(home: Path, overrides: Mapping[str, object]) -> None:
    """Write them for this user alone."""
    with open(os.open(home / _FILE, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        json.dump(overrides, file, default=str)


def demo_settings(home: Path) -> dict[str, object] | None:
    """Those of the demo that owns this folder; None if none does."""
    try:
        found = json.loads((home / _FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) else None
