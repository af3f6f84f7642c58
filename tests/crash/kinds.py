"""The two kinds of database, for tests of which each takes seconds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from random import Random
from typing import Any

import pytest

KINDS = ("sqlite", "postgres")


def shared_out(names: Iterable[str]) -> Iterator[Any]:
    """Parameters (name, kind): each name on one kind, always the same. The campaigns behind `make crash` and `make faults`
    take each on both."""
    for name in names:
        kind = Random(name).choice(KINDS)  # by chance: in order, those that come in pairs would share out by halves
        yield pytest.param(name, kind, id=f"{kind}-{name}", marks=[pytest.mark.postgres] if kind == "postgres" else [])
