"""Where tests keep what they throw away: in memory, on a machine that has room for it.

Databases are what most tests wait for. A new PostgreSQL database, some three hundred files, takes a tenth of the time there.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

MEMORY = Path("/dev/shm")
ROOM = 6 * 2**30  # bytes; a container has 64 MB by default, and a whole run takes some gigabytes


def keep_scratch_in_memory() -> None:
    """Have temporary files made in memory, in this process and those it starts, unless the environment says where."""
    if "TMPDIR" not in os.environ and MEMORY.is_dir() and shutil.disk_usage(MEMORY).free >= ROOM:
        os.environ["TMPDIR"] = str(MEMORY)
        tempfile.tempdir = None  # worked out anew
