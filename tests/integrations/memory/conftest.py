from __future__ import annotations

from pathlib import Path

import pytest

from tests.integrations.memory.place import Place


@pytest.fixture(params=["embedded", pytest.param("postgres", marks=pytest.mark.postgres)])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    """A test that asks for it runs on both kinds of index."""
    return Place(tmp_path, request.getfixturevalue("postgres_url") if request.param == "postgres" else "")
