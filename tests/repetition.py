"""How often a test repeats itself: briefly in `make test`, at length in `make test-long`."""

from __future__ import annotations

import os

LONG = os.environ.get("TESTS_AT_LENGTH") == "1"


def times(brief: int, at_length: int) -> int:
    """The number for this run. A test that asks carries the marker `long`, which `make test-long` selects."""
    return at_length if LONG else brief
