"""Cognee reads its settings from the environment when it is imported: they are laid down here, before that.

Nothing goes out: no telemetry, no model list, no hub. A `.env` of the project would override the environment, so Cognee is
given an empty one. Its engines run in this process, which is theirs alone.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path


def configure(root: Path) -> None:
    """Call it once, before anything imports `cognee`; later calls change nothing. `root` is for its logs and scratch files."""
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
            "VECTOR_POOL_ARGS": '{"pool_size": 4, "max_overflow": 12, "pool_pre_ping": false, "pool_timeout": 30}',
            "COGNEE_SKIP_CONNECTION_TEST": "true",
            "COGNEE_SKIP_PREFLIGHT": "true",
        }
    )
