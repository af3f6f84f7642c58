"""Set Cognee's environment before it is imported, since it reads its settings then.

Nothing leaves the machine: no telemetry, no model list, no hub. A project's `.env` would override the environment, so
Cognee gets an empty one. Its engines run in this process, which is theirs alone.
"""

from __future__ import annotations

import json
import logging
import os
import sys
import threading
from pathlib import Path
from typing import Any

import structlog

_loading = threading.Lock()


def configure(root: Path, *, connections: int = 1) -> None:
    """Call this once, before anything imports `cognee`; later calls change nothing. `root` holds its logs and scratch
    files; in PostgreSQL Cognee opens at most `connections` connections."""
    if "cognee" in sys.modules:
        return
    root = root.absolute()
    for name in ("logs", "system", "data", "cache"):
        (root / name).mkdir(parents=True, exist_ok=True)
    empty = root / "cognee.env"
    empty.touch()
    os.environ.update(
        {
            "COGNEE_ENV_FILE": str(empty),
            "TELEMETRY_DISABLED": "1",
            "COGNEE_TRACING_ENABLED": "false",
            "LITELLM_LOCAL_MODEL_COST_MAP": "True",
            "HF_HUB_OFFLINE": "1",
            "LOG_LEVEL": "ERROR",
            "COGNEE_LOGS_DIR": str(root / "logs"),
            "SYSTEM_ROOT_DIRECTORY": str(root / "system"),
            "DATA_ROOT_DIRECTORY": str(root / "data"),
            "CACHE_ROOT_DIRECTORY": str(root / "cache"),
            "CACHING": "false",
            "ENABLE_BACKEND_ACCESS_CONTROL": "false",
            "VECTOR_DB_SUBPROCESS_ENABLED": "false",
            "VECTOR_POOL_ARGS": json.dumps(
                {"pool_size": connections, "max_overflow": 0, "pool_pre_ping": False, "pool_timeout": 30}
            ),
            "COGNEE_SKIP_CONNECTION_TEST": "true",
            "COGNEE_SKIP_PREFLIGHT": "true",
        }
    )


def load() -> None:
    """Import Cognee (ten seconds the first time) and keep our logging: its import reconfigures structlog, the root logger
    and the exception hook, which would silence our own lines. Of its lines, only errors are logged."""
    with _loading:
        if "cognee" in sys.modules:
            return
        root, hook, configure_log = logging.getLogger(), sys.excepthook, structlog.configure
        handlers, level = root.handlers[:], root.level
        structlog.configure = _nothing  # type: ignore[assignment]  # puts structlog to sleep for a moment
        try:
            import cognee  # noqa: F401 - imported for its side effect
        finally:
            structlog.configure = configure_log
            root.handlers[:] = handlers
            root.setLevel(level)
            sys.excepthook = hook
        for handler in handlers:
            handler.addFilter(_worth_a_line)


def _nothing(**_: Any) -> None:
    return None


def _worth_a_line(record: logging.LogRecord) -> bool:
    return record.levelno >= logging.ERROR or "/cognee/" not in record.pathname
