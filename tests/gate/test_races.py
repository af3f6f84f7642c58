"""Many presses at one moment."""

from __future__ import annotations

import pytest

from tests.gate.races import run_races


@pytest.mark.slow
async def test_of_fifty_presses_at_once_one_counts_and_one_write_is_made(database_url: str) -> None:
    result = await run_races(database_url, races=6, presses=50)
    assert result["wrong"] == 0
    assert result["writes"] + result["rejected"] == 6
