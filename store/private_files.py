"""Files that hold what the bot knows: readable by their owner alone, and either whole or not there."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from secrets import token_hex
from typing import TextIO


@contextmanager
def private_file(out: Path) -> Iterator[TextIO]:
    """Write a text file in UTF-8; it takes its name once all is written, in place of an earlier one. Raises: OSError."""
    unfinished = out.with_name(f".{out.name}.{token_hex(4)}")
    try:
        with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(out)
    finally:
        unfinished.unlink(missing_ok=True)
