"""The heap of a process that serves for days."""

from __future__ import annotations

import gc


def settle() -> None:
    """Let the garbage collector skip everything loaded at the start. Otherwise its full rounds look through all of it again and
    again, and each time nothing is acknowledged for tenths of a second."""
    gc.collect()
    gc.freeze()
