"""The same scenes as after a crash."""

from __future__ import annotations

from tests.crash.conftest import postgres_scenes, quiet_log, scenes, sqlite_scenes

__all__ = ["postgres_scenes", "quiet_log", "scenes", "sqlite_scenes"]
